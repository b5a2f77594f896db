/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv6 prefixes of any length. */
#include "clat-network.h"

#include <arpa/inet.h>

static struct in6_addr
ipv6 (const char *text)
{
  struct in6_addr address;

  g_assert_cmpint (inet_pton (AF_INET6, text, &address), ==, 1);
  return address;
}

static void
test_common_length (void)
{
  static const struct
  {
    const char *a;
    const char *b;
    guint length;
  } rows[] = {
      {"::", "::", 128},
      {"2001:db8::1", "2001:db8::1", 128},
      {"2001:db8::", "2001:db8::1", 127},
      {"2001:db8::2", "2001:db8::1", 126},
      {"2001:db8::ff", "2001:db8::", 120},
      {"2001:db8::100", "2001:db8::", 119},
      {"8000::", "::", 0},
      {"4000::", "::", 1},
      {"100::", "::", 7},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      struct in6_addr a = ipv6 (rows[i].a), b = ipv6 (rows[i].b);

      g_assert_cmpuint (clat_network_common_length (&a, &b), ==, rows[i].length);
      g_assert_cmpuint (clat_network_common_length (&b, &a), ==, rows[i].length);
    }
}

static void
test_contains (void)
{
  static const struct
  {
    const char *network;
    guint8 length;
    const char *address;
    gboolean contains;
  } rows[] = {
      {"2001:db8::", 64, "2001:db8::1", TRUE},
      {"2001:db8::", 64, "2001:db8:0:1::1", FALSE},
      {"2001:db8::9", 64, "2001:db8::1", TRUE},
      {"2001:db8::2", 127, "2001:db8::3", TRUE},
      {"2001:db8::2", 127, "2001:db8::4", FALSE},
      {"2001:db8::2", 128, "2001:db8::2", TRUE},
      {"2001:db8::2", 128, "2001:db8::3", FALSE},
      {"::", 0, "ffff::", TRUE},
      {"2001:db8::", 33, "2001:db8:8000::", FALSE},
      {"2001:db8::", 33, "2001:db8:7fff::", TRUE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      ClatNetwork network = {ipv6 (rows[i].network), rows[i].length};
      struct in6_addr address = ipv6 (rows[i].address);

      g_assert_cmpint (clat_network_contains (&network, &address), ==, rows[i].contains);
    }
}

static void
test_equal (void)
{
  ClatNetwork a = {ipv6 ("2001:db8::1"), 64}, b = {ipv6 ("2001:db8::2"), 64};
  ClatNetwork longer = {ipv6 ("2001:db8::1"), 65}, other = {ipv6 ("2001:db9::1"), 64};

  g_assert_true (clat_network_equal (&a, &b));
  g_assert_false (clat_network_equal (&a, &longer));
  g_assert_false (clat_network_equal (&longer, &a));
  g_assert_false (clat_network_equal (&a, &other));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network/common-length", test_common_length);
  g_test_add_func ("/network/contains", test_contains);
  g_test_add_func ("/network/equal", test_equal);
  return g_test_run ();
}
