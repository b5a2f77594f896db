/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The CLAT's addresses on links where the host's are static. */
#include "clat-static-ipv6.h"

#include <arpa/inet.h>

static const guint8 secret[CLAT_IDENTIFIER_LENGTH] = {1, 2, 3};

static struct in6_addr
parse (const char *text)
{
  struct in6_addr address;

  g_assert_cmpint (inet_pton (AF_INET6, text, &address), ==, 1);
  return address;
}

static void
add_address (ClatStaticIpv6 *static_ipv6, const char *text, guint length)
{
  static_ipv6->addresses[static_ipv6->n_addresses++] = (ClatIpv6){parse (text), length};
}

/* Adds the missing addresses, as duplicates if are_duplicates; returns how many. */
static guint
add_all (const ClatStaticIpv6 *static_ipv6, ClatAddedIpv6List *list,
         gboolean are_duplicates)
{
  ClatIpv6 ipv6;
  guint n = 0;

  while (clat_static_ipv6_get_addition (static_ipv6, secret, list, &ipv6))
    {
      g_assert_cmpuint (list->n, <, CLAT_MAX_ADDED_IPV6);
      list->addresses[list->n++] = (ClatAddedIpv6){ipv6, are_duplicates};
      n++;
    }
  return n;
}

static void
test_one_for_each_prefix (void)
{
  ClatStaticIpv6 static_ipv6 = {0};
  ClatAddedIpv6List list = {0};
  ClatIpv6 ipv6;

  g_assert_cmpuint (add_all (&static_ipv6, &list, FALSE), ==, 0);
  add_address (&static_ipv6, "2001:db8:1::1", 64);
  add_address (&static_ipv6, "2001:db8:1::2", 64);
  add_address (&static_ipv6, "fd00::1", 64);
  g_assert_cmpuint (add_all (&static_ipv6, &list, FALSE), ==, 2);
  g_assert_true (
      clat_ipv6_has_prefix (&static_ipv6.addresses[0], &list.addresses[0].ipv6.address));
  g_assert_true (
      clat_ipv6_has_prefix (&static_ipv6.addresses[2], &list.addresses[1].ipv6.address));
  g_assert_false (clat_static_ipv6_get_removal (&static_ipv6, secret, &list, &ipv6));
}

static void
test_three_tries (void)
{
  ClatStaticIpv6 static_ipv6 = {0};
  ClatAddedIpv6List list = {0};
  ClatIpv6 ipv6;

  add_address (&static_ipv6, "2001:db8:1::1", 64);
  g_assert_cmpuint (add_all (&static_ipv6, &list, TRUE), ==, CLAT_STATIC_IPV6_TRIES);
  g_assert_false (clat_static_ipv6_get_removal (&static_ipv6, secret, &list, &ipv6));
  for (guint i = 0; i < list.n; i++)
    for (guint j = 0; j < i; j++)
      g_assert_false (IN6_ARE_ADDR_EQUAL (&list.addresses[i].ipv6.address,
                                          &list.addresses[j].ipv6.address));
}

/* In a prefix of eight addresses many counters give the same one. */
static void
test_tries_of_a_long_prefix_differ (void)
{
  for (guint i = 0; i < 16; i++)
    {
      g_autofree char *text = g_strdup_printf ("2001:db8:%x::1", i);
      ClatStaticIpv6 static_ipv6 = {0};
      ClatAddedIpv6List list = {0};

      add_address (&static_ipv6, text, 125);
      g_assert_cmpuint (add_all (&static_ipv6, &list, TRUE), ==, CLAT_STATIC_IPV6_TRIES);
    }
}

/* An address with another prefix length is not the right one. */
static void
test_prefix_length_counts (void)
{
  ClatStaticIpv6 static_ipv6 = {0};
  ClatAddedIpv6List list = {0};
  ClatIpv6 ipv6;

  add_address (&static_ipv6, "2001:db8:1::1", 64);
  add_all (&static_ipv6, &list, FALSE);
  list.addresses[0].ipv6.length = 80;
  g_assert_true (clat_static_ipv6_get_removal (&static_ipv6, secret, &list, &ipv6));
  g_assert_true (clat_static_ipv6_get_addition (&static_ipv6, secret, &list, &ipv6));
  g_assert_cmpuint (ipv6.length, ==, 64);
}

/* Also with as many as there is room for. */
static void
test_all_are_duplicates (void)
{
  ClatStaticIpv6 static_ipv6 = {0};
  ClatAddedIpv6List list = {0};

  for (guint i = 0; i < CLAT_MAX_STATIC_IPV6; i++)
    {
      g_autofree char *text = g_strdup_printf ("2001:db8:%u::1", i);

      add_address (&static_ipv6, text, 64);
    }
  g_assert_cmpuint (add_all (&static_ipv6, &list, TRUE), ==, CLAT_MAX_ADDED_IPV6);
}

static void
test_follows_the_host (void)
{
  ClatStaticIpv6 static_ipv6 = {0};
  ClatAddedIpv6List list = {0};
  ClatIpv6 ipv6;

  add_address (&static_ipv6, "2001:db8:1::1", 64);
  add_all (&static_ipv6, &list, FALSE);
  static_ipv6.addresses[0].address = parse ("2001:db8:2::1");
  g_assert_cmpuint (add_all (&static_ipv6, &list, FALSE), ==, 1);
  g_assert_true (clat_static_ipv6_get_removal (&static_ipv6, secret, &list, &ipv6));
  g_assert_true (IN6_ARE_ADDR_EQUAL (&ipv6.address, &list.addresses[0].ipv6.address));

  static_ipv6.n_addresses = 0;
  list.addresses[0] = list.addresses[--list.n];
  g_assert_true (clat_static_ipv6_get_removal (&static_ipv6, secret, &list, &ipv6));
}

/* A /126 has four addresses: of routers, of the gateway, of the host, and one more. */
static void
test_never_of_host_or_gateway (void)
{
  struct in6_addr left = parse ("2001:db8::7");
  ClatStaticIpv6 static_ipv6 = {.gateway = parse ("2001:db8::5")};
  ClatAddedIpv6List list = {0};

  add_address (&static_ipv6, "2001:db8::6", 126);
  g_assert_cmpuint (add_all (&static_ipv6, &list, TRUE), ==, 1);
  g_assert_true (IN6_ARE_ADDR_EQUAL (&list.addresses[0].ipv6.address, &left));

  /* Nothing is left. */
  add_address (&static_ipv6, "2001:db8::7", 126);
  list.n = 0;
  g_assert_cmpuint (add_all (&static_ipv6, &list, TRUE), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/static-ipv6/one-for-each-prefix", test_one_for_each_prefix);
  g_test_add_func ("/static-ipv6/three-tries", test_three_tries);
  g_test_add_func ("/static-ipv6/all-are-duplicates", test_all_are_duplicates);
  g_test_add_func ("/static-ipv6/follows-the-host", test_follows_the_host);
  g_test_add_func ("/static-ipv6/never-of-host-or-gateway",
                   test_never_of_host_or_gateway);
  g_test_add_func ("/static-ipv6/tries-of-a-long-prefix-differ",
                   test_tries_of_a_long_prefix_differ);
  g_test_add_func ("/static-ipv6/prefix-length-counts", test_prefix_length_counts);
  return g_test_run ();
}
