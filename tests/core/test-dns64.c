/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NAT64 prefixes in the AAAA records of ipv4only.arpa. */
#include "clat-dns64.h"

#include <arpa/inet.h>
#include <string.h>

#define MAX_ADDRESSES 8

/* Texts separated by blanks. */
static void
assert_finds (const char *addresses, const char *expected)
{
  g_auto (GStrv) texts = g_strsplit (addresses, " ", -1);
  g_autoptr (GString) found = g_string_new (NULL);
  g_autoptr (GArray) prefixes = NULL;
  struct in6_addr parsed[MAX_ADDRESSES];
  guint count = g_strv_length (texts);

  g_assert_cmpuint (count, <=, MAX_ADDRESSES);
  for (guint i = 0; i < count; i++)
    g_assert_cmpint (inet_pton (AF_INET6, texts[i], &parsed[i]), ==, 1);

  prefixes = clat_dns64_find_prefixes (parsed, count);
  for (guint i = 0; i < prefixes->len; i++)
    {
      g_autofree char *text =
          clat_prefix_to_string (&g_array_index (prefixes, ClatPrefix, i));

      g_string_append_printf (found, i == 0 ? "%s" : " %s", text);
    }
  g_test_message ("%s", addresses);
  g_assert_cmpstr (found->str, ==, expected);
}

static const struct
{
  const char *prefix;
  const char *of_170;
  const char *of_171;
} rows[] = {
    {"2001:db8::/32", "2001:db8:c000:aa::", "2001:db8:c000:ab::"},
    {"2001:db8:100::/40", "2001:db8:1c0:0:aa::", "2001:db8:1c0:0:ab::"},
    {"2001:db8:122::/48", "2001:db8:122:c000:0:aa00::", "2001:db8:122:c000:0:ab00::"},
    {"2001:db8:122:300::/56", "2001:db8:122:3c0:0:aa::", "2001:db8:122:3c0:0:ab::"},
    {"2001:db8:122:344::/64", "2001:db8:122:344:c0:0:aa00:0",
     "2001:db8:122:344:c0:0:ab00:0"},
    {"2001:db8:122:344::/96", "2001:db8:122:344::c000:aa", "2001:db8:122:344::c000:ab"},
    {"64:ff9b::/96", "64:ff9b::c000:aa", "64:ff9b::c000:ab"},
};

/* 7050-4, 7050-7 */
static void
test_each_length (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *both = g_strjoin (" ", rows[i].of_170, rows[i].of_171, NULL);
      g_autofree char *turned = g_strjoin (" ", rows[i].of_171, rows[i].of_170, NULL);

      assert_finds (rows[i].of_170, rows[i].prefix);
      assert_finds (rows[i].of_171, rows[i].prefix);
      assert_finds (both, rows[i].prefix);
      assert_finds (turned, rows[i].prefix);
    }
}

/* 7050-3, 7050-8 */
static void
test_several_prefixes_in_their_order (void)
{
  assert_finds ("2001:db8:2::c000:aa 64:ff9b::c000:ab 2001:db8:2::c000:ab "
                "64:ff9b::c000:aa 2001:db8:1:c000:0:aa00::",
                "2001:db8:2::/96 64:ff9b::/96 2001:db8:1::/48");
}

/* 7050-5 */
static void
test_prefix_with_the_address_in_it (void)
{
  /* In the place of another length. */
  assert_finds ("2001:db8:c000:aa::c000:aa 2001:db8:c000:aa::c000:ab",
                "2001:db8:c000:aa::/96");
  assert_finds ("2001:db8:c000:aa::c000:ab 2001:db8:c000:aa::c000:aa",
                "2001:db8:c000:aa::/96");
  assert_finds ("2001:db8:c000:ab::c000:aa 2001:db8:c000:ab::c000:ab",
                "2001:db8:c000:ab::/96");
  /* Elsewhere. */
  assert_finds ("2001:c000:aa:1::c000:aa 2001:c000:aa:1::c000:ab", "2001:c000:aa:1::/96");
  /* Nothing decides. */
  assert_finds ("2001:db8:c000:aa::c000:aa", "");
  assert_finds ("2001:db8:c000:aa::c000:ab", "");
  /* Another prefix is not held up by it. */
  assert_finds ("2001:db8:c000:aa::c000:aa 64:ff9b::c000:aa", "64:ff9b::/96");
}

/* 7050-6 */
static void
test_nothing_known (void)
{
  assert_finds ("2001:db8::1", "");
  assert_finds ("2001:db8::1 :: ff02::1 ::1", "");
  assert_finds ("2001:db8:1::c0:0:aa", "");
  assert_finds ("64:ff9b::c000:ac", "");
  assert_finds ("2001:db8:0:c0:0:aa00::", "");
}

static void
test_no_prefix_at_all (void)
{
  /* What some servers make of IPv4 addresses, and what cannot be a prefix. */
  assert_finds ("::ffff:192.0.0.170 ::ffff:192.0.0.171", "");
  assert_finds ("::192.0.0.170", "");
  assert_finds ("fe80::c000:aa", "");
  assert_finds ("ff0e::c000:aa", "");
}

static void
test_no_addresses (void)
{
  g_autoptr (GArray) prefixes = clat_dns64_find_prefixes (NULL, 0);

  g_assert_cmpuint (prefixes->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dns64/each-length", test_each_length);
  g_test_add_func ("/dns64/several-prefixes-in-their-order",
                   test_several_prefixes_in_their_order);
  g_test_add_func ("/dns64/prefix-with-the-address-in-it",
                   test_prefix_with_the_address_in_it);
  g_test_add_func ("/dns64/nothing-known", test_nothing_known);
  g_test_add_func ("/dns64/no-prefix-at-all", test_no_prefix_at_all);
  g_test_add_func ("/dns64/no-addresses", test_no_addresses);
  return g_test_run ();
}
