/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the running kernel says about the host and its links, and what is sent there. */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/icmp6.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "kernel-lab.h"

#define NAME  "clat-eth0"
#define TABLE 254

static ClatHostLink
get_link (KernelLab *self)
{
  ClatHostLink link;

  g_assert_true (clat_kernel_get_link (self->kernel, self->wanted.parent, TABLE, &link));
  return link;
}

/* The state after the command, of which the kernel notifies. */
static ClatHostLink
get_link_after (KernelLab *self, const char *command)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  self->n_changes = 0;
  lab_run ("%s", command);
  LAB_WAIT_FOR (self->n_changes > 0);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return get_link (self);
}

static void
test_link (KernelLab *self, gconstpointer data)
{
  ClatHostLink link = get_link (self);

  g_assert_cmpstr (link.name, ==, "eth0");
  g_assert_cmpuint (link.mtu, ==, 1500);
  g_assert_cmpuint (link.mtu6, ==, 1500);
  g_assert_cmpuint (link.kind, ==, CLAT_LINK_KIND_ETHERNET);
  g_assert_cmpint (link.lower, ==, 0);
  g_assert_false (link.has_native_ipv4);
  g_assert_cmpuint (link.slaac, ==, CLAT_SLAAC_UNKNOWN);

  link = get_link_after (self, "ip link set eth0 mtu 1400");
  g_assert_cmpuint (link.mtu, ==, 1400);
  link = get_link_after (self, "echo 1300 > /proc/sys/net/ipv6/conf/eth0/mtu;"
                               "ip link set eth0 alias changed");
  g_assert_cmpuint (link.mtu6, ==, 1300);
  self->n_changes = 0;
  lab_run ("ip link del eth0");
  LAB_WAIT_FOR (self->n_changes > 0);
  g_assert_false (clat_kernel_get_link (self->kernel, self->wanted.parent, TABLE, &link));
}

static void
test_native_ipv4 (KernelLab *self, gconstpointer data)
{
  ClatHostLink link;

  lab_run (
      "ip address add 203.0.113.2/24 dev eth0; ip link add other type veth peer name far;"
      "ip link set other up");
  link = get_link_after (self, "ip route add default dev eth0 table 77");
  g_assert_false (link.has_native_ipv4);
  link = get_link_after (self, "ip route add 0.0.0.0/1 dev eth0 metric 50");
  g_assert_false (link.has_native_ipv4);
  link = get_link_after (self, "ip route add 128.0.0.0/1 dev eth0 metric 50");
  g_assert_true (link.has_native_ipv4);
  link = get_link_after (self, "ip route del 128.0.0.0/1 dev eth0");
  g_assert_false (link.has_native_ipv4);
  link = get_link_after (self, "ip route add default via 203.0.113.1 metric 200");
  g_assert_true (link.has_native_ipv4);
  g_assert_cmpuint (link.native_metric, ==, 200);
  link = get_link_after (self, "ip route add default dev eth0 metric 100");
  g_assert_cmpuint (link.native_metric, ==, 100);
  link = get_link_after (self, "ip route add default dev other metric 101");
  g_assert_false (link.has_better_default);
  link = get_link_after (self, "ip route add blackhole default metric 99");
  g_assert_true (link.has_better_default);
  g_assert_false (link.is_delegated);
  lab_run ("ip link del other");
}

/* 192.0.0.0/29 is for CLATs only (RFC 7335). */
static void
test_clat_of_networkmanager (KernelLab *self, gconstpointer data)
{
  ClatHostLink link = get_link_after (self, "ip address add 192.0.0.5/32 dev eth0");

  g_assert_false (link.is_delegated);
  link = get_link_after (self, "ip route add default dev eth0");
  g_assert_true (link.is_delegated);
  g_assert_cmpuint (link.delegated_ipv4.s_addr, ==, lab_ipv4 ("192.0.0.5").s_addr);
  link = get_link_after (self, "ip address add 203.0.113.2/24 dev eth0");
  g_assert_false (link.is_delegated);
}

