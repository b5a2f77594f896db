/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads the BPF programs and runs them on packets (BPF_PROG_TEST_RUN). */
#include "fast-path.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clat-shared.h"
#include "clat.skel.h"
#include "xlat-wire.h"

/* The exit status of a skipped test. */
#define STATUS_SKIPPED 77

/* Statistics of the verifier, at the end of its log; older kernels do not have them in
 * struct bpf_prog_info. */
#define LOG_STATISTICS 4
#define LOG_SIZE       65536

#define MAX_PACKET sizeof (((FastResult *)NULL)->packet)

/* Any device will do: BPF_PROG_TEST_RUN does not redirect. Without one, a packet for the
 * slow path would be dropped. */
#define SLOW_IFINDEX 1

/* The copy of a packet that is to be split would be sent: without this device it stays
 * whole, and is handed over. */
#define MISSING_IFINDEX G_MAXINT

static const guint8 inner_mac[] = {2, 0, 0, 0, 0, 1};
static const guint8 host_mac[] = {2, 0, 0, 0, 0, 2};

struct FastPath
{
  struct clat *skeleton;
  gboolean has_direct;
  gboolean splits; /* fragments, which the direct way leaves then */
  FastCost cost;
  gsize largest;
};

static void
configure (struct clat_datapath *datapath, const struct xlat_config *config,
           gboolean slow_path_only)
{
  datapath->n_pairs = MIN (config->n_pairs, CLAT_MAX_PAIRS);
  for (guint i = 0; i < datapath->n_pairs; i++)
    {
      struct clat_pair *pair = &datapath->pairs[i];

      pair->ipv4 = config->pairs[i].ipv4;
      memcpy (pair->ipv6, &config->pairs[i].ipv6, sizeof pair->ipv6);
      memcpy (pair->prefix, &config->pairs[i].prefix.address, sizeof pair->prefix);
      pair->prefix_length = config->pairs[i].prefix.length;
      pair->next_hop[0] = htonl (0xfe800000);
      pair->next_hop[3] = htonl (1);
    }
  datapath->own_ipv4 = config->own_ipv4;
  datapath->uplink = datapath->slow = SLOW_IFINDEX;
  datapath->inner = MISSING_IFINDEX;
  datapath->slow_path_only = slow_path_only;
  datapath->direct = slow_path_only ? 0 : SLOW_IFINDEX;
  datapath->mtu6 = config->mtu6;
  datapath->mtu4 = config->mtu4;
  datapath->lowest_ipv6_mtu = config->lowest_ipv6_mtu;
  datapath->private_destinations = config->private_destinations;
  memcpy (datapath->inner_mac, inner_mac, sizeof inner_mac);
  memcpy (datapath->host_mac, host_mac, sizeof host_mac);
}

static guint
read_cost (const char *log)
{
  const char *line = strstr (log, "processed ");
  guint cost = 0;

  if (line == NULL || sscanf (line, "processed %u insns", &cost) != 1)
    g_error ("no statistics in the log of the verifier: %s", log);
  return cost;
}

static void
load (FastPath *self)
{
  struct
  {
    struct bpf_program *program;
    guint *cost;
    char *log;
  } programs[] = {
      {self->skeleton->progs.clat_4to6, &self->cost.to_ipv6, NULL},
      {self->skeleton->progs.clat_nm_direct, &self->cost.direct, NULL},
      {self->skeleton->progs.clat_6to4, &self->cost.to_ipv4, NULL},
      {self->skeleton->progs.clat_slow, &self->cost.slow, NULL},
  };
  int result;

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      programs[i].log = g_malloc0 (LOG_SIZE);
      bpf_program__set_log_buf (programs[i].program, programs[i].log, LOG_SIZE);
      bpf_program__set_log_level (programs[i].program, LOG_STATISTICS);
    }

  result = clat__load (self->skeleton);
  if (result == -EPERM || result == -ENOSYS)
    {
      g_printerr ("skipped: BPF programs cannot be loaded: %s\n", g_strerror (-result));
      exit (STATUS_SKIPPED);
    }
  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      if (result != 0)
        g_printerr ("%s", programs[i].log);
      else if (bpf_program__autoload (programs[i].program))
        *programs[i].cost = read_cost (programs[i].log);
      g_free (programs[i].log);
    }
  if (result != 0)
    g_error ("loading the data path: %s", g_strerror (-result));
}

