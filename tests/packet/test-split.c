/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fragments of UDP in the fast path, which splits those that are too big (RFC 7915, 4):
 * what arrives at the router, in this order, is what clat-xlat makes of them.
 *
 *   host | host == inner (4to6) ... uplink == router
 *                   slow tun
 */
#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>

#include "clat-shared.h"
#include "clat.skel.h"
#include "devices.h"
#include "xlat-checksum.h"
#include "xlat-wire.h"
#include "xlat.h"

#define STATUS_SKIPPED 77

#define HOST_MAC  "02:00:00:00:00:02"
#define INNER_MAC "02:00:00:00:00:01"

/* Of a link of 1500 bytes, as the route of the host has it. */
#define MTU4   1472
#define MTU6   1500
#define JUMBO  4000 /* of guests with a larger MTU */
#define LOWEST 1280
#define SIZE   1448 /* data of the fragments that a host sends with that MTU */

typedef struct
{
  int tun;
  int host; /* sockets at the other ends of the veth pairs */
  int router;
  struct clat *skeleton;
  struct xlat *xlat;
  struct xlat_statistics statistics;
  struct xlat_result result;
  guint8 frame[ETH_HLEN + JUMBO];
  gsize length;
} Fixture;

static void
configure (struct xlat_config *config)
{
  xlat_config_init (config);
  config->n_pairs = 1;
  inet_pton (AF_INET, "192.0.0.2", &config->pairs[0].ipv4);
  inet_pton (AF_INET6, "2001:db8:1::c", &config->pairs[0].ipv6);
  inet_pton (AF_INET6, "64:ff9b::", &config->pairs[0].prefix.address);
  config->pairs[0].prefix.length = 96;
  config->mtu6 = config->mtu4 = MTU6;
  config->lowest_ipv6_mtu = LOWEST;
}

static void
configure_fast_path (struct clat_datapath *datapath, const struct xlat_config *config)
{
  struct clat_pair *pair = &datapath->pairs[0];

  datapath->n_pairs = 1;
  pair->ipv4 = config->pairs[0].ipv4;
  memcpy (pair->ipv6, &config->pairs[0].ipv6, sizeof pair->ipv6);
  memcpy (pair->prefix, &config->pairs[0].prefix.address, sizeof pair->prefix);
  pair->prefix_length = config->pairs[0].prefix.length;
  pair->next_hop[0] = htonl (0xfe800000);
  pair->next_hop[3] = htonl (1);
  datapath->uplink = devices_get_ifindex ("uplink");
  datapath->inner = devices_get_ifindex ("inner");
  datapath->slow = devices_get_ifindex ("slow");
  datapath->mtu6 = config->mtu6;
  datapath->mtu4 = config->mtu4;
  datapath->lowest_ipv6_mtu = config->lowest_ipv6_mtu;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  struct xlat_config config;
  int host = devices_new_namespace ();
  int namespace = devices_new_namespace ();

  devices_ip ("link add inner address " INNER_MAC
              " mtu %u type veth peer name host address " HOST_MAC
              " mtu %u netns /proc/%d/fd/%d",
              JUMBO, JUMBO, getpid (), host);
  devices_ip ("link add uplink type veth peer name router");
  devices_ip ("link set inner up");
  devices_ip ("link set uplink up");
  devices_ip ("link set router up");
  devices_ip ("neigh add fe80::1 lladdr 02:00:00:00:01:01 dev uplink nud permanent");
  fixture->tun = devices_new_tun ("slow");
  devices_wait_until_up ("uplink");
  devices_wait_until_up ("router");
  fixture->router = devices_open_socket ("router");

  configure (&config);
  fixture->xlat = xlat_new (&config, 1, &fixture->statistics);
  fixture->skeleton = clat__open ();
  configure_fast_path (&fixture->skeleton->rodata->datapath, &config);
  devices_check_loaded (clat__load (fixture->skeleton));
  devices_attach ("inner", fixture->skeleton->progs.clat_4to6);

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
  xlat_free (fixture->xlat);
  clat__destroy (fixture->skeleton);
  close (fixture->tun);
  close (fixture->host);
  close (fixture->router);
}

/* A fragment of UDP with SIZE bytes of data, from byte OFFSET of the datagram on. TTL: of
 * the packet when it arrives. */
static void
make (Fixture *fixture, guint16 id, gsize offset, gboolean more, guint16 checksum,
      gsize size, guint8 ttl)
{
  struct xlat_ipv4 *ip = (struct xlat_ipv4 *)(fixture->frame + ETH_HLEN);
  guint8 *payload = fixture->frame + ETH_HLEN + sizeof *ip;
  struct xlat_udp udp = {htons (1024), htons (53), htons (4008), htons (checksum)};

  fixture->length = ETH_HLEN + sizeof *ip + size;
  memcpy (fixture->frame, (guint8[]){2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0}, ETH_HLEN);
  *ip = (struct xlat_ipv4){
      .version_ihl = 0x45,
      .total_length = htons ((guint16)(sizeof *ip + size)),
      .id = htons (id),
      .fragment = htons ((guint16)(offset / 8 | (more ? XLAT_IPV4_MORE_FRAGMENTS : 0))),
      .ttl = ttl,
      .protocol = XLAT_PROTOCOL_UDP,
  };
  inet_pton (AF_INET, "192.0.0.2", &ip->source);
  inet_pton (AF_INET, "198.51.100.1", &ip->destination);
  ip->checksum = (be16)~xlat_sum (ip, sizeof *ip);
  for (gsize i = 0; i < size; i++)
    payload[i] = (guint8)((offset + i) * 7);
  if (offset == 0)
    memcpy (payload, &udp, sizeof udp);
}