static void
test_ipv6_addresses (KernelLab *self, gconstpointer data)
{
  ClatHostLink link = get_link (self);

  g_assert_cmpuint (link.n_addresses, ==, 1);
  g_assert_cmpuint (link.addresses[0].prefix_length, ==, 64);
  g_assert_false (link.addresses[0].is_deprecated);
  g_assert_cmpuint (link.static_ipv6.n_addresses, ==, 1);
  link = get_link_after (self, "ip address add 2001:db8:7::2/64 dev eth0 valid_lft 1000"
                               " preferred_lft 0");
  g_assert_cmpuint (link.n_addresses, ==, 2);
  g_assert_cmpuint (link.static_ipv6.n_addresses, ==, 1);
  g_assert_true (link.addresses[0].is_deprecated || link.addresses[1].is_deprecated);
  link = get_link_after (self, "ip address add 2001:db8:8::2 peer 2001:db8:9::1/64"
                               " dev eth0");
  g_assert_cmpuint (link.static_ipv6.n_addresses, ==, 2);
}

static void
test_static_gateway (KernelLab *self, gconstpointer data)
{
  const struct in6_addr first = lab_ipv6 ("fe80::1"), second = lab_ipv6 ("fe80::2");
  ClatHostLink link = get_link (self);

  g_assert_true (IN6_ARE_ADDR_EQUAL (&link.static_ipv6.gateway, &first));
  link = get_link_after (self, "ip -6 route add default via fe80::2 dev eth0 metric 9");
  g_assert_true (IN6_ARE_ADDR_EQUAL (&link.static_ipv6.gateway, &second));
  link = get_link_after (self, "ip -6 route del default via fe80::2 dev eth0");
  g_assert_true (IN6_ARE_ADDR_EQUAL (&link.static_ipv6.gateway, &first));
}

static void
test_addresses_in_use (KernelLab *self, gconstpointer data)
{
  struct sockaddr_in address = {AF_INET, 0, lab_ipv4 ("203.0.113.2"), {0}};
  socklen_t length = sizeof address;
  int server = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int client = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_false (clat_kernel_has_ipv4 (self->kernel, address.sin_addr));
  get_link_after (self, "ip address add 203.0.113.2/24 dev eth0");
  g_assert_true (clat_kernel_has_ipv4 (self->kernel, address.sin_addr));
  g_assert_false (clat_kernel_has_ipv4 (self->kernel, lab_ipv4 ("203.0.113.3")));
  g_assert_false (clat_kernel_has_socket (self->kernel, address.sin_addr));
  g_assert_false (clat_kernel_is_ipv4_used (self->kernel, self->wanted.parent));

  g_assert_cmpint (bind (server, (struct sockaddr *)&address, length), ==, 0);
  g_assert_cmpint (listen (server, 1), ==, 0);
  g_assert_cmpint (getsockname (server, (struct sockaddr *)&address, &length), ==, 0);
  g_assert_cmpint (connect (client, (struct sockaddr *)&address, length), ==, 0);
  g_assert_true (clat_kernel_has_socket (self->kernel, address.sin_addr));
  g_assert_true (clat_kernel_is_ipv4_used (self->kernel, self->wanted.parent));
  g_assert_false (clat_kernel_is_ipv4_used (self->kernel, self->wanted.parent + 100));
  close (client);
  close (server);
}

/* A socket in the namespace of the router. */
static int
open_at_router (KernelLab *self, int domain, int type, int protocol)
{
  int fd;

  g_assert_cmpint (setns (self->router, CLONE_NEWNET), ==, 0);
  fd = socket (domain, type | SOCK_CLOEXEC, protocol);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (setns (self->host, CLONE_NEWNET), ==, 0);
  return fd;
}

