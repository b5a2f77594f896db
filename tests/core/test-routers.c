/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The routers of one link, with time as an argument. */
#include "clat-routers.h"

#define SECOND ((gint64)G_USEC_PER_SEC)

typedef struct
{
  ClatRouters *routers;
} Fixture;

static const struct in6_addr none;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->routers = clat_routers_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  clat_routers_free (fixture->routers);
}

static struct in6_addr
router (guint8 number)
{
  return (struct in6_addr){.s6_addr = {0xfe, 0x80, [15] = number}};
}

/* 2001:db8:number::/64 */
static ClatRaNetwork
network (guint8 number, guint32 lifetime)
{
  return (ClatRaNetwork){
      .network = {{.s6_addr = {0x20, 0x01, 0x0d, 0xb8, 0, number}}, 64},
      .lifetime = lifetime,
  };
}

static ClatRa
advertisement (guint16 lifetime)
{
  return (ClatRa){.lifetime = lifetime, .preference = CLAT_RA_PREFERENCE_MEDIUM};
}

static ClatRa
with_network (ClatRa ra, guint8 number, guint32 lifetime)
{
  ra.networks[ra.n_networks++] = network (number, lifetime);
  return ra;
}

static gboolean
receive (Fixture *fixture, guint8 number, ClatRa ra, gint64 seconds)
{
  struct in6_addr address = router (number);

  return clat_routers_receive (fixture->routers, &address, &ra, &none, seconds * SECOND);
}

static gboolean
is_alive (Fixture *fixture, guint8 number, gint64 seconds)
{
  struct in6_addr address = router (number);

  return clat_routers_is_alive (fixture->routers, &address, seconds * SECOND);
}

static gboolean
has (Fixture *fixture, guint8 number)
{
  struct in6_addr address = router (number);

  return clat_routers_has (fixture->routers, &address);
}

