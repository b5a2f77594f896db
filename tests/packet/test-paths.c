/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the programs of the data path send a packet: to the router of its pair, to the
 * host, to clat-xlat; or whether they drop it or leave it to the kernel.
 *
 *   host | host == inner (4to6) ... (6to4) uplink == router
 *                            slow tun
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <string.h>
#include <unistd.h>

#include "clat-shared.h"
#include "clat-trace.h"
#include "clat.skel.h"
#include "devices.h"

#define STATUS_SKIPPED 77
#define N_PAIRS        3
#define IPV6_HEADER    40

#define HOST_MAC  "02:00:00:00:00:02"
#define INNER_MAC "02:00:00:00:00:01"

enum mode
{
  BOTH_PATHS,
  SLOW_PATH_ONLY,
  NO_SLOW_PATH,
};

typedef struct
{
  int tun;
  int host; /* sockets at the other ends of the veth pairs */
  int router;
  struct clat *skeleton;
} Fixture;

/* The last two have the same IPv6 address. */
static const char *const ipv4[N_PAIRS] = {"192.0.0.2", "192.0.0.3", "192.0.0.4"};
static const char *const ipv6[N_PAIRS] = {"2001:db8:1::c", "2001:db8:2::d",
                                          "2001:db8:2::d"};
static const char *const prefixes[N_PAIRS] = {"64:ff9b::", "64:ff9b::", "2001:db8:65::"};
static const char *const peers[N_PAIRS] = {"64:ff9b::1.2.3.4", "64:ff9b::1.2.3.4",
                                           "2001:db8:65::1.2.3.4"};

static void
put_mac (guint8 *mac, guint8 last)
{
  memset (mac, 0, ETH_ALEN);
  mac[0] = 2;
  mac[ETH_ALEN - 1] = last;
}

static void
configure (struct clat_datapath *datapath, enum mode mode)
{
  datapath->n_pairs = N_PAIRS;
  for (guint i = 0; i < N_PAIRS; i++)
    {
      struct clat_pair *pair = &datapath->pairs[i];

      inet_pton (AF_INET, ipv4[i], &pair->ipv4);
      inet_pton (AF_INET6, ipv6[i], pair->ipv6);
      inet_pton (AF_INET6, prefixes[i], pair->prefix);
      pair->prefix_length = 96;
      pair->next_hop[0] = htonl (0xfe800000);
      pair->next_hop[3] = htonl (i + 1);
    }
  datapath->uplink = devices_get_ifindex ("uplink");
  datapath->inner = devices_get_ifindex ("inner");
  datapath->slow = mode == NO_SLOW_PATH ? 0 : devices_get_ifindex ("slow");
  datapath->slow_path_only = mode == SLOW_PATH_ONLY;
  datapath->mtu6 = datapath->mtu4 = 1500;
  datapath->lowest_ipv6_mtu = 1280;
  put_mac (datapath->inner_mac, 1);
  put_mac (datapath->host_mac, 2);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  int host = devices_new_namespace ();
  int namespace = devices_new_namespace ();

  devices_ip ("link add inner address " INNER_MAC
              " type veth peer name host address " HOST_MAC " netns /proc/%d/fd/%d",
              getpid (), host);
  devices_ip ("link add uplink type veth peer name router");
  devices_ip ("link set inner up");
  devices_ip ("link set uplink up");
  devices_ip ("link set router up");
  for (guint i = 1; i <= N_PAIRS; i++)
    devices_ip ("neigh add fe80::%u lladdr 02:00:00:00:01:%02u dev uplink nud permanent",
                i, i);
  fixture->tun = devices_new_tun ("slow");
  devices_wait_until_up ("uplink");
  devices_wait_until_up ("router");
  fixture->router = devices_open_socket ("router");

  fixture->skeleton = clat__open ();
  configure (&fixture->skeleton->rodata->datapath, GPOINTER_TO_INT (data));
  devices_check_loaded (clat__load (fixture->skeleton));
  devices_attach ("inner", fixture->skeleton->progs.clat_4to6);
  devices_attach ("uplink", fixture->skeleton->progs.clat_6to4);
  devices_attach ("slow", fixture->skeleton->progs.clat_slow);

  devices_enter_namespace (host);
  devices_ip ("link set host up");
  devices_wait_until_up ("host");
  fixture->host = devices_open_socket ("host");
  devices_enter_namespace (namespace);
  devices_wait_until_up ("inner");
  close (namespace);
  close (host);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  clat__destroy (fixture->skeleton);
  close (fixture->tun);
  close (fixture->host);
  close (fixture->router);
}

