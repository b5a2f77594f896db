/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads packets, translates them and writes the results. With checksum and segmentation
 * offload, one packet has up to 64 KB. */
#include "xlat-tun.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <linux/if.h>
#include <linux/if_tun.h>

#include "xlat-explain.h"
#include "xlat-merge.h"
#include "xlat-sandbox.h"
#include "xlat-vnet.h"
#include "xlat.h"

#ifndef TUN_F_USO4 /* Linux 6.2 */
#  define TUN_F_USO4 0x20
#  define TUN_F_USO6 0x40
#endif

#define OFFLOADS (TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN)

/* Packets between two reads of the clock and checks for signals. */
#define BATCH 64

/* The largest IPv6 packet. */
#define MAX_PACKET (XLAT_IPV6_HEADER + 65535)

#define MAX_VNET_HEADER 64

/* How long to wait for missing fragments after the signal to stop. */
#define MAX_REST_NS 200000000u

struct tun
{
  int fd;
  size_t vnet_length; /* 0: the device has no such header */
  struct xlat *xlat;
  struct xlat_statistics *statistics;
  uint64_t now_ns;
  uint64_t last_event_ns;
  uint64_t end_ns; /* deadline after the signal to stop; 0: none yet */
  bool can_merge;
  struct xlat_merge merge; /* not yet written; its data is in PACKETS */
  struct xlat_result result;
  uint8_t vnet[MAX_VNET_HEADER];
  uint8_t packets[BATCH][MAX_PACKET];
};

static volatile sig_atomic_t must_stop;

static void
on_signal (int number)
{
  must_stop = 1;
}

static bool
complain (const char *what)
{
  fprintf (stderr, "clat-xlat: %s: %s\n", what, strerror (errno));
  return false;
}

static bool
set_up_device (struct tun *tun)
{
  struct ifreq request = {0};
  int length, flags;

  if (ioctl (tun->fd, TUNGETIFF, &request) < 0)
    return complain ("the descriptor is not an attached tun device");
  if ((request.ifr_flags & (IFF_TUN | IFF_NO_PI)) != (IFF_TUN | IFF_NO_PI))
    {
      fprintf (stderr, "clat-xlat: %s: not created with IFF_TUN and IFF_NO_PI\n",
               request.ifr_name);
      return false;
    }

  flags = fcntl (tun->fd, F_GETFL);
  if (flags < 0 || fcntl (tun->fd, F_SETFL, flags | O_NONBLOCK) < 0)
    return complain ("cannot make the device non-blocking");

  if ((request.ifr_flags & IFF_VNET_HDR) == 0)
    return true;
  if (ioctl (tun->fd, TUNGETVNETHDRSZ, &length) < 0)
    return complain ("cannot get the length of the device's header");
  if ((size_t)length < sizeof (struct virtio_net_hdr) || length > MAX_VNET_HEADER)
    {
      fprintf (stderr, "clat-xlat: %s: unsupported header of %d bytes\n",
               request.ifr_name, length);
      return false;
    }
  tun->vnet_length = (size_t)length;

  tun->can_merge =
      ioctl (tun->fd, TUNSETOFFLOAD, OFFLOADS | TUN_F_USO4 | TUN_F_USO6) == 0;
  return tun->can_merge || ioctl (tun->fd, TUNSETOFFLOAD, OFFLOADS) == 0
         || complain ("cannot switch on offloads");
}

