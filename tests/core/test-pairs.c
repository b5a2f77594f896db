/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pairs of an IPv4 and an IPv6 address of one connection, each with its prefix. */
#include "clat-pairs.h"

#include <arpa/inet.h>

/* After that many advertisements without a prefix it has been exchanged for another. */
#define ANNOUNCEMENTS 12

typedef struct
{
  ClatPool *pool;
  ClatPairs pairs;
  ClatActual actual; /* the addresses of the uplink, and the chosen one */
  ClatPref64Table *pref64s;
  gint64 now;
} Fixture;

/* 2001:db8:64:number::/96 */
static ClatPrefix
prefix (guint8 number)
{
  return (ClatPrefix){.address.s6_addr = {0x20, 0x01, 0x0d, 0xb8, 0, 0x64, 0, number},
                      .length = 96};
}

/* The router announces this prefix and no other, as often as it takes; those before stay
 * valid. */
static void
announce (Fixture *fixture, guint8 number)
{
  static const struct in6_addr by = {.s6_addr = {0xfe, 0x80, [15] = 1}};
  const ClatRa ra = {
      .lifetime = 1800, .pref64s = {{prefix (number), 1800}}, .n_pref64s = 1};

  for (guint i = 0; i < ANNOUNCEMENTS; i++)
    {
      clat_pref64_table_receive (fixture->pref64s, &by, &ra, fixture->now);
      fixture->now += 10 * G_USEC_PER_SEC;
    }
}

/* It withdraws that prefix. */
static void
withdraw (Fixture *fixture, guint8 number)
{
  static const struct in6_addr by = {.s6_addr = {0xfe, 0x80, [15] = 1}};
  const ClatRa ra = {.lifetime = 1800, .pref64s = {{prefix (number), 0}}, .n_pref64s = 1};

  clat_pref64_table_receive (fixture->pref64s, &by, &ra, fixture->now);
}

static void
set_up (Fixture *fixture, gconstpointer pool)
{
  fixture->pool = clat_pool_new (pool, NULL);
  fixture->actual.addressing = CLAT_ADDRESSING_READY;
  fixture->pref64s = clat_pref64_table_new (FALSE);
  announce (fixture, 1);
}

static void
tear_down (Fixture *fixture, gconstpointer pool)
{
  clat_pool_free (fixture->pool);
  clat_pref64_table_free (fixture->pref64s);
}

/* 2001:db8::number */
static struct in6_addr
ipv6 (guint8 number)
{
  return (struct in6_addr){.s6_addr = {0x20, 0x01, 0x0d, 0xb8, [15] = number}};
}

/* fe80::number */
static struct in6_addr
router (guint8 number)
{
  return (struct in6_addr){.s6_addr = {0xfe, 0x80, [15] = number}};
}

static gboolean
is_never_used (struct in_addr address, gpointer data)
{
  return FALSE;
}

/* 1 is the first address of the pool for hosts, behind the gateway. */
static guint
number_of (struct in_addr ipv4)
{
  return (ntohl (ipv4.s_addr) & 0xff) - 1;
}

/* data: a bit for each number of an address. */
static gboolean
is_in_mask (struct in_addr address, gpointer data)
{
  return GPOINTER_TO_UINT (data) >> number_of (address) & 1;
}

/* The uplink has the addresses first to last, and the last is chosen, by a router of that
 * number. */
static gboolean
follow (Fixture *fixture, guint first, guint last)
{
  ClatActual *actual = &fixture->actual;

  actual->n_addresses = 0;
  for (guint i = first; i <= last; i++)
    actual->addresses[actual->n_addresses++] = (ClatSourceAddress){.address = ipv6 (i)};
  actual->ipv6 = ipv6 (last);
  actual->next_hop = router (last);
  return clat_pairs_follow (&fixture->pairs, actual, fixture->pref64s, fixture->pool,
                            is_never_used, NULL);
}

