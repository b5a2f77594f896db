/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loop: read a packet, translate it, write what comes of it. The kernel leaves
 * checksums and segmentation undone where it may, so one pass moves up to 64 KB. */
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
#include "xlat-sandbox.h"
#include "xlat-vnet.h"
#include "xlat.h"

#ifndef TUN_F_USO4 /* Linux 6.2 */
#  define TUN_F_USO4 0x20
#  define TUN_F_USO6 0x40
#endif

#define OFFLOADS (TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN)

/* Packets between two looks at the clock and at signals. */
#define BATCH 64

/* An IPv6 packet with a full payload, the largest that there is. */
#define MAX_PACKET (XLAT_IPV6_HEADER + 65535)

#define MAX_VNET_HEADER 64

struct tun
{
  int fd;
  size_t vnet_length; /* 0: the device has no such header */
  struct xlat *xlat;
  struct xlat_statistics *statistics;
  uint64_t now_ns;
  uint64_t last_event_ns;
  struct xlat_result result;
  uint8_t vnet[MAX_VNET_HEADER];
  uint8_t packet[MAX_PACKET];
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
      fprintf (stderr, "clat-xlat: %s: must be made with IFF_TUN and IFF_NO_PI\n",
               request.ifr_name);
      return false;
    }

  flags = fcntl (tun->fd, F_GETFL);
  if (flags < 0 || fcntl (tun->fd, F_SETFL, flags | O_NONBLOCK) < 0)
    return complain ("cannot make the device non-blocking");

  if ((request.ifr_flags & IFF_VNET_HDR) == 0)
    return true;
  if (ioctl (tun->fd, TUNGETVNETHDRSZ, &length) < 0)
    return complain ("cannot ask for the length of the device's header");
  if ((size_t)length < sizeof (struct virtio_net_hdr) || length > MAX_VNET_HEADER)
    {
      fprintf (stderr, "clat-xlat: %s: a header of %d bytes is not understood\n",
               request.ifr_name, length);
      return false;
    }
  tun->vnet_length = (size_t)length;

  if (ioctl (tun->fd, TUNSETOFFLOAD, OFFLOADS | TUN_F_USO4 | TUN_F_USO6) < 0
      && ioctl (tun->fd, TUNSETOFFLOAD, OFFLOADS) < 0)
    return complain ("cannot switch on offloads");
  return true;
}

/* Counters that an earlier life of this program has left go on. */
static bool
map_statistics (struct tun *tun, int fd)
{
  struct stat status;

  if (fd < 0)
    {
      tun->statistics = calloc (1, sizeof *tun->statistics);
      return tun->statistics != NULL || complain ("cannot count");
    }

  if (fstat (fd, &status) < 0)
    return complain ("the descriptor for statistics");
  if ((size_t)status.st_size < sizeof *tun->statistics
      && ftruncate (fd, sizeof *tun->statistics) < 0)
    return complain ("the memory for statistics is too small");
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
  return tun->xlat != NULL || complain ("cannot make a translator");
}

/* Signals are let in only while waiting, so that none is missed between a look and a
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
      || sigaction (SIGTERM, &action, NULL) < 0 || sigaction (SIGINT, &action, NULL) < 0)
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

static void
write_packets (struct tun *tun)
{
  enum xlat_direction direction = tun->result.direction;
  struct virtio_net_hdr vnet;

  for (unsigned i = 0; i < tun->result.n_packets; i++)
    {
      struct xlat_output *packet = &tun->result.packets[i];
      struct iovec parts[] = {
          {tun->vnet,            tun->vnet_length   },
          {packet->head,         packet->head_length},
          {(void *)packet->body, packet->body_length},
      };
      size_t length = tun->vnet_length + packet->head_length + packet->body_length;

      xlat_vnet_write (&packet->offload, direction, &vnet);
      memset (tun->vnet, 0, tun->vnet_length);
      memcpy (tun->vnet, &vnet, tun->vnet_length > 0 ? sizeof vnet : 0);

      /* A full queue loses packets, as anywhere. */
      if (writev (tun->fd, parts, 3) != (ssize_t)length)
        xlat_count (&tun->statistics->directions[direction].drops[XLAT_REASON_RESOURCES],
                    1);
    }
}

/* RFC 7915, 4.4: somebody sends what was configured not to pass, and should know. */
static void
report_missing_checksum (struct tun *tun, size_t length)
{
  char text[192];

  if (tun->now_ns - tun->last_event_ns < 1000000000u)
    return;
  tun->last_event_ns = tun->now_ns;
  xlat_describe (tun->packet, length, text, sizeof text);
  fprintf (stderr, "clat-xlat: dropped for its missing checksum: %s\n", text);
}

static void
handle_packet (struct tun *tun, size_t length)
{
  struct xlat_offload offload = {0};
  struct virtio_net_hdr vnet;

  memcpy (&vnet, tun->vnet, sizeof vnet);
  if (tun->vnet_length > 0 && !xlat_vnet_read (&vnet, &offload))
    {
      xlat_count (&tun->statistics->directions[XLAT_4TO6].drops[XLAT_REASON_MALFORMED],
                  1);
      return;
    }

  xlat_translate (tun->xlat, tun->packet, length, &offload, tun->now_ns, &tun->result);
  write_packets (tun);
  if (tun->result.reason == XLAT_REASON_NO_CHECKSUM)
    report_missing_checksum (tun, length);
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
  struct iovec parts[] = {
      {tun->vnet,   tun->vnet_length  },
      {tun->packet, sizeof tun->packet},
  };

  read_clock (tun);
  for (unsigned i = 0; i < BATCH; i++)
    {
      ssize_t n = readv (tun->fd, parts, 2);

      if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return BATCH_EMPTY;
      if (n < 0)
        {
          complain ("cannot read from the device");
          return BATCH_FAILED;
        }
      if ((size_t)n > tun->vnet_length)
        handle_packet (tun, (size_t)n - tun->vnet_length);
    }
  return BATCH_FULL;
}

/* Waits only if nothing is left to read, but lets signals in always. */
static bool
wait_for_packets (struct tun *tun, bool is_empty, const sigset_t *mask)
{
  static const struct timespec at_once;
  struct pollfd device = {.fd = tun->fd, .events = POLLIN};

  return ppoll (&device, 1, is_empty ? NULL : &at_once, mask) >= 0 || errno == EINTR
         || complain ("cannot wait for packets");
}

static int
loop (struct tun *tun, const sigset_t *mask)
{
  while (!must_stop)
    {
      enum batch batch = translate_batch (tun);

      if (batch == BATCH_FAILED || !wait_for_packets (tun, batch == BATCH_EMPTY, mask))
        return EXIT_FAILURE;
    }
  return EXIT_SUCCESS;
}

int
xlat_tun_run (const struct xlat_config *config, int tun_fd, int stats_fd)
{
  static struct tun tun; /* all memory is there before the first packet */
  sigset_t mask;

  tun.fd = tun_fd;
  if (!set_up_device (&tun) || !map_statistics (&tun, stats_fd)
      || !set_up_translator (&tun, config) || !set_up_signals (&mask)
      || !xlat_sandbox_enter (tun_fd))
    return EXIT_FAILURE;

  xlat_count (&tun.statistics->starts, 1);
  /* What tidying up takes is no longer allowed. */
  _exit (loop (&tun, &mask));
}
