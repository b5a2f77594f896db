/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The programs of a translator with the host's address: which packets of the link are the
 * translator's, and which of its packets may leave.
 *
 *   wire == parent (clat_nm_in)    (clat_nm_out) outside == | == inside
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <linux/icmpv6.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "clat-shared.h"
#include "devices.h"
#include "redirect-shared.h"
#include "shared.skel.h"

#define STATUS_SKIPPED 77

#define HOST   "2001:db8:1::c"
#define NAT64  "64:ff9b::102:304"
#define OTHER  "64:ff9b::102:305"
#define ROUTER "2001:db8:1::1" /* outside of the prefix */

#define IPV6_LENGTH 40
#define MAX_FRAME   256

#define LOCAL_PORT  1025
#define REMOTE_PORT 80

#define TICK 10000 /* µs, of the kernel with the slowest one */

typedef struct
{
  int wire;
  int inside;
  int host; /* namespace */
  struct shared *skeleton;
} Fixture;

static const guint8 link_mac[ETH_ALEN] = {2, 0, 0, 0, 0, 1};
static const guint8 other_mac[ETH_ALEN] = {2, 0, 0, 0, 0, 9};

static void
configure (struct clat_redirect *redirect)
{
  redirect->parent = devices_get_ifindex ("parent");
  redirect->veth = devices_get_ifindex ("outside");
  redirect->has_ethernet = redirect->uses_next_hop = 1;
  memcpy (redirect->mac, link_mac, sizeof link_mac);
  redirect->n_addresses = 1;
  inet_pton (AF_INET6, HOST, redirect->addresses[0]);
  inet_pton (AF_INET6, "fe80::1", redirect->next_hop);
  redirect->n_prefixes = 1;
  inet_pton (AF_INET6, "64:ff9b::", redirect->prefixes[0].address);
  memset (redirect->prefixes[0].mask, 0xff, 12);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  int namespace = devices_new_namespace ();

  fixture->host = devices_new_namespace ();
  devices_ip ("link add parent address 02:00:00:00:00:01 type veth peer name wire");
  devices_ip ("link set wire up");
  devices_ip ("link set parent up");
  devices_ip ("address add " HOST "/128 dev parent nodad");
  devices_ip ("neighbour add fe80::1 lladdr 02:00:00:00:00:09 dev parent");
  devices_wait_until_up ("wire");
  devices_wait_until_up ("parent");
  fixture->wire = devices_open_socket ("wire");
  devices_ip ("link add outside type veth peer name inside netns /proc/%d/fd/%d",
              getpid (), namespace);
  devices_ip ("link set outside up");

  fixture->skeleton = shared__open ();
  configure (&fixture->skeleton->rodata->redirect);
  devices_check_loaded (shared__load (fixture->skeleton));
  devices_attach ("parent", fixture->skeleton->progs.clat_nm_in);
  devices_attach ("outside", fixture->skeleton->progs.clat_nm_out);

  devices_enter_namespace (namespace);
  devices_ip ("link set inside up");
  devices_wait_until_up ("inside");
  fixture->inside = devices_open_socket ("inside");
  devices_enter_namespace (fixture->host);
  devices_wait_until_up ("outside");
  close (namespace);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  shared__destroy (fixture->skeleton);
  close (fixture->wire);
  close (fixture->inside);
  close (fixture->host);
}

/* The packet is the payload of an IPv6 header; its last byte is by what packets are told
 * apart. */
typedef struct
{
  const char *source;
  const char *destination;
  guint8 next_header;
  guint8 payload[128];
  gsize length;
} Packet;

static Packet
make_ports (guint8 protocol, const char *source, guint16 source_port,
            const char *destination, guint16 destination_port)
{
  Packet packet = {
      .source = source,
      .destination = destination,
      .next_header = protocol,
      .payload = {source_port >> 8, source_port & 0xff, destination_port >> 8,
                  destination_port & 0xff},
      .length = 21,
  };

  return packet;
}

static Packet
make_out (guint8 protocol)
{
  return make_ports (protocol, HOST, LOCAL_PORT, NAT64, REMOTE_PORT);
}

static Packet
make_in (guint8 protocol)
{
  return make_ports (protocol, NAT64, REMOTE_PORT, HOST, LOCAL_PORT);
}

static Packet
make_echo (const char *source, const char *destination, guint8 type, guint16 id)
{
  Packet packet = {
      .source = source,
      .destination = destination,
      .next_header = IPPROTO_ICMPV6,
      .payload = {[0] = type, [4] = id >> 8, [5] = id & 0xff},
      .length = 9,
  };

  return packet;
}