static gboolean
begin (Fixture *fixture)
{
  return clat_pairs_begin (&fixture->pairs, fixture->pool, is_never_used, NULL);
}

/* The pairs in order: numbers of IPv4 and IPv6 address and next hop, as "1-5/5 ". */
static char *
describe (Fixture *fixture)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fixture->pairs.count; i++)
    {
      const ClatPair *pair = &fixture->pairs.pairs[i];

      g_string_append_printf (text, "%u-%u/%u ", number_of (pair->ipv4),
                              pair->ipv6.s6_addr[15],
                              fixture->pairs.next_hops[i].s6_addr[15]);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_pairs (Fixture *fixture, const char *expected)
{
  g_autofree char *found = describe (fixture);

  g_assert_cmpstr (found, ==, expected);
}

static guint
count_free (Fixture *fixture)
{
  struct in_addr taken[16];
  guint count = 0;

  while (clat_pool_take (fixture->pool, is_never_used, NULL, &taken[count]))
    count++;
  for (guint i = 0; i < count; i++)
    clat_pool_give_back (fixture->pool, taken[i]);
  return count;
}

static void
test_begins_once (Fixture *fixture, gconstpointer pool)
{
  g_assert_true (begin (fixture));
  assert_pairs (fixture, "1-0/0 ");
  g_assert_true (begin (fixture));
  assert_pairs (fixture, "1-0/0 ");
  g_assert_cmpuint (count_free (fixture), ==, 6);
}

/* Pairs of the old prefix end, those that the new one has too stay. */
static void
test_pool_has_another_prefix (Fixture *fixture, gconstpointer pool)
{
  begin (fixture);
  follow (fixture, 1, 1);
  follow (fixture, 1, 2);
  g_assert_cmpuint (fixture->pairs.count, ==, 2);
  g_assert_cmpuint (number_of (fixture->pairs.pairs[1].ipv4), ==, 1);

  clat_pool_change (fixture->pool, "192.0.0.2/31");
  g_assert_true (begin (fixture));
  g_assert_cmpuint (fixture->pairs.count, ==, 2);
  clat_pool_change (fixture->pool, "192.0.0.4/31");
  g_assert_true (begin (fixture));
  g_assert_cmpuint (fixture->pairs.count, ==, 1);
  g_assert_cmpuint (number_of (fixture->pairs.pairs[0].ipv4), ==, 3);
}

static void
test_does_not_begin_with_an_empty_pool (Fixture *fixture, gconstpointer pool)
{
  struct in_addr address;

  while (clat_pool_take (fixture->pool, is_never_used, NULL, &address))
    ;
  g_assert_false (begin (fixture));
  g_assert_cmpuint (fixture->pairs.count, ==, 0);
}

static void
test_follows_the_chosen_address (Fixture *fixture, gconstpointer pool)
{
  g_assert_false (follow (fixture, 1, 1));
  begin (fixture);
  g_assert_true (follow (fixture, 1, 1));
  assert_pairs (fixture, "1-1/1 ");
  g_assert_false (follow (fixture, 1, 1));

  fixture->actual.addressing = CLAT_ADDRESSING_NO_ROUTE;
  g_assert_false (follow (fixture, 1, 2));
  assert_pairs (fixture, "1-1/1 ");
}

static void
test_new_router_changes_only_the_next_hop (Fixture *fixture, gconstpointer pool)
{
  begin (fixture);
  follow (fixture, 1, 1);
  fixture->actual.next_hop = router (9);
  g_assert_true (clat_pairs_follow (&fixture->pairs, &fixture->actual, fixture->pref64s,
                                    fixture->pool, is_never_used, NULL));
  assert_pairs (fixture, "1-1/9 ");
}

static gboolean
follow_prefix (Fixture *fixture)
{
  return clat_pairs_follow (&fixture->pairs, &fixture->actual, fixture->pref64s,
                            fixture->pool, is_never_used, NULL);
}

/* The numbers of the IPv4 addresses and of the prefixes, as "1:5 ". */
static void
assert_prefixes (Fixture *fixture, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fixture->pairs.count; i++)
    g_string_append_printf (text, "%u:%u ", number_of (fixture->pairs.pairs[i].ipv4),
                            fixture->pairs.pairs[i].prefix.address.s6_addr[7]);
  g_assert_cmpstr (text->str, ==, expected);
}

