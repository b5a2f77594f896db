/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The programs that connect a namespace to a link that cannot carry an ipvlan or macvlan:
 * which packets of the link come into the namespace, and which of its packets leave.
 *
 *   wire == parent (clat_nm_in)    (clat_nm_out) outside == | == inside
 */
#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>

#include "devices.h"
#include "redirect-shared.h"
#include "redirect.skel.h"

#define STATUS_SKIPPED 77

#define ADDRESS "2001:db8:1::c" /* of the namespace */
#define PEER    "64:ff9b::1.2.3.4"

#define VLAN_TAG 4

enum kind
{
  ETHERNET, /* a link with neighbour discovery */
  RAW_IP,   /* a tun device */
};

typedef struct
{
  int wire; /* the other end of the link: a socket, or the tun device */
  int inside;
  struct redirect *skeleton;
} Fixture;

static const guint8 link_mac[ETH_ALEN] = {2, 0, 0, 0, 0, 1};
static const guint8 other_mac[ETH_ALEN] = {2, 0, 0, 0, 0, 9};

static void
configure (struct clat_redirect *redirect, enum kind kind)
{
  redirect->parent = devices_get_ifindex ("parent");
  redirect->veth = devices_get_ifindex ("outside");
  redirect->has_ethernet = redirect->has_neighbours = kind == ETHERNET;
  memcpy (redirect->mac, link_mac, sizeof link_mac);
  redirect->n_addresses = 2;
  inet_pton (AF_INET6, "fe80::c", redirect->addresses[0]);
  inet_pton (AF_INET6, ADDRESS, redirect->addresses[1]);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  enum kind kind = GPOINTER_TO_INT (data);
  int namespace = devices_new_namespace ();
  int host = devices_new_namespace ();

  if (kind == ETHERNET)
    {
      devices_ip ("link add parent address 02:00:00:00:00:01 type veth peer name wire");
      devices_ip ("link set wire up");
      devices_ip ("link set parent up");
      devices_wait_until_up ("wire");
      devices_wait_until_up ("parent");
      fixture->wire = devices_open_socket ("wire");
    }
  else
    fixture->wire = devices_new_tun ("parent");
  devices_ip (
      "link add outside type veth peer name inside address 02:00:00:00:00:01 netns "
      "/proc/%d/fd/%d",
      getpid (), namespace);
  devices_ip ("link set outside up");

  fixture->skeleton = redirect__open ();
  configure (&fixture->skeleton->rodata->redirect, kind);
  devices_check_loaded (redirect__load (fixture->skeleton));
  devices_attach ("parent", fixture->skeleton->progs.clat_nm_in);
  devices_attach ("outside", fixture->skeleton->progs.clat_nm_out);

  devices_enter_namespace (namespace);
  devices_ip ("link set inside up");
  devices_wait_until_up ("inside");
  fixture->inside = devices_open_socket ("inside");
  devices_enter_namespace (host);
  devices_wait_until_up ("outside");
  close (namespace);
  close (host);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  redirect__destroy (fixture->skeleton);
  close (fixture->wire);
  close (fixture->inside);
}

typedef struct
{
  const guint8 *mac; /* the destination; NULL: no Ethernet header */
  int vlan;          /* -1: no tag */
  const char *source;
  const char *destination;
  guint8 next_header;
} Packet;

#define PLAIN                                                                            \
  (Packet)                                                                               \
  {                                                                                      \
    .mac = link_mac, .vlan = -1, .source = PEER, .destination = ADDRESS,                 \
    .next_header = 253                                                                   \
  }

static gsize
make_header (const Packet *packet, guint8 *frame)
{
  gsize length = 2 * ETH_ALEN;

  if (packet->mac == NULL)
    return 0;
  memcpy (frame, packet->mac, ETH_ALEN);
  memcpy (frame + ETH_ALEN, other_mac, ETH_ALEN);
  if (packet->vlan >= 0)
    {
      frame[length++] = ETH_P_8021Q >> 8;
      frame[length++] = ETH_P_8021Q & 0xff;
      frame[length++] = (guint8)(packet->vlan >> 8);
      frame[length++] = (guint8)packet->vlan;
    }
  frame[length++] = ETH_P_IPV6 >> 8;
  frame[length++] = ETH_P_IPV6 & 0xff;
  return length;
}

/* The payload is one byte, by which packets are told apart. */
static void
send_packet (int fd, const Packet *packet, guint8 number)
{
  guint8 frame[ETH_HLEN + VLAN_TAG + 41] = {0};
  gsize header = make_header (packet, frame);
  guint8 *ip = frame + header;

  ip[0] = 0x60;
  ip[5] = 1;
  ip[6] = packet->next_header;
  ip[7] = DEVICES_TTL;
  inet_pton (AF_INET6, packet->source, ip + 8);
  inet_pton (AF_INET6, packet->destination, ip + 24);
  ip[40] = number;
  devices_send (fd, frame, header + 41);
}

static void
assert_received (int fd, gsize header, guint8 number)
{
  DeviceFrame frame;

  devices_receive (fd, header, &frame);
  g_assert_cmpuint (frame.length, ==, header + 41);
  g_assert_cmpuint (frame.data[header + 40], ==, number);
}

/* PACKET is received in the namespace, or the first one received is another that is sent
 * after it. */