static void
assert_sent (Fixture *fixture, const struct xlat_output *expected)
{
  DeviceFrame frame;
  const guint8 *body = frame.data + ETH_HLEN + expected->head_length;

  devices_receive (fixture->router, ETH_HLEN, &frame);
  g_assert_cmpmem (frame.data + ETH_HLEN, expected->head_length, expected->head,
                   expected->head_length);
  g_assert_cmpmem (body, frame.length - ETH_HLEN - expected->head_length, expected->body,
                   expected->body_length);
}

/* Sends the frame and checks that N_PARTS leave, those of clat-xlat. */
static void
assert_translated (Fixture *fixture, guint n_parts)
{
  devices_send (fixture->host, fixture->frame, fixture->length);
  xlat_translate (fixture->xlat, fixture->frame + ETH_HLEN, fixture->length - ETH_HLEN,
                  NULL, 0, &fixture->result);
  g_assert_cmpint (fixture->result.verdict, ==, XLAT_FORWARD);
  g_assert_cmpuint (fixture->result.n_packets, ==, n_parts);
  for (guint i = 0; i < n_parts; i++)
    assert_sent (fixture, &fixture->result.packets[i]);
}

static void
assert_handed_over (Fixture *fixture)
{
  DeviceFrame received;

  devices_send (fixture->host, fixture->frame, fixture->length);
  devices_receive (fixture->tun, 0, &received);
  g_assert_cmpmem (received.data, received.length, fixture->frame + ETH_HLEN,
                   fixture->length - ETH_HLEN);
}

/* The fragments of a datagram of 4000 bytes (F46-3, F46-12). */
static void
test_datagram (Fixture *fixture, gconstpointer data)
{
  make (fixture, 1, 0, TRUE, 0x1234, SIZE, DEVICES_TTL + 1);
  assert_translated (fixture, 2);
  make (fixture, 1, SIZE, TRUE, 0, SIZE, DEVICES_TTL + 1);
  assert_translated (fixture, 2);
  make (fixture, 1, 2 * SIZE, FALSE, 0, 4008 - 2 * SIZE, DEVICES_TTL + 1);
  assert_translated (fixture, 1);
}

/* F46-12: the largest fragment that fits, and the smallest that does not. */
static void
test_limit (Fixture *fixture, gconstpointer data)
{
  make (fixture, 2, 0, TRUE, 0x1234, 1232, DEVICES_TTL + 1);
  assert_translated (fixture, 1);
  make (fixture, 2, 1232, FALSE, 0, 1233, DEVICES_TTL + 1);
  assert_translated (fixture, 2);
}

/* The rest of a packet may be too big again. */
static void
test_several_parts (Fixture *fixture, gconstpointer data)
{
  make (fixture, 6, 0, TRUE, 0x1234, 3200, DEVICES_TTL + 1);
  assert_translated (fixture, 3);
}

/* F46-13: clat-xlat answers what may not be fragmented. */
static void
test_dont_fragment (Fixture *fixture, gconstpointer data)
{
  struct xlat_ipv4 *ip = (struct xlat_ipv4 *)(fixture->frame + ETH_HLEN);

  make (fixture, 3, 0, TRUE, 0x1234, 1440, DEVICES_TTL + 1);
  ip->fragment |= htons (XLAT_IPV4_DONT_FRAGMENT);
  ip->checksum = 0;
  ip->checksum = (be16)~xlat_sum (ip, sizeof *ip);
  assert_translated (fixture, 1);
}

/* The checksum is computed over the data of all fragments: clat-xlat gets all of them. */
static void
test_without_checksum (Fixture *fixture, gconstpointer data)
{
  make (fixture, 4, 0, TRUE, 0, SIZE, DEVICES_TTL);
  assert_handed_over (fixture);
  make (fixture, 4, SIZE, FALSE, 0, 100, DEVICES_TTL);
  assert_handed_over (fixture);
}

/* The identifications of a busy host come again soon. */
static void
test_same_identification (Fixture *fixture, gconstpointer data)
{
  make (fixture, 5, 0, TRUE, 0, 800, DEVICES_TTL);
  assert_handed_over (fixture);
  make (fixture, 5, 0, TRUE, 0x1234, 800, DEVICES_TTL + 1);
  assert_translated (fixture, 1);
  make (fixture, 5, 800, FALSE, 0, 100, DEVICES_TTL + 1);
  assert_translated (fixture, 1);
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

  add ("/split/datagram", test_datagram);
  add ("/split/limit", test_limit);
  add ("/split/several-parts", test_several_parts);
  add ("/split/dont-fragment", test_dont_fragment);
  add ("/split/without-checksum", test_without_checksum);
  add ("/split/same-identification", test_same_identification);
  return g_test_run ();
}
