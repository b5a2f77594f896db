/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The DNS servers that routers announce. */
#include "clat-resolvers.h"

#include <arpa/inet.h>

#define SECOND G_GINT64_CONSTANT (1000000)
#define NOW    (1000 * SECOND)

static ClatRa
make_ra (guint n, const char *const *addresses, guint32 lifetime)
{
  ClatRa ra = {.n_resolvers = n};

  for (guint i = 0; i < n; i++)
    {
      inet_pton (AF_INET6, addresses[i], &ra.resolvers[i].address);
      ra.resolvers[i].lifetime = lifetime;
    }
  return ra;
}

static gboolean
receive (ClatResolvers *self, const char *address, guint32 lifetime, gint64 now)
{
  ClatRa ra = make_ra (1, &address, lifetime);

  return clat_resolvers_receive (self, &ra, now);
}

static void
assert_resolvers (const ClatResolvers *self, const char *expected)
{
  g_auto (GStrv) servers = clat_resolvers_to_strv (self);
  g_autofree char *found = g_strjoinv (" ", servers);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_announced_ones_are_kept_in_order (void)
{
  ClatResolvers resolvers = {0};

  assert_resolvers (&resolvers, "");
  g_assert_true (receive (&resolvers, "2001:db8::53", 1800, NOW));
  g_assert_true (receive (&resolvers, "fe80::1", 1800, NOW));
  g_assert_false (receive (&resolvers, "fe80::1", 900, NOW));
  g_assert_false (receive (&resolvers, "2001:db8::53", 900, NOW));
  assert_resolvers (&resolvers, "2001:db8::53 fe80::1");
}

static void
test_lifetimes (void)
{
  ClatResolvers resolvers = {0};

  receive (&resolvers, "2001:db8::53", 10, NOW);
  receive (&resolvers, "2001:db8::54", CLAT_INFINITE_LIFETIME, NOW);
  clat_resolvers_expire (&resolvers, NOW + 10 * SECOND - 1);
  assert_resolvers (&resolvers, "2001:db8::53 2001:db8::54");
  receive (&resolvers, "2001:db8::53", 20, NOW);
  clat_resolvers_expire (&resolvers, NOW + 10 * SECOND);
  assert_resolvers (&resolvers, "2001:db8::53 2001:db8::54");
  clat_resolvers_expire (&resolvers, NOW + 20 * SECOND);
  assert_resolvers (&resolvers, "2001:db8::54");
}

static void
test_withdrawn (void)
{
  ClatResolvers resolvers = {0};

  receive (&resolvers, "2001:db8::53", 1800, NOW);
  g_assert_false (receive (&resolvers, "2001:db8::54", 0, NOW));
  g_assert_true (receive (&resolvers, "2001:db8::53", 0, NOW));
  assert_resolvers (&resolvers, "");
}

static void
test_stale_until_announced_again (void)
{
  ClatResolvers resolvers = {0};

  receive (&resolvers, "2001:db8::53", 1800, NOW);
  receive (&resolvers, "2001:db8::54", 1800, NOW);
  clat_resolvers_mark_stale (&resolvers, NOW + 5 * SECOND);
  receive (&resolvers, "2001:db8::54", 1800, NOW + SECOND);
  clat_resolvers_expire (&resolvers, NOW + 5 * SECOND);
  assert_resolvers (&resolvers, "2001:db8::54");
}

static void
test_no_more_than_fit (void)
{
  ClatResolvers resolvers = {0};

  for (guint i = 0; i < CLAT_RESOLVERS_MAX; i++)
    {
      g_autofree char *address = g_strdup_printf ("2001:db8::%u", i + 1);

      g_assert_true (receive (&resolvers, address, 1800, NOW));
    }
  g_assert_false (receive (&resolvers, "2001:db8::ff", 1800, NOW));
  g_assert_cmpuint (resolvers.count, ==, CLAT_RESOLVERS_MAX);
}

/* RFC 8106, 5.1: one option with two addresses, and one that is too short for any. */
static void
test_option (void)
{
  static const guint8 message[] = {
      134, 0, 0, 0,    64,   0,    7, 8,  0,    0,    0,    0,    0, 0, 0, 0,

      25,  5, 0, 0,    0,    0,    0, 60, 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0,
      0,   0, 0, 0x53, 0xfe, 0x80, 0, 0,  0,    0,    0,    0,    0, 0, 0, 0, 0, 0, 0, 1,

      25,  1, 0, 0,    0,    0,    0, 60,

      25,  3, 0, 0,    0,    0,    0, 60, 0xff, 0x02, 0,    0,    0, 0, 0, 0, 0, 0, 0, 0,
      0,   0, 0, 1};
  ClatResolvers resolvers = {0};
  ClatRa ra;

  g_assert_true (clat_ra_parse (message, sizeof message, &ra));
  g_assert_cmpuint (ra.n_resolvers, ==, 2);
  g_assert_cmpuint (ra.resolvers[1].lifetime, ==, 60);
  clat_resolvers_receive (&resolvers, &ra, NOW);
  assert_resolvers (&resolvers, "2001:db8::53 fe80::1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resolvers/order", test_announced_ones_are_kept_in_order);
  g_test_add_func ("/resolvers/lifetimes", test_lifetimes);
  g_test_add_func ("/resolvers/withdrawn", test_withdrawn);
  g_test_add_func ("/resolvers/stale", test_stale_until_announced_again);
  g_test_add_func ("/resolvers/full", test_no_more_than_fit);
  g_test_add_func ("/resolvers/option", test_option);
  return g_test_run ();
}