/* Receives ICMPv6 messages of one type. */
static int
listen_for (KernelLab *self, guint8 type)
{
  int fd = open_at_router (self, AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
  struct icmp6_filter filter;

  ICMP6_FILTER_SETBLOCKALL (&filter);
  ICMP6_FILTER_SETPASS (type, &filter);
  g_assert_cmpint (setsockopt (fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter),
                   ==, 0);
  return fd;
}

/* Whether a message with the address at the offset arrives; any, with NULL. */
static void
assert_arrives (int fd, gsize offset, const struct in6_addr *address)
{
  gint64 end = g_get_monotonic_time () + LAB_WAIT_SECONDS * G_USEC_PER_SEC;
  guint8 message[1500] = {0};

  do
    {
      struct pollfd ready = {.fd = fd, .events = POLLIN};

      if (poll (&ready, 1, 10) > 0)
        g_assert_cmpint (recv (fd, message, sizeof message, 0), >, 0);
      lab_wait_a_little (end, "the message");
    }
  while (
      message[0] == 0
      || (address != NULL && memcmp (message + offset, address, sizeof *address) != 0));
  close (fd);
}

static void
test_solicits_routers (KernelLab *self, gconstpointer data)
{
  int fd = listen_for (self, ND_ROUTER_SOLICIT);
  g_autoptr (GError) error = NULL;

  clat_kernel_solicit (self->kernel, self->wanted.parent, &error);
  g_assert_no_error (error);
  assert_arrives (fd, 0, NULL);
}

/* Neighbours know the address before it is used (RFC 9131). */
static void
test_advertises_the_address (KernelLab *self, gconstpointer data)
{
  int fd = listen_for (self, ND_NEIGHBOR_ADVERT);

  lab_apply (self);
  assert_arrives (fd, sizeof (struct icmp6_hdr), &self->actual.ipv6);
}

static void
test_pings_the_router (KernelLab *self, gconstpointer data)
{
  const struct in6_addr router = lab_ipv6 ("fe80::1"), own = lab_ipv6 ("2001:db8:1::2");
  int fd = listen_for (self, ICMP6_ECHO_REQUEST);
  ClatPlatEvidence evidence = {0};
  g_autoptr (GError) error = NULL;

  g_assert_false (clat_kernel_has_neighbour (self->kernel, self->wanted.parent, &router));
  lab_apply (self);
  clat_kernel_ping_router (self->kernel, NAME, &self->actual.ipv6, &router, &error);
  g_assert_no_error (error);
  assert_arrives (fd, 0, NULL);

  clat_kernel_ping_router_from_host (self->kernel, NAME, self->wanted.parent, &own,
                                     &router, &error);
  g_assert_no_error (error);
  LAB_WAIT_FOR (clat_kernel_read_plat (self->kernel, NAME, &evidence)
                && evidence.n_host_answers == 1);
  LAB_WAIT_FOR (clat_kernel_has_neighbour (self->kernel, self->wanted.parent, &router));
}

/* The destination port of a DHCPv4 server in an IPv4 header without options, and UDP. */
static gboolean
is_discover (const guint8 *packet)
{
  return packet[0] == 0x45 && packet[9] == IPPROTO_UDP && packet[22] == 0
         && packet[23] == 67;
}

static void
test_asks_dhcpv4_servers (KernelLab *self, gconstpointer data)
{
  gint64 end = g_get_monotonic_time () + LAB_WAIT_SECONDS * G_USEC_PER_SEC;
  int fd = open_at_router (self, AF_PACKET, SOCK_DGRAM, htons (ETH_P_IP));
  guint8 packet[1500] = {0};
  g_autoptr (GError) error = NULL;

  clat_kernel_discover (self->kernel, self->wanted.parent, &error);
  g_assert_no_error (error);
  while (!is_discover (packet))
    {
      recv (fd, packet, sizeof packet, MSG_DONTWAIT);
      lab_wait_a_little (end, "DISCOVER");
    }
  close (fd);
}

/* With 2001:db8:5::/64 for addresses, and the NAT64 prefix 64:ff9b::/96. */
static void
send_advertisement (KernelLab *self)
{
  static const guint8 message[] = {
      134,  0,    0,    0,    64, 0,    0x07, 0x08, 0, 0, 0,    0,    0, 0, 0, 0,
      3,    4,    64,   0xc0, 0,  1,    0x51, 0x80, 0, 1, 0x51, 0x80, 0, 0, 0, 0,
      0x20, 0x01, 0x0d, 0xb8, 0,  5,    0,    0,    0, 0, 0,    0,    0, 0, 0, 0,
      38,   2,    0x02, 0x58, 0,  0x64, 0xff, 0x9b, 0, 0, 0,    0,    0, 0, 0, 0};
  struct sockaddr_in6 all = {.sin6_family = AF_INET6, .sin6_addr = lab_ipv6 ("ff02::1")};
  int fd = open_at_router (self, AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
  const int hops = 255;

  g_assert_cmpint (setns (self->router, CLONE_NEWNET), ==, 0);
  all.sin6_scope_id = if_nametoindex ("router");
  g_assert_cmpint (setns (self->host, CLONE_NEWNET), ==, 0);
  setsockopt (fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof hops);
  g_assert_cmpint (
      sendto (fd, message, sizeof message, 0, (struct sockaddr *)&all, sizeof all), ==,
      sizeof message);
  close (fd);
}

static void
keep_advertisement (ClatKernel *kernel, const ClatAdvertisement *advertisement,
                    gpointer data)
{
  *(ClatAdvertisement *)data = *advertisement;
}

static void
test_router_advertisement (KernelLab *self, gconstpointer data)
{
  ClatAdvertisement advertisement = {0};

  g_signal_connect (self->kernel, "advertised", G_CALLBACK (keep_advertisement),
                    &advertisement);
  send_advertisement (self);
  LAB_WAIT_FOR (advertisement.ifindex == self->wanted.parent);
  g_assert_cmpuint (advertisement.ra.n_pref64s, ==, 1);
  g_assert_cmpuint (advertisement.ra.pref64s[0].lifetime, ==, 600);
  g_assert_true (
      clat_prefix_equal (&advertisement.ra.pref64s[0].prefix, &self->wanted.prefix));
  g_assert_cmpuint (get_link (self).slaac, ==, CLAT_SLAAC_OFFERED);
}

static gboolean
has_short_lifetime (void)
{
  g_autofree char *found =
      lab_read ("nsenter --net=/run/netns/" NAME " ip -6 address show dev uplink |"
                " grep -E 'preferred_lft ([1-5]?[0-9]|60)sec' || true");

  return *found != '\0';
}

/* It was received before the uplink existed: the uplink gets a copy. */
static void
test_address_from_an_earlier_advertisement (KernelLab *self, gconstpointer data)
{
  send_advertisement (self);
  LAB_WAIT_FOR (get_link (self).slaac == CLAT_SLAAC_OFFERED);
  self->wanted.static_ipv6 = (ClatStaticIpv6){0};
  self->wanted.lacks_slaac = FALSE;
  lab_apply (self);
  g_assert_true (self->actual.has_slaac);
  g_assert_cmpuint (self->actual.ipv6.s6_addr[5], ==, 5);

  clat_kernel_mark_stale (self->kernel, NAME, self->wanted.parent, 60);
  g_assert_cmpuint (get_link (self).slaac, ==, CLAT_SLAAC_UNKNOWN);
  LAB_WAIT_FOR (has_short_lifetime ());
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!lab_begin ())
    return 0;
  LAB_TEST ("/host/link", test_link);
  LAB_TEST ("/host/native-ipv4", test_native_ipv4);
  LAB_TEST ("/host/clat-of-networkmanager", test_clat_of_networkmanager);
  LAB_TEST ("/host/ipv6-addresses", test_ipv6_addresses);
  LAB_TEST ("/host/static-gateway", test_static_gateway);
  LAB_TEST ("/host/addresses-in-use", test_addresses_in_use);
  LAB_TEST ("/host/solicits-routers", test_solicits_routers);
  LAB_TEST ("/host/advertises-the-address", test_advertises_the_address);
  LAB_TEST ("/host/pings-the-router", test_pings_the_router);
  LAB_TEST ("/host/asks-dhcpv4-servers", test_asks_dhcpv4_servers);
  LAB_TEST ("/host/router-advertisement", test_router_advertisement);
  LAB_TEST ("/host/address-from-an-earlier-advertisement",
            test_address_from_an_earlier_advertisement);
  return g_test_run ();
}