/* Runs a program on PACKET with an Ethernet header before it. */
static int
try_program (const struct bpf_program *program, const FastPacket *packet, guint8 *out,
             gsize *out_size, guint32 *action)
{
  gboolean is_4to6 = packet->direction == XLAT_4TO6;
  guint16 ethernet_type = is_4to6 ? ETH_P_IP : ETH_P_IPV6;
  g_autofree guint8 *frame = g_malloc0 (ETH_HLEN + packet->length);
  struct __sk_buff context = {.gso_size = packet->gso_size, .gso_segs = packet->segments};
  LIBBPF_OPTS (bpf_test_run_opts, options, .data_in = frame,
               .data_size_in = (guint32)(ETH_HLEN + packet->length), .data_out = out,
               .data_size_out = (guint32)*out_size, .ctx_in = &context,
               .ctx_size_in = sizeof context, .repeat = 1);
  int result;

  frame[12] = (guint8)(ethernet_type >> 8);
  frame[13] = (guint8)ethernet_type;
  memcpy (frame + ETH_HLEN, packet->data, packet->length);

  result = bpf_prog_test_run_opts (bpf_program__fd (program), &options);
  *out_size = options.data_size_out;
  *action = options.retval;
  return result;
}

static int
try_packet (const FastPath *self, const FastPacket *packet, guint8 *out, gsize *out_size,
            guint32 *action)
{
  return try_program (packet->direction == XLAT_4TO6 ? self->skeleton->progs.clat_4to6
                                                     : self->skeleton->progs.clat_6to4,
                      packet, out, out_size, action);
}

/* About a page: the kernel needs room for its own data. */
static gsize
find_largest (const FastPath *self)
{
  gsize fits = 64, too_large = MAX_PACKET;
  g_autofree guint8 *data = g_malloc0 (MAX_PACKET);
  guint8 out[ETH_HLEN + MAX_PACKET];

  while (too_large - fits > 1)
    {
      FastPacket packet = {.data = data, .length = (fits + too_large) / 2};
      gsize out_size = sizeof out;
      guint32 action;

      if (try_packet (self, &packet, out, &out_size, &action) == 0)
        fits = packet.length;
      else
        too_large = packet.length;
    }
  return fits;
}

FastPath *
fast_path_new (const struct xlat_config *config, gboolean slow_path_only)
{
  FastPath *self = g_new0 (FastPath, 1);

  self->skeleton = clat__open ();
  if (self->skeleton == NULL)
    g_error ("opening the data path: %s", g_strerror (errno));
  configure (&self->skeleton->rodata->datapath, config, slow_path_only);
  self->has_direct = !slow_path_only;
  self->splits = config->lowest_ipv6_mtu < config->mtu6;
  bpf_program__set_autoload (self->skeleton->progs.clat_nm_direct, self->has_direct);
  bpf_map__set_max_entries (self->skeleton->maps.clat_flows, 1);
  load (self);
  self->largest = find_largest (self);
  return self;
}

void
fast_path_free (FastPath *self)
{
  clat__destroy (self->skeleton);
  g_free (self);
}

const FastCost *
fast_path_get_cost (FastPath *self)
{
  return &self->cost;
}

gsize
fast_path_get_largest (FastPath *self)
{
  return self->largest;
}

/* Reads the counters and resets them. */
static void
take_counters (FastPath *self, guint32 direction, struct clat_counters *sum)
{
  gsize n = (gsize)libbpf_num_possible_cpus ();
  g_autofree struct clat_counters *parts = g_new0 (struct clat_counters, n);
  int fd = bpf_map__fd (self->skeleton->maps.counters);

  memset (sum, 0, sizeof *sum);
  if (bpf_map_lookup_elem (fd, &direction, parts) != 0)
    g_error ("reading counters: %s", g_strerror (errno));
  for (gsize i = 0; i < n; i++)
    {
      sum->packets += parts[i].packets;
      sum->bytes += parts[i].bytes;
      for (guint reason = 0; reason < XLAT_N_REASONS; reason++)
        sum->drops[reason] += parts[i].drops[reason];
    }

  memset (parts, 0, n * sizeof *parts);
  if (bpf_map_update_elem (fd, &direction, parts, BPF_ANY) != 0)
    g_error ("clearing counters: %s", g_strerror (errno));
}

