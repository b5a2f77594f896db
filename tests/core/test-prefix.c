/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NAT64 prefixes: parsing, and the table of RFC 6052, 2.4 (standards row names in
 * brackets are those of the document that lists all rules). */
#include "clat-prefix.h"

#include <arpa/inet.h>
#include <string.h>

#include "clat-error.h"

static struct in6_addr
ipv6 (const char *text)
{
  struct in6_addr address;

  g_assert_cmpint (inet_pton (AF_INET6, text, &address), ==, 1);
  return address;
}

static struct in_addr
ipv4 (const char *text)
{
  struct in_addr address;

  g_assert_cmpint (inet_pton (AF_INET, text, &address), ==, 1);
  return address;
}

static ClatPrefix
prefix_of (const char *text)
{
  g_autoptr (GError) error = NULL;
  ClatPrefix prefix;

  g_assert_true (clat_prefix_parse (text, &prefix, &error));
  g_assert_no_error (error);
  return prefix;
}

static const struct
{
  const char *prefix;
  const char *ipv4;
  const char *ipv6;
} embeddings[] = {
    {"2001:db8::/32", "192.0.2.33", "2001:db8:c000:221::"},
    {"2001:db8::/32", "198.51.100.2", "2001:db8:c633:6402::"},
    {"2001:db8::/32", "8.8.8.8", "2001:db8:808:808::"},
    {"2001:db8:100::/40", "192.0.2.33", "2001:db8:1c0:2:21::"},
    {"2001:db8:100::/40", "198.51.100.2", "2001:db8:1c6:3364:2::"},
    {"2001:db8:100::/40", "8.8.8.8", "2001:db8:108:808:8::"},
    {"2001:db8:122::/48", "192.0.2.33", "2001:db8:122:c000:2:2100::"},
    {"2001:db8:122::/48", "198.51.100.2", "2001:db8:122:c633:64:200::"},
    {"2001:db8:122:300::/56", "192.0.2.33", "2001:db8:122:3c0:0:221::"},
    {"2001:db8:122:300::/56", "198.51.100.2", "2001:db8:122:3c6:33:6402::"},
    {"2001:db8:122:344::/64", "192.0.2.33", "2001:db8:122:344:c0:2:2100:0"},
    {"2001:db8:122:344::/64", "198.51.100.2", "2001:db8:122:344:c6:3364:200:0"},
    {"2001:db8:122:344::/64", "255.255.255.255", "2001:db8:122:344:ff:ffff:ff00:0"},
    {"2001:db8:122:344::/96", "192.0.2.33", "2001:db8:122:344::c000:221"},
    {"64:ff9b::/96", "198.51.100.2", "64:ff9b::c633:6402"},
    {"64:ff9b::/96", "255.255.255.255", "64:ff9b::ffff:ffff"},
};

/* R6052-2, R6052-4 */
static void
test_embeds (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (embeddings); i++)
    {
      ClatPrefix prefix = prefix_of (embeddings[i].prefix);
      struct in6_addr address = clat_prefix_embed (&prefix, ipv4 (embeddings[i].ipv4));
      struct in6_addr expected = ipv6 (embeddings[i].ipv6);

      g_assert_cmpmem (&address, sizeof address, &expected, sizeof expected);
    }
}

/* R6052-5, R6052-6 */
static void
test_extracts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (embeddings); i++)
    {
      ClatPrefix prefix = prefix_of (embeddings[i].prefix);
      struct in6_addr address = ipv6 (embeddings[i].ipv6);
      struct in_addr found;

      g_assert_true (clat_prefix_extract (&prefix, &address, &found));
      g_assert_cmphex (found.s_addr, ==, ipv4 (embeddings[i].ipv4).s_addr);

      if (prefix.length == 96)
        continue;
      address.s6_addr[15] = 1;
      if (prefix.length < 64)
        address.s6_addr[8] = 0xff;
      g_assert_true (clat_prefix_extract (&prefix, &address, &found));
      g_assert_cmphex (found.s_addr, ==, ipv4 (embeddings[i].ipv4).s_addr);
    }
}

static void
test_extracts_only_from_inside (void)
{
  ClatPrefix prefix = prefix_of ("2001:db8:122:300::/56");
  struct in6_addr outside = ipv6 ("2001:db8:122:4c0:0:221::");
  struct in_addr found = {0};

  g_assert_false (clat_prefix_extract (&prefix, &outside, &found));
  g_assert_cmphex (found.s_addr, ==, 0);
}

static void
test_prints_what_it_parses (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (embeddings); i++)
    {
      ClatPrefix prefix = prefix_of (embeddings[i].prefix);
      g_autofree char *text = clat_prefix_to_string (&prefix);

      g_assert_cmpstr (text, ==, embeddings[i].prefix);
    }
}

/* R6052-1, R6052-3 */
static void
test_refuses_what_is_no_prefix (void)
{
  static const char *const texts[] = {
      "",
      "64:ff9b::",
      "64:ff9b::/",
      "/96",
      "64:ff9b::/80",
      "64:ff9b::/128",
      "64:ff9b::/960",
      "64:ff9b::/-96",
      "64:ff9b::/96/96",
      "64:ff9b::/96 ",
      "192.0.2.0/24",
      "2001:db8::1/64",
      "fe80::/64",
      "ff02::/96",
      "::/96",
      "::ffff:0:0/96",
      "2001:db8:0:0:100::/96",
      "2001:db8:0:0:0100::/96",
      "64:ff9b::%eth0/96",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      ClatPrefix prefix = {0};

      g_assert_false (clat_prefix_parse (texts[i], &prefix, &error));
      g_assert_error (error, CLAT_ERROR, CLAT_ERROR_INVALID);
      g_assert_cmpuint (prefix.length, ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prefix/embeds", test_embeds);
  g_test_add_func ("/prefix/extracts", test_extracts);
  g_test_add_func ("/prefix/extracts-only-from-inside", test_extracts_only_from_inside);
  g_test_add_func ("/prefix/prints-what-it-parses", test_prints_what_it_parses);
  g_test_add_func ("/prefix/refuses-what-is-no-prefix", test_refuses_what_is_no_prefix);
  return g_test_run ();
}