/* An IPv6 packet without payload of an experimental protocol (RFC 3692). */
static gsize
make6 (guint8 *packet, const char *source, const char *destination, guint8 hops)
{
  memset (packet, 0, 40);
  packet[0] = 0x60;
  packet[6] = 253;
  packet[7] = hops;
  inet_pton (AF_INET6, source, packet + 8);
  inet_pton (AF_INET6, destination, packet + 24);
  return 40;
}

static gsize
make4 (guint8 *packet, const char *source, const char *destination, guint8 ttl)
{
  guint32 sum = 0;

  memset (packet, 0, 20);
  packet[0] = 0x45;
  packet[3] = 20;
  packet[8] = ttl;
  packet[9] = 253;
  inet_pton (AF_INET, source, packet + 12);
  inet_pton (AF_INET, destination, packet + 16);
  for (guint i = 0; i < 20; i += 2)
    sum += (guint32)(packet[i] << 8 | packet[i + 1]);
  sum = ~(sum + (sum >> 16));
  packet[10] = (guint8)(sum >> 8);
  packet[11] = (guint8)sum;
  return 20;
}

static gsize
make_ethernet (guint8 *frame, guint16 type)
{
  memset (frame, 0, ETH_HLEN);
  frame[12] = (guint8)(type >> 8);
  frame[13] = (guint8)type;
  return ETH_HLEN;
}

static gsize
make_frame4 (guint8 *frame, const char *source, guint8 ttl)
{
  gsize length = make_ethernet (frame, ETH_P_IP);

  put_mac (frame, 1);
  return length + make4 (frame + length, source, "198.51.100.1", ttl);
}

static gsize
make_frame6 (guint8 *frame, guint i, guint8 hops)
{
  gsize length = make_ethernet (frame, ETH_P_IPV6);

  return length + make6 (frame + length, peers[i], ipv6[i], hops);
}

static void
assert_sent_to_router (Fixture *fixture, guint8 number, const char *source)
{
  const guint8 mac[ETH_ALEN] = {2, 0, 0, 0, 1, number};
  guint8 address[16];
  DeviceFrame frame;

  devices_receive (fixture->router, ETH_HLEN, &frame);
  g_assert_cmpmem (frame.data, ETH_ALEN, mac, sizeof mac);
  g_assert_cmphex (frame.data[12] << 8 | frame.data[13], ==, ETH_P_IPV6);
  inet_pton (AF_INET6, source, address);
  g_assert_cmpmem (frame.data + ETH_HLEN + 8, 16, address, sizeof address);
}

static void
assert_sent_to_host (Fixture *fixture, const char *destination)
{
  guint8 macs[2 * ETH_ALEN], address[4];
  DeviceFrame frame;

  put_mac (macs, 2);
  put_mac (macs + ETH_ALEN, 1);
  devices_receive (fixture->host, ETH_HLEN, &frame);
  g_assert_cmpmem (frame.data, sizeof macs, macs, sizeof macs);
  g_assert_cmphex (frame.data[12] << 8 | frame.data[13], ==, ETH_P_IP);
  inet_pton (AF_INET, destination, address);
  g_assert_cmpmem (frame.data + ETH_HLEN + 16, 4, address, sizeof address);
}

static void
test_fast_4to6 (Fixture *fixture, gconstpointer data)
{
  guint8 frame[64];

  for (guint i = 0; i < N_PAIRS; i++)
    {
      devices_send (fixture->host, frame, make_frame4 (frame, ipv4[i], DEVICES_TTL + 1));
      assert_sent_to_router (fixture, (guint8)(i + 1), ipv6[i]);
    }
}

static void
test_slow_4to6 (Fixture *fixture, gconstpointer data)
{
  guint8 packet[64];

  for (guint i = 0; i < N_PAIRS; i++)
    {
      devices_send (fixture->tun, packet, make6 (packet, ipv6[i], peers[i], DEVICES_TTL));
      assert_sent_to_router (fixture, (guint8)(i + 1), ipv6[i]);
    }
}

/* An ICMP error that clat-xlat sends has the address that it answers for as its source.
 */
static void
test_slow_foreign_source (Fixture *fixture, gconstpointer data)
{
  guint8 packet[64];

  devices_send (fixture->tun, packet,
                make6 (packet, "64:ff9b::1.2.3.4", "2001:db8:9::1", DEVICES_TTL));
  assert_sent_to_router (fixture, 1, "64:ff9b::1.2.3.4");
}