/* Both have the same IPv6 address. The old prefix is still valid: connections through it
 * go on, by the router that they had. */
static void
test_exchanged_prefix_keeps_the_old_pair (Fixture *fixture, gconstpointer pool)
{
  begin (fixture);
  follow (fixture, 1, 1);
  announce (fixture, 2);
  fixture->actual.next_hop = router (2);
  g_assert_true (follow_prefix (fixture));
  assert_pairs (fixture, "2-1/2 1-1/1 ");
  assert_prefixes (fixture, "2:2 1:1 ");
  g_assert_false (follow_prefix (fixture));

  /* The network goes back. */
  announce (fixture, 1);
  g_assert_true (follow_prefix (fixture));
  assert_prefixes (fixture, "1:1 2:2 ");
}

static void
test_withdrawn_prefix_ends_its_pair (Fixture *fixture, gconstpointer pool)
{
  begin (fixture);
  follow (fixture, 1, 1);
  announce (fixture, 2);
  follow_prefix (fixture);
  withdraw (fixture, 1);
  g_assert_true (follow_prefix (fixture));
  assert_prefixes (fixture, "2:2 ");
  g_assert_cmpuint (count_free (fixture), ==, 6);
}

static void
test_expired_prefix_ends_its_pair (Fixture *fixture, gconstpointer pool)
{
  const ClatPref64 configured = {.prefix = prefix (2),
                                 .source = CLAT_PREF64_SOURCE_CONFIGURATION,
                                 .expiry = CLAT_NEVER};
  gint64 last = fixture->now - 10 * G_USEC_PER_SEC; /* advertisement */

  begin (fixture);
  follow (fixture, 1, 1);
  clat_pref64_table_update (fixture->pref64s, &configured, fixture->now);
  follow_prefix (fixture);
  assert_prefixes (fixture, "2:2 1:1 ");
  clat_pref64_table_expire (fixture->pref64s, last + 1799 * (gint64)G_USEC_PER_SEC);
  g_assert_false (follow_prefix (fixture));
  clat_pref64_table_expire (fixture->pref64s, last + 1800 * (gint64)G_USEC_PER_SEC);
  g_assert_true (follow_prefix (fixture));
  assert_prefixes (fixture, "2:2 ");
}

/* Its connections cannot go on: there is no reason for another IPv4 address. */
static void
test_withdrawn_prefix_leaves_its_ipv4 (Fixture *fixture, gconstpointer pool)
{
  begin (fixture);
  follow (fixture, 1, 1);
  announce (fixture, 2);
  withdraw (fixture, 1);
  g_assert_true (follow_prefix (fixture));
  assert_prefixes (fixture, "1:2 ");
}

/* The pairs of the exchange and of the renumbering all go on. */
static void
test_prefix_exchanged_while_renumbering (Fixture *fixture, gconstpointer pool)
{
  begin (fixture);
  follow (fixture, 1, 1);
  announce (fixture, 2);
  follow (fixture, 1, 2);
  assert_pairs (fixture, "2-2/2 1-1/1 ");
  assert_prefixes (fixture, "2:2 1:1 ");
  announce (fixture, 3);
  follow_prefix (fixture);
  assert_pairs (fixture, "3-2/2 2-2/2 1-1/1 ");
  assert_prefixes (fixture, "3:3 2:2 1:1 ");

  /* The first address vanishes, and the second prefix is withdrawn. */
  withdraw (fixture, 2);
  follow (fixture, 2, 2);
  assert_prefixes (fixture, "3:3 ");
}