/* The numbers of the announced networks, each followed by a space. */
static char *
list (Fixture *fixture, guint8 number, gint64 seconds)
{
  g_autoptr (GString) text = g_string_new (NULL);
  ClatNetwork networks[CLAT_RA_MAX];
  struct in6_addr address = router (number);
  guint count =
      clat_routers_get_networks (fixture->routers, &address, seconds * SECOND, networks);

  for (guint i = 0; i < count; i++)
    g_string_append_printf (text, "%u ", networks[i].address.s6_addr[5]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_networks (Fixture *fixture, gint64 seconds, const char *expected)
{
  g_autofree char *found = list (fixture, 1, seconds);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_unknown_router_is_alive (Fixture *fixture, gconstpointer data)
{
  struct in6_addr address = router (1);

  g_assert_false (has (fixture, 1));
  g_assert_true (is_alive (fixture, 1, 0));
  g_assert_cmpint (clat_routers_get_preference (fixture->routers, &address), ==,
                   CLAT_RA_PREFERENCE_HIGH);
  g_assert_cmpint (clat_routers_get_end (fixture->routers, &address, 0), ==, CLAT_NEVER);
  assert_networks (fixture, 0, "");
}

static void
test_lifetime_as_default_router (Fixture *fixture, gconstpointer data)
{
  struct in6_addr address = router (1);

  g_assert_true (receive (fixture, 1, advertisement (10), 5));
  g_assert_true (has (fixture, 1));
  g_assert_true (is_alive (fixture, 1, 14));
  g_assert_false (is_alive (fixture, 1, 15));
  g_assert_cmpint (clat_routers_get_end (fixture->routers, &address, 14 * SECOND), ==,
                   15 * SECOND);
  g_assert_cmpint (clat_routers_get_end (fixture->routers, &address, 15 * SECOND), ==,
                   CLAT_NEVER);

  g_assert_false (receive (fixture, 1, advertisement (10), 9));
  g_assert_true (is_alive (fixture, 1, 18));
}

static void
test_changes_are_reported (Fixture *fixture, gconstpointer data)
{
  struct in6_addr address = router (1);
  ClatRa ra = advertisement (10);

  g_assert_true (receive (fixture, 1, ra, 0));
  g_assert_false (receive (fixture, 1, ra, 1));
  ra.lifetime = 20;
  g_assert_false (receive (fixture, 1, ra, 2));
  ra.lifetime = 0;
  g_assert_true (receive (fixture, 1, ra, 3));
  g_assert_false (is_alive (fixture, 1, 3));
  g_assert_false (receive (fixture, 1, ra, 4));
  ra.lifetime = 10;
  g_assert_true (receive (fixture, 1, ra, 5));
  /* The lifetime had ended. */
  g_assert_true (receive (fixture, 1, ra, 15));

  ra.preference = CLAT_RA_PREFERENCE_LOW;
  g_assert_true (receive (fixture, 1, ra, 16));
  g_assert_cmpint (clat_routers_get_preference (fixture->routers, &address), ==,
                   CLAT_RA_PREFERENCE_LOW);
}

static void
test_unreachable_routers (Fixture *fixture, gconstpointer data)
{
  struct in6_addr both[] = {router (1), router (2)};

  receive (fixture, 1, advertisement (10), 0);
  receive (fixture, 2, advertisement (10), 0);
  g_assert_false (clat_routers_set_unreachable (fixture->routers, both, 0));
  g_assert_true (clat_routers_set_unreachable (fixture->routers, both, 1));
  g_assert_false (clat_routers_set_unreachable (fixture->routers, both, 1));
  g_assert_false (is_alive (fixture, 1, 1));
  g_assert_true (is_alive (fixture, 2, 1));

  g_assert_true (clat_routers_set_unreachable (fixture->routers, both + 1, 1));
  g_assert_true (is_alive (fixture, 1, 1));
  g_assert_false (is_alive (fixture, 2, 1));

  /* An advertisement does not show that it receives packets. */
  receive (fixture, 2, advertisement (10), 2);
  g_assert_false (is_alive (fixture, 2, 2));
}

/* RFC 4861, 6.2.3: what one advertisement leaves out stays valid. */
static void
test_networks_expire_on_their_own (Fixture *fixture, gconstpointer data)
{
  g_assert_true (receive (fixture, 1, with_network (advertisement (10), 1, 10), 0));
  g_assert_true (receive (fixture, 1, with_network (advertisement (10), 2, 20), 1));
  assert_networks (fixture, 9, "1 2 ");
  assert_networks (fixture, 10, "2 ");
  assert_networks (fixture, 21, "");

  g_assert_false (receive (fixture, 1, with_network (advertisement (30), 2, 20), 5));
  assert_networks (fixture, 21, "2 ");
  g_assert_true (receive (fixture, 1, with_network (advertisement (30), 2, 0), 6));
  assert_networks (fixture, 6, "1 ");
  /* A withdrawal of an unknown one is not a change. */
  g_assert_false (receive (fixture, 1, with_network (advertisement (30), 7, 0), 7));
}

static void
test_infinite_lifetime (Fixture *fixture, gconstpointer data)
{
  receive (fixture, 1, with_network (advertisement (10), 1, CLAT_INFINITE_LIFETIME), 0);
  assert_networks (fixture, G_MAXUINT32 + (gint64)10, "1 ");
}

static void
test_limit_of_networks (Fixture *fixture, gconstpointer data)
{
  for (guint i = 1; i <= CLAT_RA_MAX + 1; i++)
    g_assert_cmpint (
        receive (fixture, 1, with_network (advertisement (10), i, 10 + i), 0), ==,
        i <= CLAT_RA_MAX);
  assert_networks (fixture, 0, "1 2 3 4 5 6 7 8 ");

  /* An expired one makes room. */
  g_assert_true (receive (fixture, 1, with_network (advertisement (10), 9, 10), 11));
  assert_networks (fixture, 11, "2 3 4 5 6 7 8 9 ");
}

static void
test_stale_networks (Fixture *fixture, gconstpointer data)
{
  receive (fixture, 1, with_network (advertisement (100), 1, 5), 0);
  receive (fixture, 1, with_network (advertisement (100), 2, 100), 0);
  clat_routers_mark_stale (fixture->routers, 10 * SECOND);
  assert_networks (fixture, 4, "1 2 ");
  assert_networks (fixture, 9, "2 ");
  assert_networks (fixture, 10, "");

  /* Announced again, it is the only one that counts. */
  g_assert_true (receive (fixture, 1, with_network (advertisement (100), 1, 5), 1));
  assert_networks (fixture, 4, "1 ");
  g_assert_false (receive (fixture, 1, with_network (advertisement (100), 1, 5), 2));
}

static void
test_flood_drops_the_first_to_end (Fixture *fixture, gconstpointer data)
{
  struct in6_addr used = router (1), newcomer = router (100);
  ClatRa ra = advertisement (1000);

  for (guint i = 1; i <= CLAT_ROUTERS_MAX; i++)
    receive (fixture, i, advertisement (i == 9 ? 2 : i), 0);
  g_assert_true (clat_routers_receive (fixture->routers, &newcomer, &ra, &used, 0));
  g_assert_true (has (fixture, 100));
  /* 1 would end first, but is in use; 2 and 9 end next. */
  g_assert_true (has (fixture, 1));
  g_assert_cmpint (has (fixture, 2) + has (fixture, 9), ==, 1);
  for (guint i = 3; i <= CLAT_ROUTERS_MAX; i++)
    g_assert_true (i == 9 || has (fixture, i));

  newcomer = router (101);
  clat_routers_receive (fixture->routers, &newcomer, &ra, &none, 0);
  g_assert_false (has (fixture, 1));
}

#define ADD(name, function)                                                              \
  g_test_add ("/routers/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("unknown-router-is-alive", test_unknown_router_is_alive);
  ADD ("lifetime-as-default-router", test_lifetime_as_default_router);
  ADD ("changes-are-reported", test_changes_are_reported);
  ADD ("unreachable-routers", test_unreachable_routers);
  ADD ("networks-expire-on-their-own", test_networks_expire_on_their_own);
  ADD ("infinite-lifetime", test_infinite_lifetime);
  ADD ("limit-of-networks", test_limit_of_networks);
  ADD ("stale-networks", test_stale_networks);
  ADD ("flood-drops-the-first-to-end", test_flood_drops_the_first_to_end);
  return g_test_run ();
}