static gsize
write_ipv6 (const Packet *packet, guint8 *ip)
{
  memset (ip, 0, IPV6_LENGTH);
  ip[0] = 0x60;
  ip[4] = packet->length >> 8;
  ip[5] = packet->length & 0xff;
  ip[6] = packet->next_header;
  ip[7] = DEVICES_TTL;
  inet_pton (AF_INET6, packet->source, ip + 8);
  inet_pton (AF_INET6, packet->destination, ip + 24);
  memcpy (ip + IPV6_LENGTH, packet->payload, packet->length);
  return IPV6_LENGTH + packet->length;
}

/* An ICMPv6 error from the router about a packet. */
static Packet
make_error (const Packet *about)
{
  Packet packet = {
      .source = ROUTER,
      .destination = HOST,
      .next_header = IPPROTO_ICMPV6,
      .payload = {ICMPV6_TIME_EXCEED},
  };

  packet.length = 8 + write_ipv6 (about, packet.payload + 8) + 1;
  return packet;
}

/* The packet as a fragment: the payload is its part. */
static Packet
as_fragment (Packet packet, guint16 offset, gboolean more, guint32 id)
{
  guint8 header[8] = {
      packet.next_header, 0, offset >> 8, (offset & 0xf8) | more, 0, 0, id >> 8,
      id & 0xff};

  memmove (packet.payload + sizeof header, packet.payload, packet.length);
  memcpy (packet.payload, header, sizeof header);
  packet.length += sizeof header;
  packet.next_header = IPPROTO_FRAGMENT;
  return packet;
}

static void
send_packet (int fd, const Packet *packet, guint8 number)
{
  guint8 frame[MAX_FRAME] = {0};
  gsize length;

  memcpy (frame, link_mac, ETH_ALEN);
  memcpy (frame + ETH_ALEN, other_mac, ETH_ALEN);
  frame[2 * ETH_ALEN] = ETH_P_IPV6 >> 8;
  frame[2 * ETH_ALEN + 1] = ETH_P_IPV6 & 0xff;
  length = ETH_HLEN + write_ipv6 (packet, frame + ETH_HLEN);
  frame[length - 1] = number;
  devices_send (fd, frame, length);
}

static void
assert_received (int fd, guint8 number)
{
  DeviceFrame frame;

  devices_receive (fd, ETH_HLEN, &frame);
  g_assert_cmpuint (frame.data[frame.length - 1], ==, number);
}

/* What the translator sends leaves the link. */
static void
assert_leaves (Fixture *fixture, const Packet *packet)
{
  send_packet (fixture->inside, packet, 7);
  assert_received (fixture->wire, 7);
}

/* It comes back. */
static void
assert_refused (Fixture *fixture, const Packet *packet)
{
  send_packet (fixture->inside, packet, 8);
  assert_received (fixture->inside, 8);
}

/* The packet is received in the namespace, or the first one received is an echo reply
 * that is sent after it. */
static void
assert_comes_in (Fixture *fixture, const Packet *packet, gboolean comes)
{
  Packet request = make_echo (HOST, NAT64, ICMPV6_ECHO_REQUEST, 99);
  Packet reply = make_echo (NAT64, HOST, ICMPV6_ECHO_REPLY, 99);

  assert_leaves (fixture, &request);
  send_packet (fixture->wire, packet, 1);
  if (comes)
    assert_received (fixture->inside, 1);
  send_packet (fixture->wire, &reply, 2);
  assert_received (fixture->inside, 2);
}

static void
test_only_flows_of_the_translator (Fixture *fixture, gconstpointer data)
{
  static const guint8 protocols[] = {IPPROTO_TCP, IPPROTO_UDP};

  for (guint i = 0; i < G_N_ELEMENTS (protocols); i++)
    {
      Packet out = make_out (protocols[i]), in = make_in (protocols[i]);
      Packet other;

      assert_comes_in (fixture, &in, FALSE);
      assert_leaves (fixture, &out);
      assert_comes_in (fixture, &in, TRUE);

      /* Each differs in another number. */
      other = make_ports (protocols[i], NAT64, REMOTE_PORT, HOST, LOCAL_PORT + 1);
      assert_comes_in (fixture, &other, FALSE);
      other = make_ports (protocols[i], NAT64, REMOTE_PORT + 1, HOST, LOCAL_PORT);
      assert_comes_in (fixture, &other, FALSE);
      other = make_ports (protocols[i], OTHER, REMOTE_PORT, HOST, LOCAL_PORT);
      assert_comes_in (fixture, &other, FALSE);
      other = make_ports (protocols[i], ROUTER, REMOTE_PORT, HOST, LOCAL_PORT);
      assert_comes_in (fixture, &other, FALSE);
    }
}