static void
test_fast_6to4 (Fixture *fixture, gconstpointer data)
{
  guint8 frame[64];

  for (guint i = 0; i < N_PAIRS; i++)
    {
      devices_send (fixture->router, frame, make_frame6 (frame, i, DEVICES_TTL + 1));
      assert_sent_to_host (fixture, ipv4[i]);
    }
}

static void
test_slow_6to4 (Fixture *fixture, gconstpointer data)
{
  guint8 packet[64];

  devices_send (fixture->tun, packet,
                make4 (packet, "198.51.100.1", ipv4[1], DEVICES_TTL));
  assert_sent_to_host (fixture, ipv4[1]);
}

static void
assert_handed_over (Fixture *fixture, const guint8 *packet, gsize length)
{
  DeviceFrame received;

  devices_receive (fixture->tun, 0, &received);
  g_assert_cmpmem (received.data, received.length, packet, length);
}

/* What the fast path does not handle, here a foreign source, reaches clat-xlat unchanged.
 */
static void
test_handed_over (Fixture *fixture, gconstpointer data)
{
  guint8 frame[64];
  gsize length = make_frame4 (frame, "10.9.8.7", DEVICES_TTL);

  devices_send (fixture->host, frame, length);
  assert_handed_over (fixture, frame + ETH_HLEN, length - ETH_HLEN);
}

static void
test_slow_path_only (Fixture *fixture, gconstpointer data)
{
  guint8 frame[64];
  gsize length = make_frame4 (frame, ipv4[0], DEVICES_TTL);

  devices_send (fixture->host, frame, length);
  assert_handed_over (fixture, frame + ETH_HLEN, length - ETH_HLEN);

  length = make_frame6 (frame, 0, DEVICES_TTL);
  devices_send (fixture->router, frame, length);
  assert_handed_over (fixture, frame + ETH_HLEN, length - ETH_HLEN);
}

static guint64
count_drops (Fixture *fixture, guint32 direction, enum xlat_reason reason)
{
  gsize n = (gsize)libbpf_num_possible_cpus ();
  g_autofree struct clat_counters *counters = g_new0 (struct clat_counters, n);
  guint64 drops = 0;

  g_assert_cmpint (bpf_map_lookup_elem (bpf_map__fd (fixture->skeleton->maps.counters),
                                        &direction, counters),
                   ==, 0);
  for (gsize i = 0; i < n; i++)
    drops += counters[i].drops[reason];
  return drops;
}

static void
test_no_slow_path (Fixture *fixture, gconstpointer data)
{
  guint8 frame[64];

  devices_send (fixture->host, frame, make_frame4 (frame, "10.9.8.7", 64));
  devices_send (fixture->router, frame, make_frame6 (frame, 0, 1));
  devices_send (fixture->host, frame, make_frame4 (frame, ipv4[0], DEVICES_TTL + 1));
  assert_sent_to_router (fixture, 1, ipv6[0]);
  g_assert_cmpuint (count_drops (fixture, CLAT_4TO6, XLAT_REASON_BAD_SOURCE), ==, 1);
  g_assert_cmpuint (count_drops (fixture, CLAT_6TO4, XLAT_REASON_TTL_EXPIRED), ==, 1);
}

/* From router solicitations to redirects (RFC 4861, 4) all is left to the kernel; the
 * types next to them are for clat-xlat to drop and count. */
static void
test_neighbour_discovery (Fixture *fixture, gconstpointer data)
{
  guint8 frame[ETH_HLEN + 40 + 8] = {0};
  guint8 *icmp = frame + make_frame6 (frame, 0, DEVICES_TTL);

  frame[ETH_HLEN + 5] = 8;
  frame[ETH_HLEN + 6] = IPPROTO_ICMPV6;
  for (guint type = 133; type <= 137; type++)
    {
      icmp[0] = (guint8)type;
      devices_send (fixture->router, frame, sizeof frame);
    }
  icmp[0] = 132;
  devices_send (fixture->router, frame, sizeof frame);
  assert_handed_over (fixture, frame + ETH_HLEN, sizeof frame - ETH_HLEN);
  icmp[0] = 138;
  devices_send (fixture->router, frame, sizeof frame);
  assert_handed_over (fixture, frame + ETH_HLEN, sizeof frame - ETH_HLEN);
}

typedef struct
{
  guint n;
  ClatTraceRecord last; /* of its packets only whether they exist */
} Traced;

static void
on_record (const ClatTraceRecord *record, gpointer data)
{
  Traced *self = data;

  /* The kernel's own packets, of neighbour discovery and MLD, have a payload; those of
   * the test are only a header. */
  if (record->before.length > IPV6_HEADER)
    return;
  self->n++;
  self->last = *record;
}

