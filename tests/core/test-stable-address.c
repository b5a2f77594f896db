/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opaque addresses for prefixes of any length. */
#include "clat-stable-address.h"

#include <arpa/inet.h>

static const guint8 secret[CLAT_IDENTIFIER_LENGTH] = {1, 2, 3};
static const guint8 other_secret[CLAT_IDENTIFIER_LENGTH] = {1, 2, 4};

static ClatIpv6
parse (const char *text, guint length)
{
  ClatIpv6 ipv6 = {.length = length};

  g_assert_cmpint (inet_pton (AF_INET6, text, &ipv6.address), ==, 1);
  return ipv6;
}

static gboolean
are_equal (const ClatIpv6 *a, const ClatIpv6 *b)
{
  return IN6_ARE_ADDR_EQUAL (&a->address, &b->address) && a->length == b->length;
}

static ClatIpv6
make (const guint8 *identifier, const ClatIpv6 *other, guint8 counter)
{
  ClatIpv6 made;

  g_assert_true (clat_stable_address_make (identifier, other, counter, &made));
  return made;
}

/* CL-D10 */
static void
test_depends_on_each_input (void)
{
  ClatIpv6 host = parse ("2001:db8:1::77", 64);
  ClatIpv6 neighbour = parse ("2001:db8:1::78", 64);
  ClatIpv6 elsewhere = parse ("2001:db8:2::77", 64);
  ClatIpv6 longer = parse ("2001:db8:1::77", 65);
  ClatIpv6 made = make (secret, &host, 0);
  ClatIpv6 others[] = {
      make (other_secret, &host, 0),
      make (secret, &host, 1),
      make (secret, &elsewhere, 0),
      make (secret, &longer, 0),
  };
  ClatIpv6 again = make (secret, &neighbour, 0);

  g_assert_true (are_equal (&made, &again));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_cmpint (memcmp (others[i].address.s6_addr + 9, made.address.s6_addr + 9, 7),
                     !=, 0);
}

/* The octets that are hashed, and their order: a host keeps its addresses over an
 * upgrade. HMAC-SHA-256 of prefix, length and counter, computed with another
 * implementation. */
static void
test_known_address (void)
{
  ClatIpv6 host = parse ("2001:db8:1::77", 64);
  ClatIpv6 expected = parse ("2001:db8:1:0:1a9c:3144:dca:2e4d", 64);
  ClatIpv6 made = make (secret, &host, 0);

  g_assert_true (are_equal (&made, &expected));
}

static void
test_prefix_of_any_length_stays (void)
{
  ClatIpv6 host = parse ("2001:db8:5aa5:5aa5:a55a:a55a:5aa5:5aa6", 0);

  for (host.length = 1; host.length <= CLAT_STABLE_ADDRESS_MAX_LENGTH; host.length++)
    for (guint counter = 0; counter < 8; counter++)
      {
        ClatIpv6 made;

        if (!clat_stable_address_make (secret, &host, counter, &made))
          continue;
        g_assert_cmpuint (made.length, ==, host.length);
        g_assert_true (clat_ipv6_has_prefix (&host, &made.address));
      }
}

/* RFC 4291, 2.6.1: the subnet-router anycast address. In a /126 it is every fourth. */
static void
test_never_all_zeros (void)
{
  ClatIpv6 host = parse ("2001:db8::5", 126);
  struct in6_addr anycast = parse ("2001:db8::4", 126).address;
  guint n_refused = 0;

  for (guint counter = 0; counter < 64; counter++)
    {
      ClatIpv6 made;

      if (!clat_stable_address_make (secret, &host, counter, &made))
        n_refused++;
      else
        g_assert_false (IN6_ARE_ADDR_EQUAL (&made.address, &anycast));
    }
  g_assert_cmpuint (n_refused, >, 0);
  g_assert_cmpuint (n_refused, <, 64);
}

/* RFC 2526, 2: in a /120 it is half of them. */
static void
test_never_reserved_for_anycast (void)
{
  ClatIpv6 host = parse ("2001:db8::5", 120);
  guint n_made = 0;

  for (guint counter = 0; counter < 64; counter++)
    {
      ClatIpv6 made;

      if (clat_stable_address_make (secret, &host, counter, &made))
        {
          g_assert_cmpuint (made.address.s6_addr[15], <, 0x80);
          n_made++;
        }
    }
  g_assert_cmpuint (n_made, >, 0);
  g_assert_cmpuint (n_made, <, 64);
}

static void
test_has_prefix (void)
{
  ClatIpv6 prefix = parse ("2001:db8:1:8000::1", 49);
  struct in6_addr inside = parse ("2001:db8:1:ffff::", 0).address;
  struct in6_addr outside = parse ("2001:db8:1:7fff::", 0).address;

  g_assert_true (clat_ipv6_has_prefix (&prefix, &inside));
  g_assert_false (clat_ipv6_has_prefix (&prefix, &outside));
}

/* RFC 5453; reached by no hash that anybody could find. */
static void
test_reserved_identifiers (void)
{
  static const struct
  {
    const char *address;
    guint length;
    gboolean is_reserved;
  } rows[] = {
      {"2001:db8::", 64, TRUE},
      {"2001:db8::1", 64, FALSE},
      {"2001:db8::200:5eff:fe00:5213", 64, TRUE},
      {"2001:db8::201:5eff:fe00:5213", 64, FALSE},
      {"2001:db8::fdff:ffff:ffff:ff80", 64, TRUE},
      {"2001:db8::fdff:ffff:ffff:ffff", 64, TRUE},
      {"2001:db8::fdff:ffff:ffff:ff7f", 64, FALSE},
      {"2001:db8::ffff:ffff:ffff:fffe", 64, FALSE},
      {"2001:db8:0:ffff:ffff:ffff:ffff:fff0", 48, TRUE},
      {"2001:db8::7f", 120, FALSE},
      {"2001:db8::80", 120, TRUE},
      {"2001:db8::7f", 121, FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      ClatIpv6 ipv6 = parse (rows[i].address, rows[i].length);

      g_test_message ("%s/%u", rows[i].address, rows[i].length);
      g_assert_cmpint (clat_stable_address_is_reserved (&ipv6), ==, rows[i].is_reserved);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/opaque/depends-on-each-input", test_depends_on_each_input);
  g_test_add_func ("/opaque/known-address", test_known_address);
  g_test_add_func ("/opaque/prefix-of-any-length-stays", test_prefix_of_any_length_stays);
  g_test_add_func ("/opaque/never-all-zeros", test_never_all_zeros);
  g_test_add_func ("/opaque/never-reserved-for-anycast", test_never_reserved_for_anycast);
  g_test_add_func ("/opaque/has-prefix", test_has_prefix);
  g_test_add_func ("/opaque/reserved-identifiers", test_reserved_identifiers);
  return g_test_run ();
}
