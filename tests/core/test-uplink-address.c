/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of the uplink's IPv6 addresses the CLAT uses. */
#include "clat-uplink-address.h"

typedef struct
{
  ClatActual actual; /* with 2001:db8:1::1 and 2001:db8:2::1 */
  ClatWanted wanted; /* whose router announced 2001:db8:2::/64 */
  struct in6_addr destination;
} Fixture;

static struct in6_addr
ipv6 (guint8 network, guint8 host)
{
  return (struct in6_addr){.s6_addr = {0x20, 0x01, 0x0d, 0xb8, 0, network, [15] = host}};
}

static struct in6_addr
router (guint8 number)
{
  return (struct in6_addr){.s6_addr = {0xfe, 0x80, [15] = number}};
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->actual.n_addresses = 2;
  for (guint i = 0; i < 2; i++)
    fixture->actual.addresses[i] =
        (ClatSourceAddress){.address = ipv6 (i + 1, 1), .prefix_length = 64};
  fixture->wanted.router = router (1);
  fixture->wanted.announced[0] = (ClatNetwork){ipv6 (2, 0), 64};
  fixture->wanted.n_announced = 1;
  /* 64:ff9b::192.0.0.170 */
  fixture->destination =
      (struct in6_addr){.s6_addr = {0, 0x64, 0xff, 0x9b, [12] = 192, [15] = 170}};
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
}

/* The network of the chosen address, 0 if there is none. */
static guint
choose (Fixture *fixture, guint8 next_hop)
{
  struct in6_addr gateway = router (next_hop);
  struct in6_addr address;

  return clat_uplink_address_choose (&fixture->actual, &fixture->wanted, &gateway,
                                     &fixture->destination, &address)
             ? address.s6_addr[5]
             : 0;
}

/* RFC 6724, rule 5.5 */
static void
test_prefix_of_the_next_hop (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (choose (fixture, 1), ==, 2);
}

static void
test_announcements_of_another_router_do_not_matter (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (choose (fixture, 2), ==, 1);
}

static void
test_address_in_use_stays (Fixture *fixture, gconstpointer data)
{
  fixture->actual.datapath.translation.pairs[0].ipv6 = ipv6 (2, 1);
  g_assert_cmpuint (choose (fixture, 2), ==, 2);
  fixture->actual.datapath.translation.pairs[0].ipv6 = ipv6 (1, 1);
  g_assert_cmpuint (choose (fixture, 2), ==, 1);
}

/* After a change of network, addresses of the old one may still be there. */
static void
test_only_announced (Fixture *fixture, gconstpointer data)
{
  fixture->wanted.only_announced = TRUE;
  g_assert_cmpuint (choose (fixture, 2), ==, 2);
  fixture->wanted.n_announced = 0;
  g_assert_cmpuint (choose (fixture, 1), ==, 0);
  fixture->wanted.only_announced = FALSE;
  g_assert_cmpuint (choose (fixture, 1), ==, 1);
}

static void
test_second_announced_network (Fixture *fixture, gconstpointer data)
{
  fixture->wanted.announced[0] = (ClatNetwork){ipv6 (9, 0), 64};
  fixture->wanted.announced[1] = (ClatNetwork){ipv6 (2, 0), 64};
  fixture->wanted.n_announced = 2;
  g_assert_cmpuint (choose (fixture, 1), ==, 2);
}

static void
test_no_address (Fixture *fixture, gconstpointer data)
{
  fixture->actual.n_addresses = 0;
  g_assert_cmpuint (choose (fixture, 1), ==, 0);
}

#define ADD(name, function)                                                              \
  g_test_add ("/uplink-address/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("prefix-of-the-next-hop", test_prefix_of_the_next_hop);
  ADD ("announcements-of-another-router-do-not-matter",
       test_announcements_of_another_router_do_not_matter);
  ADD ("address-in-use-stays", test_address_in_use_stays);
  ADD ("only-announced", test_only_announced);
  ADD ("second-announced-network", test_second_announced_network);
  ADD ("no-address", test_no_address);
  return g_test_run ();
}