static void
wait_for_records (const Traced *traced, guint n)
{
  while (traced->n < n)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (traced->n, ==, n);
}

/* Both sides of what the fast path and clat-xlat translate. */
static void
test_trace (Fixture *fixture, gconstpointer data)
{
  Traced traced = {0};
  ClatPrefix prefix;
  g_autoptr (ClatTrace) trace = NULL;
  guint8 frame[64];
  gsize length;

  g_assert_true (clat_prefix_parse ("64:ff9b::/96", &prefix, NULL));
  trace = clat_trace_new (&prefix, on_record, &traced);
  g_assert_true (clat_trace_follow (trace, NULL));

  devices_send (fixture->host, frame, make_frame4 (frame, ipv4[0], DEVICES_TTL + 1));
  wait_for_records (&traced, 1);
  g_assert_cmpint (traced.last.way, ==, CLAT_TRACE_WAY_FAST);
  g_assert_true (traced.last.is_out);
  g_assert_cmpuint (traced.last.before.length, ==, 20);
  g_assert_cmpuint (traced.last.after.length, ==, 40);

  devices_send (fixture->router, frame, make_frame6 (frame, 0, DEVICES_TTL + 1));
  wait_for_records (&traced, 2);
  g_assert_false (traced.last.is_out);

  length = make_frame4 (frame, "10.9.8.7", DEVICES_TTL);
  devices_send (fixture->host, frame, length);
  assert_handed_over (fixture, frame + ETH_HLEN, length - ETH_HLEN);
  devices_send (fixture->tun, frame,
                make6 (frame, ipv6[0], "64:ff9b::198.51.100.1", DEVICES_TTL));
  wait_for_records (&traced, 3);
  g_assert_cmpint (traced.last.way, ==, CLAT_TRACE_WAY_SLOW);
  g_assert_nonnull (traced.last.before.data);
  g_assert_nonnull (traced.last.after.data);
}

static void
test_traced_drop (Fixture *fixture, gconstpointer data)
{
  Traced traced = {0};
  ClatPrefix prefix = {0};
  g_autoptr (ClatTrace) trace = clat_trace_new (&prefix, on_record, &traced);
  guint8 frame[64];

  g_assert_true (clat_trace_follow (trace, NULL));
  devices_send (fixture->host, frame, make_frame4 (frame, "10.9.8.7", 64));
  wait_for_records (&traced, 1);
  g_assert_true (traced.last.is_dropped);
  g_assert_cmpstr (traced.last.reason, ==, "bad-source");
  g_assert_null (traced.last.after.data);
}

/* Without a buffer for its packets, as after the end of a process, a trace ends. */
static void
test_trace_without_reader (Fixture *fixture, gconstpointer data)
{
  guint8 frame[64];

  fixture->skeleton->data_trace->trace_process = 1;
  devices_send (fixture->host, frame, make_frame4 (frame, ipv4[0], DEVICES_TTL + 1));
  assert_sent_to_router (fixture, 1, ipv6[0]);
  g_assert_cmpuint (fixture->skeleton->data_trace->trace_process, ==, 0);
}

static void
add (const char *path, enum mode mode,
     void (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, GINT_TO_POINTER (mode), set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (geteuid () != 0)
    {
      g_printerr ("skipped: only root may load BPF programs\n");
      return STATUS_SKIPPED;
    }

  add ("/paths/fast-4to6", BOTH_PATHS, test_fast_4to6);
  add ("/paths/slow-4to6", BOTH_PATHS, test_slow_4to6);
  add ("/paths/slow-foreign-source", BOTH_PATHS, test_slow_foreign_source);
  add ("/paths/fast-6to4", BOTH_PATHS, test_fast_6to4);
  add ("/paths/slow-6to4", BOTH_PATHS, test_slow_6to4);
  add ("/paths/handed-over", BOTH_PATHS, test_handed_over);
  add ("/paths/neighbour-discovery", BOTH_PATHS, test_neighbour_discovery);
  add ("/paths/slow-path-only", SLOW_PATH_ONLY, test_slow_path_only);
  add ("/paths/no-slow-path", NO_SLOW_PATH, test_no_slow_path);
  add ("/paths/trace", BOTH_PATHS, test_trace);
  add ("/paths/traced-drop", NO_SLOW_PATH, test_traced_drop);
  add ("/paths/trace-without-reader", BOTH_PATHS, test_trace_without_reader);
  return g_test_run ();
}