static void
test_echo_by_identifier (Fixture *fixture, gconstpointer data)
{
  Packet request = make_echo (HOST, NAT64, ICMPV6_ECHO_REQUEST, 5);
  Packet reply = make_echo (NAT64, HOST, ICMPV6_ECHO_REPLY, 5);
  Packet other = make_echo (NAT64, HOST, ICMPV6_ECHO_REPLY, 6);
  Packet from_other = make_echo (OTHER, HOST, ICMPV6_ECHO_REPLY, 5);
  Packet question = make_echo (NAT64, HOST, ICMPV6_ECHO_REQUEST, 5);

  assert_leaves (fixture, &request);
  assert_comes_in (fixture, &reply, TRUE);
  assert_comes_in (fixture, &other, FALSE);
  assert_comes_in (fixture, &from_other, FALSE);
  assert_comes_in (fixture, &question, FALSE); /* the host answers it */
}

/* From any router, by the packet inside. */
static void
test_errors (Fixture *fixture, gconstpointer data)
{
  Packet out = make_out (IPPROTO_UDP);
  Packet native = make_ports (IPPROTO_UDP, HOST, 9, NAT64, REMOTE_PORT);
  Packet elsewhere = make_ports (IPPROTO_UDP, HOST, LOCAL_PORT, ROUTER, REMOTE_PORT);
  Packet first = as_fragment (out, 0, TRUE, 1), later = as_fragment (out, 64, FALSE, 1);
  Packet error = make_error (&out);

  assert_comes_in (fixture, &error, FALSE);
  assert_leaves (fixture, &out);
  assert_comes_in (fixture, &error, TRUE);
  error = make_error (&first);
  assert_comes_in (fixture, &error, TRUE);
  error = make_error (&later);
  assert_comes_in (fixture, &error, FALSE);
  error = make_error (&native);
  assert_comes_in (fixture, &error, FALSE);
  error = make_error (&elsewhere);
  assert_comes_in (fixture, &error, FALSE);
}

static void
test_fragments (Fixture *fixture, gconstpointer data)
{
  Packet out = make_out (IPPROTO_UDP), in = make_in (IPPROTO_UDP);
  Packet native = make_ports (IPPROTO_UDP, NAT64, REMOTE_PORT, HOST, 9);
  Packet first = as_fragment (in, 0, TRUE, 1), later = as_fragment (in, 64, FALSE, 1);
  Packet native_first = as_fragment (native, 0, TRUE, 1);
  Packet early = as_fragment (in, 64, FALSE, 2);
  struct clat_counters *counters =
      g_new0 (struct clat_counters, libbpf_num_possible_cpus ());
  guint32 direction = CLAT_6TO4;
  guint64 counted = 0;

  assert_leaves (fixture, &out);
  assert_comes_in (fixture, &early, FALSE);
  assert_comes_in (fixture, &first, TRUE);
  assert_comes_in (fixture, &later, TRUE);

  /* The same identification, now of the host. */
  assert_comes_in (fixture, &native_first, FALSE);
  assert_comes_in (fixture, &later, FALSE);

  g_assert_cmpint (bpf_map_lookup_elem (bpf_map__fd (fixture->skeleton->maps.counters),
                                        &direction, counters),
                   ==, 0);
  for (int i = 0; i < libbpf_num_possible_cpus (); i++)
    counted += counters[i].drops[XLAT_REASON_FRAGMENT];
  g_assert_cmpuint (counted, ==, 2);
  g_free (counters);
}

/* Fragments of the translator leave, with the flow of the first one. */
static void
test_fragments_out (Fixture *fixture, gconstpointer data)
{
  Packet first = as_fragment (make_out (IPPROTO_UDP), 0, TRUE, 1);
  Packet later = as_fragment (make_out (IPPROTO_UDP), 64, FALSE, 1);
  Packet in = make_in (IPPROTO_UDP);

  assert_leaves (fixture, &first);
  assert_leaves (fixture, &later);
  assert_comes_in (fixture, &in, TRUE);
}