/* The counters of a previous instance are continued. */
static bool
map_statistics (struct tun *tun, int fd)
{
  struct stat status;

  if (fd < 0)
    {
      tun->statistics = calloc (1, sizeof *tun->statistics);
      return tun->statistics != NULL || complain ("cannot allocate counters");
    }

  if (fstat (fd, &status) < 0)
    return complain ("cannot use the descriptor for statistics");
  if ((size_t)status.st_size < sizeof *tun->statistics
      && ftruncate (fd, sizeof *tun->statistics) < 0)
    return complain ("cannot enlarge the memory for statistics");
  tun->statistics =
      mmap (NULL, sizeof *tun->statistics, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (tun->statistics == MAP_FAILED)
    return complain ("cannot map the memory for statistics");
  if (tun->statistics->version != XLAT_STATISTICS_VERSION
      || tun->statistics->n_reasons != XLAT_N_REASONS)
    memset (tun->statistics, 0, sizeof *tun->statistics);
  return true;
}

static bool
set_up_translator (struct tun *tun, const struct xlat_config *config)
{
  uint16_t seed;

  if (getrandom (&seed, sizeof seed, 0) != sizeof seed)
    return complain ("cannot get a random number");
  tun->xlat = xlat_new (config, seed, tun->statistics);
  return tun->xlat != NULL || complain ("cannot create the translator");
}

/* Signals are blocked except in ppoll, so that none is missed between the check and the
 * wait. */
static bool
set_up_signals (sigset_t *while_waiting)
{
  struct sigaction action = {.sa_handler = on_signal};
  sigset_t blocked;

  sigemptyset (&blocked);
  sigaddset (&blocked, SIGTERM);
  sigaddset (&blocked, SIGINT);
  if (sigprocmask (SIG_BLOCK, &blocked, while_waiting) < 0
      || sigaction (SIGTERM, &action, NULL) < 0 || sigaction (SIGINT, &action, NULL) < 0
      || signal (SIGPIPE, SIG_IGN) == SIG_ERR)
    return complain ("cannot set up signals");

  sigdelset (while_waiting, SIGTERM);
  sigdelset (while_waiting, SIGINT);
  return true;
}

static void
read_clock (struct tun *tun)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  tun->now_ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* The first of PARTS is free, for the device's header. */
static void
write_parts (struct tun *tun, enum xlat_direction direction,
             const struct xlat_offload *offload, struct iovec *parts, int n_parts)
{
  struct virtio_net_hdr vnet;
  ssize_t length = 0;

  xlat_vnet_write (offload, direction, &vnet);
  memset (tun->vnet, 0, tun->vnet_length);
  memcpy (tun->vnet, &vnet, tun->vnet_length > 0 ? sizeof vnet : 0);
  parts[0] = (struct iovec){tun->vnet, tun->vnet_length};
  for (int i = 0; i < n_parts; i++)
    length += (ssize_t)parts[i].iov_len;

  /* If the queue is full, the packet is dropped. */
  if (writev (tun->fd, parts, n_parts) != length)
    xlat_count (&tun->statistics->directions[direction].drops[XLAT_REASON_RESOURCES], 1);
}

static void
write_merged (struct tun *tun)
{
  struct xlat_merge *merge = &tun->merge;
  const struct xlat_output *first = &merge->first;

  if (merge->n == 0)
    return;
  xlat_merge_finish (merge);
  write_parts (tun, first->head[0] >> 4 == 6 ? XLAT_4TO6 : XLAT_6TO4, &first->offload,
               merge->parts, merge->n_parts);
  merge->n = 0;
}

/* A result can be kept for merging only if its body is in the input packet: the
 * translator reuses its other buffers. */
static bool
can_be_kept (const struct tun *tun, const uint8_t *packet)
{
  const struct xlat_result *result = &tun->result;
  const uint8_t *body = result->packets[0].body;

  return tun->can_merge && result->verdict == XLAT_FORWARD && result->n_packets == 1
         && body >= packet && body < packet + MAX_PACKET
         && xlat_merge_is_candidate (&result->packets[0]);
}

/* Writes the result of PACKET, or keeps it for merging; true if PACKET must stay
 * unchanged for that. */
static bool
write_packets (struct tun *tun, const uint8_t *packet)
{
  struct xlat_result *result = &tun->result;

  if (can_be_kept (tun, packet))
    {
      if (!xlat_merge_add (&tun->merge, &result->packets[0]))
        {
          write_merged (tun);
          xlat_merge_start (&tun->merge, &result->packets[0]);
        }
      return true;
    }

  write_merged (tun);
  for (unsigned i = 0; i < result->n_packets; i++)
    {
      struct xlat_output *output = &result->packets[i];
      struct iovec parts[] = {
          {0},
          {output->head, output->head_length},
          {(void *)output->body, output->body_length},
      };

      write_parts (tun, result->direction, &output->offload, parts, 3);
    }
  return false;
}

/* RFC 7915, 4.4: log packets that are dropped for their missing checksum. */
static void
report_missing_checksum (struct tun *tun, const uint8_t *packet, size_t length)
{
  char text[192];

  if (tun->now_ns - tun->last_event_ns < 1000000000u)
    return;
  tun->last_event_ns = tun->now_ns;
  xlat_describe (packet, length, text, sizeof text);
  fprintf (stderr, "clat-xlat: dropped for its missing checksum: %s\n", text);
}

/* True if PACKET must stay unchanged until the kept result has been written. */
static bool
handle_packet (struct tun *tun, uint8_t *packet, size_t length)
{
  struct xlat_offload offload = {0};
  struct virtio_net_hdr vnet;

  memcpy (&vnet, tun->vnet, sizeof vnet);
  if (tun->vnet_length > 0 && !xlat_vnet_read (&vnet, &offload))
    {
      xlat_count (&tun->statistics->directions[XLAT_4TO6].drops[XLAT_REASON_MALFORMED],
                  1);
      return false;
    }

  xlat_translate (tun->xlat, packet, length, &offload, tun->now_ns, &tun->result);
  if (tun->result.reason == XLAT_REASON_NO_CHECKSUM)
    report_missing_checksum (tun, packet, length);
  return write_packets (tun, packet);
}

enum batch
{
  BATCH_FULL,
  BATCH_EMPTY, /* nothing more to read for now */
  BATCH_FAILED
};

static enum batch
translate_batch (struct tun *tun)
{
  unsigned kept = 0;

  read_clock (tun);
  for (unsigned i = 0; i < BATCH; i++)
    {
      uint8_t *packet = tun->packets[kept];
      struct iovec parts[] = {
          {tun->vnet, tun->vnet_length},
          {packet, sizeof tun->packets[kept]},
      };
      ssize_t n = readv (tun->fd, parts, 2);

      if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return BATCH_EMPTY;
      if (n < 0)
        {
          complain ("cannot read from the device");
          return BATCH_FAILED;
        }
      xlat_count (&tun->statistics->reads, 1);
      if ((size_t)n > tun->vnet_length
          && handle_packet (tun, packet, (size_t)n - tun->vnet_length))
        kept++;
    }
  return BATCH_FULL;
}

/* Waits only if there is nothing to read, but always accepts signals. */
static bool
wait_for_packets (struct tun *tun, bool is_empty, const sigset_t *mask)
{
  static const struct timespec at_once, rest = {.tv_nsec = MAX_REST_NS};
  const struct timespec *timeout = tun->end_ns != 0 ? &rest : NULL;
  struct pollfd device = {.fd = tun->fd, .events = POLLIN};

  return ppoll (&device, 1, is_empty ? timeout : &at_once, mask) >= 0 || errno == EINTR
         || complain ("cannot wait for packets");
}

/* After the signal to stop, waits for the missing fragments of packets that a next
 * instance could not reassemble. */
static bool
is_at_end (struct tun *tun)
{
  if (!must_stop)
    return false;

  read_clock (tun);
  if (tun->end_ns == 0)
    tun->end_ns = tun->now_ns + MAX_REST_NS;
  return !xlat_is_gathering (tun->xlat) || tun->now_ns >= tun->end_ns;
}

static int
loop (struct tun *tun, const sigset_t *mask)
{
  while (!is_at_end (tun))
    {
      enum batch batch = translate_batch (tun);

      write_merged (tun);
      if (batch == BATCH_FAILED || !wait_for_packets (tun, batch == BATCH_EMPTY, mask))
        return EXIT_FAILURE;
    }
  return EXIT_SUCCESS;
}

int
xlat_tun_run (const struct xlat_config *config, int tun_fd, int stats_fd)
{
  static struct tun tun; /* no allocation after the first packet */
  sigset_t mask;

  tun.fd = tun_fd;
  if (!set_up_device (&tun) || !map_statistics (&tun, stats_fd)
      || !set_up_translator (&tun, config) || !set_up_signals (&mask)
      || !xlat_sandbox_enter (tun_fd))
    return EXIT_FAILURE;

  xlat_count (&tun.statistics->starts, 1);
  /* The sandbox does not allow the system calls of a regular exit. */
  _exit (loop (&tun, &mask));
}