static enum xlat_reason
counted_reason (const struct clat_counters *counters)
{
  for (guint i = 0; i < XLAT_N_REASONS; i++)
    if (counters->drops[i] == 1)
      return (enum xlat_reason)i;
  g_error ("dropped and not counted");
}

static void
judge (FastResult *result, guint32 action, const struct clat_counters *counters)
{
  result->packets = counters->packets;
  result->bytes = counters->bytes;
  result->reason = XLAT_REASON_NONE;
  switch (action)
    {
    case TC_ACT_OK:
      result->verdict = FAST_LEFT;
      return;
    case TC_ACT_SHOT:
      result->verdict = FAST_DROPPED;
      result->reason = counted_reason (counters);
      return;
    case TC_ACT_REDIRECT:
      result->verdict = counters->packets > 0 ? FAST_TRANSLATED : FAST_HANDED_OVER;
      return;
    default:
      g_error ("unexpected action %u", action);
    }
}

/* Only towards the host: on the link the kernel writes the Ethernet header later. */
static void
check_ethernet_header (const guint8 *frame)
{
  g_assert_cmpmem (frame, ETH_ALEN, host_mac, sizeof host_mac);
  g_assert_cmpmem (frame + ETH_ALEN, ETH_ALEN, inner_mac, sizeof inner_mac);
  g_assert_cmphex (frame[12] << 8 | frame[13], ==, ETH_P_IP);
}

static gboolean
is_left_by_direct (const FastPath *self, const FastPacket *packet,
                   const FastResult *expected)
{
  const struct xlat_ipv4 *ip = (const struct xlat_ipv4 *)packet->data;
  guint16 fragment = XLAT_IPV4_MORE_FRAGMENTS | XLAT_IPV4_OFFSET_MASK;

  return expected->verdict != FAST_TRANSLATED
         || (self->splits && (ip->fragment & htons (fragment)) != 0);
}

/* The direct way translates the packets that clat_4to6 translates, except fragments where
 * that may split them, to the same bytes, and counts them. The others go on unchanged. */
static void
check_direct (FastPath *self, const FastPacket *packet, const FastResult *expected)
{
  guint8 out[ETH_HLEN + MAX_PACKET];
  gsize out_size = sizeof out;
  struct clat_counters counters;
  guint32 action;

  g_assert_cmpint (
      try_program (self->skeleton->progs.clat_nm_direct, packet, out, &out_size, &action),
      ==, 0);
  take_counters (self, XLAT_4TO6, &counters);
  if (is_left_by_direct (self, packet, expected))
    {
      g_assert_cmpint ((gint32)action, ==, TC_ACT_UNSPEC);
      g_assert_cmpmem (out + ETH_HLEN, out_size - ETH_HLEN, packet->data, packet->length);
      g_assert_cmpuint (counters.packets, ==, 0);
      return;
    }
  g_assert_cmpint (action, ==, TC_ACT_REDIRECT);
  g_assert_cmpmem (out + ETH_HLEN, out_size - ETH_HLEN, expected->packet,
                   expected->length);
  g_assert_cmpuint (counters.packets, ==, expected->packets);
  g_assert_cmpuint (counters.bytes, ==, expected->bytes);
}

gboolean
fast_path_run (FastPath *self, const FastPacket *packet, FastResult *result)
{
  guint8 out[ETH_HLEN + MAX_PACKET];
  gsize out_size = sizeof out;
  struct clat_counters counters;
  guint32 action;
  int error;

  take_counters (self, packet->direction, &counters);
  error = try_packet (self, packet, out, &out_size, &action);
  if (error == -EINVAL)
    return FALSE;
  if (error != 0)
    g_error ("trying a packet: %s", g_strerror (-error));

  take_counters (self, packet->direction, &counters);
  judge (result, action, &counters);
  if (result->verdict == FAST_TRANSLATED && packet->direction == XLAT_6TO4)
    check_ethernet_header (out);
  result->length = out_size - ETH_HLEN;
  memcpy (result->packet, out + ETH_HLEN, result->length);
  if (packet->direction == XLAT_4TO6 && self->has_direct)
    check_direct (self, packet, result);
  return TRUE;
}