static int
open_socket (int type)
{
  struct sockaddr_in6 local = {.sin6_family = AF_INET6, .sin6_port = htons (LOCAL_PORT)};
  int fd = socket (AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  inet_pton (AF_INET6, HOST, &local.sin6_addr);
  g_assert_cmpint (bind (fd, (struct sockaddr *)&local, sizeof local), ==, 0);
  return fd;
}

static void
connect_socket (int fd, const char *address)
{
  struct sockaddr_in6 remote = {.sin6_family = AF_INET6,
                                .sin6_port = htons (REMOTE_PORT)};

  inet_pton (AF_INET6, address, &remote.sin6_addr);
  devices_ip ("route replace %s via fe80::1 dev parent", address);
  connect (fd, (struct sockaddr *)&remote, sizeof remote);
}

static void
test_same_numbers_as_a_socket (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    int type;
    guint8 protocol;
  } rows[] = {{SOCK_STREAM, IPPROTO_TCP}, {SOCK_DGRAM, IPPROTO_UDP}};

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Packet out = make_out (rows[i].protocol), in = make_in (rows[i].protocol);
      int fd = open_socket (rows[i].type);

      connect_socket (fd, NAT64);
      assert_refused (fixture, &out);
      assert_comes_in (fixture, &in, FALSE);
      close (fd);
      assert_leaves (fixture, &out);
      assert_comes_in (fixture, &in, TRUE);

      /* A socket that comes later takes the flow, from the next tick on. */
      g_usleep (TICK);
      fd = open_socket (rows[i].type);
      connect_socket (fd, NAT64);
      assert_comes_in (fixture, &in, FALSE);
      assert_refused (fixture, &out);
      close (fd);
    }
}

/* Servers, and sockets connected elsewhere, have other flows. */
static void
test_other_sockets_do_not_matter (Fixture *fixture, gconstpointer data)
{
  Packet udp = make_out (IPPROTO_UDP), tcp = make_out (IPPROTO_TCP);
  Packet udp_in = make_in (IPPROTO_UDP), tcp_in = make_in (IPPROTO_TCP);
  int listener = open_socket (SOCK_STREAM), unconnected = open_socket (SOCK_DGRAM);

  g_assert_cmpint (listen (listener, 1), ==, 0);
  assert_leaves (fixture, &udp);
  assert_leaves (fixture, &tcp);
  assert_comes_in (fixture, &udp_in, TRUE);
  assert_comes_in (fixture, &tcp_in, TRUE);
  close (listener);
  close (unconnected);
}

static void
test_refused_out (Fixture *fixture, gconstpointer data)
{
  Packet gre = {.source = HOST, .destination = NAT64, .next_header = 47, .length = 9};
  Packet wrong_source = make_ports (IPPROTO_UDP, "2001:db8:1::d", 1, NAT64, 2);
  Packet not_nat64 = make_ports (IPPROTO_UDP, HOST, 1, ROUTER, 2);
  Packet right = make_out (IPPROTO_UDP);

  assert_refused (fixture, &gre);
  send_packet (fixture->inside, &wrong_source, 1);
  send_packet (fixture->inside, &not_nat64, 2);
  assert_leaves (fixture, &right);
}

/* In µs of CLOCK_BOOTTIME. */
static gint64
get_boot_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return now.tv_sec * (gint64)G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* The only flow was seen that many seconds ago. */
static void
set_age (Fixture *fixture, gint64 seconds)
{
  int map = bpf_map__fd (fixture->skeleton->maps.clat_flows);
  guint64 seen = (get_boot_time () - seconds * G_USEC_PER_SEC) * 1000;
  struct clat_flow flow;

  g_assert_cmpint (bpf_map_get_next_key (map, NULL, &flow), ==, 0);
  g_assert_cmpint (bpf_map_update_elem (map, &flow, &seen, BPF_EXIST), ==, 0);
}

/* Another processor may have seen a packet of the flow after this one has read the clock.
 */
static void
test_flow_seen_by_another_processor (Fixture *fixture, gconstpointer data)
{
  Packet request = make_echo (HOST, NAT64, ICMPV6_ECHO_REQUEST, 5);
  Packet reply = make_echo (NAT64, HOST, ICMPV6_ECHO_REPLY, 5);

  assert_leaves (fixture, &request);
  set_age (fixture, -1);
  assert_comes_in (fixture, &reply, TRUE);
}

static void
test_flow_ends (Fixture *fixture, gconstpointer data)
{
  Packet request = make_echo (HOST, NAT64, ICMPV6_ECHO_REQUEST, 5);
  Packet reply = make_echo (NAT64, HOST, ICMPV6_ECHO_REPLY, 5);

  assert_leaves (fixture, &request);
  set_age (fixture, 61);
  assert_comes_in (fixture, &reply, FALSE);
}

static void
add (const char *path, void (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
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

  add ("/shared/only-flows-of-the-translator", test_only_flows_of_the_translator);
  add ("/shared/echo-by-identifier", test_echo_by_identifier);
  add ("/shared/errors", test_errors);
  add ("/shared/fragments", test_fragments);
  add ("/shared/fragments-out", test_fragments_out);
  add ("/shared/same-numbers-as-a-socket", test_same_numbers_as_a_socket);
  add ("/shared/other-sockets-do-not-matter", test_other_sockets_do_not_matter);
  add ("/shared/refused-out", test_refused_out);
  add ("/shared/flow-seen-by-another-processor", test_flow_seen_by_another_processor);
  add ("/shared/flow-ends", test_flow_ends);
  return g_test_run ();
}