static void
assert_comes_in (Fixture *fixture, const Packet *packet, gboolean comes)
{
  Packet next = PLAIN;

  send_packet (fixture->wire, packet, 1);
  if (comes)
    assert_received (fixture->inside, ETH_HLEN, 1);
  send_packet (fixture->wire, &next, 2);
  assert_received (fixture->inside, ETH_HLEN, 2);
}

static void
test_addresses (Fixture *fixture, gconstpointer data)
{
  Packet packet = PLAIN;

  assert_comes_in (fixture, &packet, TRUE);
  packet.destination = "fe80::c";
  assert_comes_in (fixture, &packet, TRUE);

  /* Each differs in another word. */
  packet.destination = "2001:db8:1::d";
  assert_comes_in (fixture, &packet, FALSE);
  packet.destination = "2001:db8:1:0:1::c";
  assert_comes_in (fixture, &packet, FALSE);
  packet.destination = "2001:db8:2::c";
  assert_comes_in (fixture, &packet, FALSE);
  packet.destination = "2001:db9:1::c";
  assert_comes_in (fixture, &packet, FALSE);

  /* Entries after the last address are not used. */
  packet.destination = "::";
  assert_comes_in (fixture, &packet, FALSE);
}

static void
test_tagged (Fixture *fixture, gconstpointer data)
{
  Packet packet = PLAIN;

  packet.vlan = 5;
  assert_comes_in (fixture, &packet, FALSE);
  packet.vlan = 0x6005; /* with a priority */
  assert_comes_in (fixture, &packet, FALSE);
  packet.vlan = 0x6000; /* only a priority */
  assert_comes_in (fixture, &packet, TRUE);
}

static void
test_tagged_multicast (Fixture *fixture, gconstpointer data)
{
  Packet packet = PLAIN;

  packet.next_header = IPPROTO_ICMPV6;
  packet.destination = "ff02::1";
  packet.mac = (const guint8[]){0x33, 0x33, 0, 0, 0, 1};
  assert_comes_in (fixture, &packet, TRUE);
  packet.vlan = 5;
  assert_comes_in (fixture, &packet, FALSE);
}

static void
test_frames_for_others (Fixture *fixture, gconstpointer data)
{
  Packet packet = PLAIN;

  packet.mac = other_mac;
  assert_comes_in (fixture, &packet, FALSE);
}

/* Neighbour discovery and MLD come in, the multicast of applications does not. */
static void
test_multicast (Fixture *fixture, gconstpointer data)
{
  Packet packet = PLAIN;

  packet.mac = (const guint8[]){0x33, 0x33, 0, 0, 0, 0xfb};
  packet.destination = "ff02::fb";
  packet.next_header = IPPROTO_UDP;
  assert_comes_in (fixture, &packet, FALSE);
  packet.next_header = IPPROTO_HOPOPTS;
  assert_comes_in (fixture, &packet, TRUE);
}

static void
test_out (Fixture *fixture, gconstpointer data)
{
  Packet packet = PLAIN;

  packet.mac = other_mac;
  packet.source = ADDRESS;
  packet.destination = PEER;
  send_packet (fixture->inside, &packet, 1);
  assert_received (fixture->wire, ETH_HLEN, 1);
  packet.destination = "ff02::1"; /* solicitations leave as well */
  send_packet (fixture->inside, &packet, 2);
  assert_received (fixture->wire, ETH_HLEN, 2);
}

static void
test_raw_ip_in (Fixture *fixture, gconstpointer data)
{
  Packet packet = PLAIN;
  DeviceFrame frame;

  packet.mac = NULL;
  packet.destination = "2001:db8:1::d";
  send_packet (fixture->wire, &packet, 1);
  packet.destination = "ff02::1";
  packet.next_header = IPPROTO_ICMPV6;
  send_packet (fixture->wire, &packet, 2);
  packet.destination = ADDRESS;
  send_packet (fixture->wire, &packet, 3);

  devices_receive (fixture->inside, ETH_HLEN, &frame);
  g_assert_cmpuint (frame.length, ==, ETH_HLEN + 41);
  g_assert_cmpmem (frame.data, ETH_ALEN, link_mac, ETH_ALEN);
  g_assert_cmphex (frame.data[12] << 8 | frame.data[13], ==, ETH_P_IPV6);
  g_assert_cmpuint (frame.data[ETH_HLEN + 40], ==, 3);
}

static void
test_raw_ip_out (Fixture *fixture, gconstpointer data)
{
  Packet packet = PLAIN;

  packet.source = "2001:db8:1::d";
  packet.destination = PEER;
  send_packet (fixture->inside, &packet, 1);
  packet.source = ADDRESS;
  packet.destination = "ff02::1";
  send_packet (fixture->inside, &packet, 2);
  packet.destination = PEER;
  send_packet (fixture->inside, &packet, 3);
  assert_received (fixture->wire, 0, 3);
}

static void
add (const char *path, enum kind kind,
     void (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, GINT_TO_POINTER (kind), set_up, test, tear_down);
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

  add ("/redirect/addresses", ETHERNET, test_addresses);
  add ("/redirect/tagged", ETHERNET, test_tagged);
  add ("/redirect/tagged-multicast", ETHERNET, test_tagged_multicast);
  add ("/redirect/frames-for-others", ETHERNET, test_frames_for_others);
  add ("/redirect/multicast", ETHERNET, test_multicast);
  add ("/redirect/out", ETHERNET, test_out);
  add ("/redirect/raw-ip-in", RAW_IP, test_raw_ip_in);
  add ("/redirect/raw-ip-out", RAW_IP, test_raw_ip_out);
  return g_test_run ();
}