/* The old address is still valid: its connections go on. */
static void
test_renumbering_keeps_the_old_pair (Fixture *fixture, gconstpointer pool)
{
  begin (fixture);
  follow (fixture, 1, 1);
  g_assert_true (follow (fixture, 1, 2));
  assert_pairs (fixture, "2-2/2 1-1/1 ");
  g_assert_cmpuint (count_free (fixture), ==, 5);

  /* The old address is no longer valid. */
  g_assert_true (follow (fixture, 2, 2));
  assert_pairs (fixture, "2-2/2 ");
  g_assert_cmpuint (count_free (fixture), ==, 6);
}

static void
test_vanished_address_leaves_its_ipv4 (Fixture *fixture, gconstpointer pool)
{
  begin (fixture);
  follow (fixture, 1, 1);
  g_assert_true (follow (fixture, 2, 2));
  assert_pairs (fixture, "1-2/2 ");
}

static void
test_old_address_chosen_again_comes_first (Fixture *fixture, gconstpointer pool)
{
  begin (fixture);
  follow (fixture, 1, 1);
  follow (fixture, 1, 2);
  follow (fixture, 1, 3);
  assert_pairs (fixture, "3-3/3 2-2/2 1-1/1 ");

  fixture->actual.ipv6 = ipv6 (1);
  fixture->actual.next_hop = router (7);
  g_assert_true (clat_pairs_follow (&fixture->pairs, &fixture->actual, fixture->pref64s,
                                    fixture->pool, is_never_used, NULL));
  assert_pairs (fixture, "1-1/7 3-3/3 2-2/2 ");
  g_assert_cmpuint (count_free (fixture), ==, 4);
}

static void
test_fifth_pair_makes_room (Fixture *fixture, gconstpointer pool)
{
  begin (fixture);
  for (guint i = 1; i <= 4; i++)
    follow (fixture, 1, i);
  assert_pairs (fixture, "4-4/4 3-3/3 2-2/2 1-1/1 ");

  g_assert_true (follow (fixture, 1, 5));
  assert_pairs (fixture, "5-5/5 4-4/4 3-3/3 2-2/2 ");
  g_assert_cmpuint (count_free (fixture), ==, 3);
}

static void
test_empty_pool_moves_the_only_pair (Fixture *fixture, gconstpointer pool)
{
  begin (fixture);
  follow (fixture, 1, 1);
  g_assert_true (follow (fixture, 1, 2));
  assert_pairs (fixture, "1-2/2 ");
}

static void
test_drops_unused_pairs_but_never_the_first (Fixture *fixture, gconstpointer pool)
{
  begin (fixture);
  for (guint i = 1; i <= 4; i++)
    follow (fixture, 1, i);

  g_assert_false (clat_pairs_drop_unused (&fixture->pairs, fixture->pool, is_in_mask,
                                          GUINT_TO_POINTER (0x1e)));
  g_assert_true (clat_pairs_drop_unused (&fixture->pairs, fixture->pool, is_in_mask,
                                         GUINT_TO_POINTER (0x0a)));
  assert_pairs (fixture, "4-4/4 3-3/3 1-1/1 ");
  g_assert_cmpuint (count_free (fixture), ==, 4);

  g_assert_true (
      clat_pairs_drop_unused (&fixture->pairs, fixture->pool, is_never_used, NULL));
  assert_pairs (fixture, "4-4/4 ");
  g_assert_false (
      clat_pairs_drop_unused (&fixture->pairs, fixture->pool, is_never_used, NULL));
  g_assert_cmpuint (count_free (fixture), ==, 6);
}

static void
test_adopts_pairs_in_their_order (Fixture *fixture, gconstpointer pool)
{
  for (guint i = 1; i <= 5; i++)
    {
      const ClatPair pair = {{htonl (0xc0000001 + i)}, ipv6 (i), prefix (i)};
      const struct in6_addr next_hop = router (i);

      g_assert_cmpint (
          clat_pairs_adopt (&fixture->pairs, fixture->pool, &pair, &next_hop), ==,
          i <= 4);
    }
  assert_pairs (fixture, "1-1/1 2-2/2 3-3/3 4-4/4 ");
  g_assert_cmpuint (count_free (fixture), ==, 3);
}

static void
test_does_not_adopt_addresses_that_are_not_available (Fixture *fixture,
                                                      gconstpointer pool)
{
  const ClatPair foreign = {{htonl (0x0a000001)}, ipv6 (1), prefix (1)};
  const ClatPair taken = {{htonl (0xc0000001)}, ipv6 (1), prefix (1)};
  const struct in6_addr next_hop = router (1);

  g_assert_true (clat_pool_take_this (fixture->pool, taken.ipv4));
  g_assert_false (clat_pairs_adopt (&fixture->pairs, fixture->pool, &taken, &next_hop));
  g_assert_false (clat_pairs_adopt (&fixture->pairs, fixture->pool, &foreign, &next_hop));
  g_assert_cmpuint (fixture->pairs.count, ==, 0);
}

static void
test_clear_returns_all_addresses (Fixture *fixture, gconstpointer pool)
{
  begin (fixture);
  follow (fixture, 1, 1);
  follow (fixture, 1, 2);
  clat_pairs_clear (&fixture->pairs, fixture->pool);
  g_assert_cmpuint (fixture->pairs.count, ==, 0);
  g_assert_cmpuint (count_free (fixture), ==, 7);
}

#define ADD(name, pool, function)                                                        \
  g_test_add ("/pairs/" name, Fixture, pool, set_up, function, tear_down)
#define POOL "192.0.0.0/29"

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("begins-once", POOL, test_begins_once);
  ADD ("pool-has-another-prefix", POOL, test_pool_has_another_prefix);
  ADD ("does-not-begin-with-an-empty-pool", POOL, test_does_not_begin_with_an_empty_pool);
  ADD ("follows-the-chosen-address", POOL, test_follows_the_chosen_address);
  ADD ("new-router-changes-only-the-next-hop", POOL,
       test_new_router_changes_only_the_next_hop);
  ADD ("renumbering-keeps-the-old-pair", POOL, test_renumbering_keeps_the_old_pair);
  ADD ("exchanged-prefix-keeps-the-old-pair", POOL,
       test_exchanged_prefix_keeps_the_old_pair);
  ADD ("withdrawn-prefix-ends-its-pair", POOL, test_withdrawn_prefix_ends_its_pair);
  ADD ("expired-prefix-ends-its-pair", POOL, test_expired_prefix_ends_its_pair);
  ADD ("withdrawn-prefix-leaves-its-ipv4", POOL, test_withdrawn_prefix_leaves_its_ipv4);
  ADD ("prefix-exchanged-while-renumbering", POOL,
       test_prefix_exchanged_while_renumbering);
  ADD ("vanished-address-leaves-its-ipv4", POOL, test_vanished_address_leaves_its_ipv4);
  ADD ("old-address-chosen-again-comes-first", POOL,
       test_old_address_chosen_again_comes_first);
  ADD ("fifth-pair-makes-room", POOL, test_fifth_pair_makes_room);
  ADD ("empty-pool-moves-the-only-pair", "192.0.0.2/31",
       test_empty_pool_moves_the_only_pair);
  ADD ("drops-unused-pairs-but-never-the-first", POOL,
       test_drops_unused_pairs_but_never_the_first);
  ADD ("adopts-pairs-in-their-order", POOL, test_adopts_pairs_in_their_order);
  ADD ("does-not-adopt-addresses-that-are-not-available", POOL,
       test_does_not_adopt_addresses_that_are_not_available);
  ADD ("clear-returns-all-addresses", POOL, test_clear_returns_all_addresses);
  return g_test_run ();
}
