/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The prefixes known on an interface, with time as an argument. */
#include "clat-pref64.h"

#include <arpa/inet.h>

#include "clat-absence.h"

#define S ((gint64)G_USEC_PER_SEC)

typedef struct
{
  ClatPref64Table *table;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->table = clat_pref64_table_new (FALSE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  clat_pref64_table_free (fixture->table);
}

/* Prefix 64:ff9b:<number>::/96 of router fe80::<router>. */
static ClatPref64
make (guint number, ClatPref64Source source, guint router, gint64 expiry)
{
  ClatPref64 pref64 = {.source = source, .expiry = expiry};
  g_autofree char *prefix = g_strdup_printf ("64:ff9b:%x::", number);
  struct in6_addr address;

  g_assert_cmpint (inet_pton (AF_INET6, prefix, &address), ==, 1);
  g_assert_true (clat_prefix_init (&pref64.prefix, &address, 96));
  if (router != 0)
    {
      g_autofree char *text = g_strdup_printf ("fe80::%x", router);

      g_assert_cmpint (inet_pton (AF_INET6, text, &pref64.router), ==, 1);
    }
  return pref64;
}

static gboolean
learn (Fixture *fixture, guint number, ClatPref64Source source, guint router,
       gint64 expiry, gint64 now)
{
  ClatPref64 pref64 = make (number, source, router, expiry);

  return clat_pref64_table_update (fixture->table, &pref64, now);
}

/* The number of the prefix in use, 0 if there is none. */
static guint
in_use (Fixture *fixture)
{
  const ClatPref64 *best = clat_pref64_table_get_best (fixture->table);

  return best == NULL ? 0 : g_ntohs (((const guint16 *)&best->prefix.address)[2]);
}

static void
test_first_is_used (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (in_use (fixture), ==, 0);
  g_assert_true (learn (fixture, 1, CLAT_PREF64_SOURCE_RA, 1, 100, 0));
  g_assert_cmpuint (in_use (fixture), ==, 1);
  g_assert_false (learn (fixture, 2, CLAT_PREF64_SOURCE_RA, 1, 200, 0));
  g_assert_cmpuint (in_use (fixture), ==, 1);
}

/* CL-A4, CL-A5, 8781-8 */
static void
test_better_source_wins (Fixture *fixture, gconstpointer data)
{
  learn (fixture, 1, CLAT_PREF64_SOURCE_DNS, 0, 100, 0);
  g_assert_true (learn (fixture, 2, CLAT_PREF64_SOURCE_RA, 1, 100, 0));
  g_assert_cmpuint (in_use (fixture), ==, 2);
  g_assert_false (learn (fixture, 3, CLAT_PREF64_SOURCE_DNS, 0, 100, 0));
  g_assert_true (learn (fixture, 4, CLAT_PREF64_SOURCE_CONFIGURATION, 0, CLAT_NEVER, 0));
  g_assert_cmpuint (in_use (fixture), ==, 4);
}

/* CL-C2, CL-E3 */
static void
test_expiry_switches_to_the_next (Fixture *fixture, gconstpointer data)
{
  learn (fixture, 1, CLAT_PREF64_SOURCE_RA, 1, 100, 0);
  learn (fixture, 2, CLAT_PREF64_SOURCE_RA, 2, 200, 0);
  g_assert_cmpint (clat_pref64_table_get_next_expiry (fixture->table, 0), ==, 100);
  g_assert_false (clat_pref64_table_expire (fixture->table, 99));
  g_assert_true (clat_pref64_table_expire (fixture->table, 100));
  g_assert_cmpuint (in_use (fixture), ==, 2);
  g_assert_cmpint (clat_pref64_table_get_next_expiry (fixture->table, 0), ==, 200);
  g_assert_true (clat_pref64_table_expire (fixture->table, 300));
  g_assert_cmpuint (in_use (fixture), ==, 0);
  g_assert_cmpint (clat_pref64_table_get_next_expiry (fixture->table, 0), ==, CLAT_NEVER);
}

/* 8781-13 */
/* The entry in use moves in the table when an earlier one is dropped. */
static void
test_expiry_of_an_earlier_entry (Fixture *fixture, gconstpointer data)
{
  learn (fixture, 1, CLAT_PREF64_SOURCE_DNS, 0, 10, 0);
  learn (fixture, 2, CLAT_PREF64_SOURCE_RA, 1, 20, 0);
  learn (fixture, 3, CLAT_PREF64_SOURCE_RA, 2, 30, 0);

  g_assert_false (clat_pref64_table_expire (fixture->table, 10));
  g_assert_cmpuint (in_use (fixture), ==, 2);
  g_assert_true (clat_pref64_table_expire (fixture->table, 20));
  g_assert_cmpuint (in_use (fixture), ==, 3);
  g_assert_true (clat_pref64_table_expire (fixture->table, 30));
  g_assert_cmpuint (in_use (fixture), ==, 0);
}

static void
test_last_entry_expires_after_an_earlier_one (Fixture *fixture, gconstpointer data)
{
  learn (fixture, 1, CLAT_PREF64_SOURCE_DNS, 0, 10, 0);
  learn (fixture, 2, CLAT_PREF64_SOURCE_RA, 1, 20, 0);

  g_assert_false (clat_pref64_table_expire (fixture->table, 10));
  g_assert_true (clat_pref64_table_expire (fixture->table, 20));
  g_assert_cmpuint (in_use (fixture), ==, 0);
  g_assert_cmpint (clat_pref64_table_get_next_expiry (fixture->table, 20), ==,
                   CLAT_NEVER);
}

static void
test_refresh_renews (Fixture *fixture, gconstpointer data)
{
  learn (fixture, 1, CLAT_PREF64_SOURCE_RA, 1, 8, 0);
  g_assert_true (learn (fixture, 1, CLAT_PREF64_SOURCE_RA, 1, 13, 5));
  g_assert_false (clat_pref64_table_expire (fixture->table, 8));
  g_assert_cmpuint (in_use (fixture), ==, 1);
}

/* 8781-4 */
static void
test_withdrawal_is_of_one_router (Fixture *fixture, gconstpointer data)
{
  learn (fixture, 1, CLAT_PREF64_SOURCE_RA, 1, 100, 0);
  learn (fixture, 1, CLAT_PREF64_SOURCE_RA, 2, 100, 0);
  g_assert_true (learn (fixture, 1, CLAT_PREF64_SOURCE_RA, 1, 10, 10));
  g_assert_cmpuint (in_use (fixture), ==, 1);
  g_assert_true (learn (fixture, 1, CLAT_PREF64_SOURCE_RA, 2, 10, 10));
  g_assert_cmpuint (in_use (fixture), ==, 0);
}

static void
test_withdrawal_of_the_unknown (Fixture *fixture, gconstpointer data)
{
  g_assert_false (learn (fixture, 1, CLAT_PREF64_SOURCE_RA, 1, 0, 0));
  g_assert_cmpuint (in_use (fixture), ==, 0);
}

static void
test_flood_does_not_displace_the_one_in_use (Fixture *fixture, gconstpointer data)
{
  learn (fixture, 1, CLAT_PREF64_SOURCE_RA, 1, 50, 0);
  for (guint i = 2; i < 2000; i++)
    learn (fixture, i, CLAT_PREF64_SOURCE_RA, i, 100000 + i, 0);
  g_assert_cmpuint (in_use (fixture), ==, 1);
  g_assert_true (learn (fixture, 1, CLAT_PREF64_SOURCE_RA, 1, 60, 10));
  g_assert_cmpuint (in_use (fixture), ==, 1);
}

/* An advertisement with these prefixes. */
static ClatRa
make_ra (const guint *numbers, guint n_numbers)
{
  ClatRa ra = {.lifetime = 1800, .preference = CLAT_RA_PREFERENCE_MEDIUM};

  for (guint i = 0; i < n_numbers; i++)
    ra.pref64s[ra.n_pref64s++] = (ClatRaPref64){
        make (numbers[i], CLAT_PREF64_SOURCE_RA, 1, 0).prefix, .lifetime = 600};
  return ra;
}

static gboolean
receive_from (Fixture *fixture, guint router, const ClatRa *ra, gint64 now)
{
  ClatPref64 pref64 = make (1, CLAT_PREF64_SOURCE_RA, router, 0);

  return clat_pref64_table_receive (fixture->table, &pref64.router, ra, now);
}

static gboolean
receive_numbers (Fixture *fixture, const guint *numbers, guint n_numbers, gint64 now)
{
  ClatRa ra = make_ra (numbers, n_numbers);

  return receive_from (fixture, 1, &ra, now);
}

/* One prefix of a router with that preference. */
static gboolean
receive_preference (Fixture *fixture, guint router, guint number,
                    ClatRaPreference preference, gint64 now)
{
  ClatRa ra = make_ra (&number, 1);

  ra.preference = preference;
  return receive_from (fixture, router, &ra, now);
}

static gboolean
become_unreachable (Fixture *fixture, const guint *routers, guint n_routers)
{
  struct in6_addr unreachable[4];

  for (guint i = 0; i < n_routers; i++)
    unreachable[i] = make (1, CLAT_PREF64_SOURCE_RA, routers[i], 0).router;
  return clat_pref64_table_set_unreachable (fixture->table, unreachable, n_routers, 0);
}

static void
test_higher_preference_wins_in_either_order (Fixture *fixture, gconstpointer data)
{
  receive_preference (fixture, 1, 1, CLAT_RA_PREFERENCE_LOW, 0);
  g_assert_true (receive_preference (fixture, 2, 2, CLAT_RA_PREFERENCE_MEDIUM, 0));
  g_assert_cmpuint (in_use (fixture), ==, 2);
  g_assert_true (receive_preference (fixture, 3, 3, CLAT_RA_PREFERENCE_HIGH, 0));
  g_assert_false (receive_preference (fixture, 4, 4, CLAT_RA_PREFERENCE_LOW, 0));
  g_assert_cmpuint (in_use (fixture), ==, 3);
}

static void
test_same_preference_keeps_the_one_in_use (Fixture *fixture, gconstpointer data)
{
  receive_preference (fixture, 1, 1, CLAT_RA_PREFERENCE_HIGH, 0);
  g_assert_false (receive_preference (fixture, 2, 2, CLAT_RA_PREFERENCE_HIGH, 0));
  g_assert_cmpuint (in_use (fixture), ==, 1);
}

static void
test_router_that_changes_its_preference (Fixture *fixture, gconstpointer data)
{
  receive_preference (fixture, 1, 1, CLAT_RA_PREFERENCE_MEDIUM, 0);
  receive_preference (fixture, 2, 2, CLAT_RA_PREFERENCE_MEDIUM, 0);
  g_assert_true (receive_preference (fixture, 1, 1, CLAT_RA_PREFERENCE_LOW, 10));
  g_assert_cmpuint (in_use (fixture), ==, 2);
}

/* 8781-12 */
static void
test_no_default_router_is_second_choice (Fixture *fixture, gconstpointer data)
{
  ClatRa ra = make_ra ((guint[]){1}, 1);

  ra.lifetime = 0;
  ra.preference = CLAT_RA_PREFERENCE_HIGH;
  g_assert_true (receive_from (fixture, 1, &ra, 0));
  g_assert_cmpuint (in_use (fixture), ==, 1);
  g_assert_true (receive_preference (fixture, 2, 2, CLAT_RA_PREFERENCE_LOW, 0));
  g_assert_cmpuint (in_use (fixture), ==, 2);
  ra.lifetime = 1800;
  g_assert_true (receive_from (fixture, 1, &ra, 0));
  g_assert_cmpuint (in_use (fixture), ==, 1);
}

static void
test_end_of_a_default_router_is_waited_for (Fixture *fixture, gconstpointer data)
{
  ClatRa ra = make_ra ((guint[]){1}, 1);

  ra.lifetime = 10;
  receive_from (fixture, 1, &ra, 0);
  receive_preference (fixture, 2, 2, CLAT_RA_PREFERENCE_MEDIUM, 0);
  g_assert_cmpuint (in_use (fixture), ==, 1);
  g_assert_cmpint (clat_pref64_table_get_next_expiry (fixture->table, 0), ==, 10000000);
  g_assert_true (clat_pref64_table_expire (fixture->table, 10000000));
  g_assert_cmpuint (in_use (fixture), ==, 2);
  g_assert_cmpint (clat_pref64_table_get_next_expiry (fixture->table, 10000000), ==,
                   600000000);
}

static void
test_unreachable_router_is_second_choice (Fixture *fixture, gconstpointer data)
{
  receive_preference (fixture, 1, 1, CLAT_RA_PREFERENCE_HIGH, 0);
  receive_preference (fixture, 2, 2, CLAT_RA_PREFERENCE_LOW, 0);
  g_assert_true (become_unreachable (fixture, (guint[]){1}, 1));
  g_assert_cmpuint (in_use (fixture), ==, 2);
  /* Both: there is nothing better than the one that was in use. */
  g_assert_true (become_unreachable (fixture, (guint[]){1, 2}, 2));
  g_assert_cmpuint (in_use (fixture), ==, 1);
  g_assert_false (become_unreachable (fixture, NULL, 0));
  g_assert_cmpuint (in_use (fixture), ==, 1);
}

static void
test_dns_first (void)
{
  g_autoptr (ClatPref64Table) table = clat_pref64_table_new (TRUE);
  Fixture fixture = {table};

  g_assert_true (learn (&fixture, 1, CLAT_PREF64_SOURCE_RA, 1, 100, 0));
  g_assert_false (clat_pref64_table_is_better_than (table, CLAT_PREF64_SOURCE_DNS));
  g_assert_true (learn (&fixture, 2, CLAT_PREF64_SOURCE_DNS, 0, 100, 0));
  g_assert_cmpuint (in_use (&fixture), ==, 2);
  g_assert_true (learn (&fixture, 3, CLAT_PREF64_SOURCE_CONFIGURATION, 0, 100, 0));
  g_assert_cmpuint (in_use (&fixture), ==, 3);
  g_assert_true (clat_pref64_table_is_better_than (table, CLAT_PREF64_SOURCE_DNS));
}

/* The order of the sources changes while prefixes are known. */
static void
test_order_of_sources_changes (Fixture *fixture, gconstpointer data)
{
  learn (fixture, 1, CLAT_PREF64_SOURCE_RA, 1, 100, 0);
  learn (fixture, 2, CLAT_PREF64_SOURCE_DNS, 0, 100, 0);
  g_assert_cmpuint (in_use (fixture), ==, 1);
  clat_pref64_table_set_dns_first (fixture->table, TRUE, 0);
  g_assert_cmpuint (in_use (fixture), ==, 2);
  clat_pref64_table_set_dns_first (fixture->table, FALSE, 0);
  g_assert_cmpuint (in_use (fixture), ==, 1);
}

/* A source that is not used any more leaves only what old connections use. */
static void
test_retired_source (Fixture *fixture, gconstpointer data)
{
  const ClatPrefix used = make (1, CLAT_PREF64_SOURCE_RA, 1, 0).prefix;
  const ClatPrefix unused = make (2, CLAT_PREF64_SOURCE_RA, 2, 0).prefix;

  learn (fixture, 1, CLAT_PREF64_SOURCE_RA, 1, 100, 0);
  learn (fixture, 2, CLAT_PREF64_SOURCE_RA, 2, 100, 0);
  learn (fixture, 3, CLAT_PREF64_SOURCE_DNS, 0, 100, 0);
  clat_pref64_table_retire (fixture->table, CLAT_PREF64_SOURCE_RA, 0);
  g_assert_cmpuint (in_use (fixture), ==, 3);
  g_assert_true (clat_pref64_table_has (fixture->table, &used));
  g_assert_false (clat_pref64_table_has (fixture->table, &unused));

  clat_pref64_table_expire (fixture->table, 100);
  g_assert_false (clat_pref64_table_has (fixture->table, &used));
  g_assert_cmpuint (in_use (fixture), ==, 0);
}

static ClatRa
make_network (guint8 number)
{
  return (ClatRa){
      .lifetime = 1800,
      .preference = CLAT_RA_PREFERENCE_MEDIUM,
      .n_networks = 1,
      .networks = {{{{.s6_addr = {0x20, number}}, 64}, 600}},
  };
}

static guint
count_networks (Fixture *fixture, gint64 now, ClatNetwork networks[CLAT_RA_MAX])
{
  ClatPref64 pref64 = make (1, CLAT_PREF64_SOURCE_RA, 1, 0);

  return clat_pref64_table_get_networks (fixture->table, &pref64.router, now, networks);
}

/* The router's own prefixes decide which address is used with its NAT64. */
static void
test_router_in_use_that_announces_more (Fixture *fixture, gconstpointer data)
{
  ClatRa ra = make_network (1);
  ClatNetwork networks[CLAT_RA_MAX];

  receive_numbers (fixture, (guint[]){1}, 1, 0);
  g_assert_true (receive_from (fixture, 1, &ra, 10));
  g_assert_false (receive_from (fixture, 1, &ra, 20));
  g_assert_false (receive_from (fixture, 2, &ra, 20));
  g_assert_cmpuint (count_networks (fixture, 30, networks), ==, 1);
}

/* After a change of the network the router of the same address may be another one. */
static void
test_stale_networks (Fixture *fixture, gconstpointer data)
{
  ClatRa first = make_network (1), second = make_network (2);
  ClatNetwork networks[CLAT_RA_MAX];

  receive_numbers (fixture, (guint[]){1}, 1, 0);
  receive_from (fixture, 1, &first, 0);
  clat_pref64_table_mark_stale (fixture->table, 50);
  g_assert_cmpuint (count_networks (fixture, 10, networks), ==, 1);
  g_assert_cmpuint (count_networks (fixture, 50, networks), ==, 0);

  g_assert_true (receive_from (fixture, 1, &second, 20));
  g_assert_cmpuint (count_networks (fixture, 30, networks), ==, 1);
  g_assert_cmpuint (networks[0].address.s6_addr[1], ==, 2);

  g_assert_true (receive_from (fixture, 1, &first, 40));
  g_assert_cmpuint (count_networks (fixture, 100, networks), ==, 2);
}

static void
test_flood_of_routers (Fixture *fixture, gconstpointer data)
{
  receive_preference (fixture, 1, 1, CLAT_RA_PREFERENCE_MEDIUM, 0);
  for (guint i = 2; i < 2000; i++)
    receive_preference (fixture, i, i, CLAT_RA_PREFERENCE_MEDIUM, i);
  g_assert_cmpuint (in_use (fixture), ==, 1);
  /* What is known of its router has not been forgotten. */
  g_assert_true (receive_preference (fixture, 2, 2, CLAT_RA_PREFERENCE_HIGH, 3000));
  g_assert_cmpuint (in_use (fixture), ==, 2);
}

/* CL-C3: exchanged without a withdrawal. */
static void
test_router_that_announces_another_prefix (Fixture *fixture, gconstpointer data)
{
  receive_numbers (fixture, (guint[]){1, 2}, 2, 0);
  for (guint i = 1; i < CLAT_ABSENCE_LIMIT; i++)
    g_assert_false (receive_numbers (fixture, (guint[]){3, 2}, 2, 10 * i * S));
  g_assert_cmpuint (in_use (fixture), ==, 1);
  g_assert_true (receive_numbers (fixture, (guint[]){3, 2}, 2, 100 * S));
  g_assert_cmpuint (in_use (fixture), ==, 2);
  /* The old one is no better than others when it comes back. */
  g_assert_true (receive_numbers (fixture, (guint[]){1, 2}, 2, 200 * S));
  g_assert_cmpuint (in_use (fixture), ==, 2);
}

/* RFC 4861, 6.2.3: the prefixes of a router may be in several advertisements. */
static void
test_router_that_alternates (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 100; i++)
    {
      guint number = 1 + i % 2;

      receive_numbers (fixture, &number, 1, i * 5 * S / 2);
      g_assert_cmpuint (in_use (fixture), ==, 1);
    }
}

/* Its turns are longer than exchanges take: after some changes it is no longer followed.
 */
static void
test_router_that_alternates_slowly (Fixture *fixture, gconstpointer data)
{
  guint n_changes = 0, before = 0;

  for (guint i = 0; i < 1000; i++)
    {
      guint number = 1 + i / 10 % 2;

      receive_numbers (fixture, &number, 1, i * 5 * S);
      n_changes += in_use (fixture) != before;
      before = in_use (fixture);
    }
  g_assert_cmpuint (n_changes, <=, 5);
}

/* Another router that names others says nothing about this one's. */
static void
test_absence_is_of_one_router (Fixture *fixture, gconstpointer data)
{
  receive_preference (fixture, 1, 1, CLAT_RA_PREFERENCE_MEDIUM, 0);
  for (guint i = 1; i < 10; i++)
    receive_preference (fixture, 2, 2, CLAT_RA_PREFERENCE_MEDIUM, 10 * i * S);
  g_assert_cmpuint (in_use (fixture), ==, 1);
  g_assert_cmpint (clat_pref64_table_get_solicitation (fixture->table), ==, CLAT_NEVER);
}

static void
test_absence_is_confirmed_by_solicitation (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (clat_pref64_table_get_solicitation (fixture->table), ==, CLAT_NEVER);
  receive_numbers (fixture, (guint[]){1}, 1, 0);
  g_assert_cmpint (clat_pref64_table_get_solicitation (fixture->table), ==, CLAT_NEVER);
  receive_numbers (fixture, (guint[]){2}, 1, 10 * S);
  g_assert_cmpint (clat_pref64_table_get_solicitation (fixture->table), ==,
                   (10 + CLAT_ABSENCE_INTERVAL_SECONDS) * S);
  receive_numbers (fixture, (guint[]){1}, 1, 13 * S);
  g_assert_cmpint (clat_pref64_table_get_solicitation (fixture->table), ==, CLAT_NEVER);
}

/* 8781-3: the longest lifetime, in µs, is more than 32 bits hold. */
static void
test_longest_lifetime (Fixture *fixture, gconstpointer data)
{
  ClatRa ra = make_ra ((guint[]){1}, 1);

  ra.pref64s[0].lifetime = 65528;
  ra.lifetime = 0;
  receive_from (fixture, 1, &ra, 0);
  g_assert_cmpint (clat_pref64_table_get_next_expiry (fixture->table, 0), ==,
                   65528000000);
}

static void
test_advertisement_without_prefixes_changes_nothing (Fixture *fixture, gconstpointer data)
{
  receive_numbers (fixture, (guint[]){1}, 1, 0);
  g_assert_false (receive_numbers (fixture, NULL, 0, 10));
  g_assert_cmpuint (in_use (fixture), ==, 1);
  receive_preference (fixture, 2, 2, CLAT_RA_PREFERENCE_MEDIUM, 10);
  g_assert_cmpuint (in_use (fixture), ==, 1);
}

/* The answer of a DNS server. */
static gboolean
resolve (Fixture *fixture, const guint *numbers, guint n_numbers, gint64 expiry)
{
  g_autoptr (GArray) prefixes = g_array_new (FALSE, FALSE, sizeof (ClatPrefix));

  for (guint i = 0; i < n_numbers; i++)
    {
      ClatPrefix prefix = make (numbers[i], CLAT_PREF64_SOURCE_DNS, 0, 0).prefix;

      g_array_append_val (prefixes, prefix);
    }
  return clat_pref64_table_replace (fixture->table, CLAT_PREF64_SOURCE_DNS, prefixes,
                                    expiry, 0);
}

/* 7050-8 */
static void
test_answer_replaces_the_one_before (Fixture *fixture, gconstpointer data)
{
  g_assert_true (resolve (fixture, (guint[]){1, 2, 3}, 3, 100));
  g_assert_cmpuint (in_use (fixture), ==, 1);
  g_assert_true (resolve (fixture, (guint[]){4, 3}, 2, 100));
  g_assert_cmpuint (in_use (fixture), ==, 4);
  /* The one in use stays so, whatever its place. */
  g_assert_true (resolve (fixture, (guint[]){5, 3, 4}, 3, 200));
  g_assert_cmpuint (in_use (fixture), ==, 4);
  g_assert_false (resolve (fixture, (guint[]){5, 4}, 2, 200));
  g_assert_true (resolve (fixture, NULL, 0, 0));
  g_assert_cmpuint (in_use (fixture), ==, 0);
}

static gboolean
has (Fixture *fixture, guint number)
{
  ClatPrefix prefix = make (number, CLAT_PREF64_SOURCE_DNS, 0, 0).prefix;

  return clat_pref64_table_has (fixture->table, &prefix);
}

/* Old connections go on through the prefix in use until its TTL ends. */
static void
test_exchanged_by_dns_is_valid_for_its_ttl (Fixture *fixture, gconstpointer data)
{
  resolve (fixture, (guint[]){1, 2}, 2, 100);
  g_assert_true (resolve (fixture, (guint[]){3}, 1, 300));
  g_assert_cmpuint (in_use (fixture), ==, 3);
  g_assert_true (has (fixture, 1));
  g_assert_false (has (fixture, 2));
  g_assert_cmpint (clat_pref64_table_get_next_expiry (fixture->table, 0), ==, 100);

  /* The next answer of the same kind leaves it. */
  g_assert_true (resolve (fixture, (guint[]){3}, 1, 400));
  g_assert_true (has (fixture, 1));
  clat_pref64_table_expire (fixture->table, 100);
  g_assert_false (has (fixture, 1));
  g_assert_cmpuint (in_use (fixture), ==, 3);
}

static void
test_exchanged_by_dns_is_named_again (Fixture *fixture, gconstpointer data)
{
  resolve (fixture, (guint[]){1}, 1, 100);
  resolve (fixture, (guint[]){2}, 1, 200);
  g_assert_true (resolve (fixture, (guint[]){1}, 1, 300));
  g_assert_cmpuint (in_use (fixture), ==, 1);
  g_assert_true (has (fixture, 2));
}

static void
test_router_replaces_the_prefix_of_dns (Fixture *fixture, gconstpointer data)
{
  resolve (fixture, (guint[]){1}, 1, 100);
  receive_numbers (fixture, (guint[]){2}, 1, 0);
  g_assert_cmpuint (in_use (fixture), ==, 2);
  g_assert_false (resolve (fixture, NULL, 0, 0));
  g_assert_true (has (fixture, 1));
}

static void
test_answer_leaves_prefixes_of_routers (Fixture *fixture, gconstpointer data)
{
  receive_numbers (fixture, (guint[]){1}, 1, 0);
  g_assert_false (resolve (fixture, (guint[]){2, 1}, 2, 100));
  g_assert_false (resolve (fixture, NULL, 0, 0));
  g_assert_cmpuint (in_use (fixture), ==, 1);
}

static void
test_stale_until_announced_again (Fixture *fixture, gconstpointer data)
{
  learn (fixture, 1, CLAT_PREF64_SOURCE_RA, 1, 1000, 0);
  learn (fixture, 2, CLAT_PREF64_SOURCE_RA, 2, 1000, 0);
  clat_pref64_table_mark_stale (fixture->table, 50);
  g_assert_cmpuint (in_use (fixture), ==, 1);

  /* Announced again: valid as before. Not announced again: expired. */
  learn (fixture, 1, CLAT_PREF64_SOURCE_RA, 1, 1010, 10);
  clat_pref64_table_expire (fixture->table, 50);
  g_assert_cmpuint (in_use (fixture), ==, 1);
  clat_pref64_table_expire (fixture->table, 1010);
  g_assert_cmpuint (in_use (fixture), ==, 0);
}

static void
test_stale_is_second_to_announced (Fixture *fixture, gconstpointer data)
{
  learn (fixture, 1, CLAT_PREF64_SOURCE_RA, 1, 1000, 0);
  clat_pref64_table_mark_stale (fixture->table, 50);
  learn (fixture, 2, CLAT_PREF64_SOURCE_RA, 2, 1000, 10);
  g_assert_cmpuint (in_use (fixture), ==, 2);
}

static void
test_stale_expires_early (Fixture *fixture, gconstpointer data)
{
  learn (fixture, 1, CLAT_PREF64_SOURCE_DNS, 0, 1000, 0);
  learn (fixture, 2, CLAT_PREF64_SOURCE_DNS, 0, 30, 0);
  clat_pref64_table_mark_stale (fixture->table, 50);
  g_assert_cmpint (clat_pref64_table_get_next_expiry (fixture->table, 0), ==, 30);
  clat_pref64_table_expire (fixture->table, 30);
  g_assert_cmpint (clat_pref64_table_get_best (fixture->table)->expiry, ==, 50);
}

/* The router withdraws one of two prefixes: the other one is not superseded. */
static void
test_withdrawal_leaves_the_others (Fixture *fixture, gconstpointer data)
{
  ClatRa withdrawal = make_ra ((guint[]){2}, 1);
  ClatRa both = make_ra ((guint[]){1, 2}, 2);

  receive_from (fixture, 1, &both, 0);
  receive_preference (fixture, 2, 3, both.preference, 0);
  g_assert_cmpuint (in_use (fixture), ==, 1);
  withdrawal.pref64s[0].lifetime = 0;
  /* Connections through it have ended. */
  g_assert_true (receive_from (fixture, 1, &withdrawal, 0));
  g_assert_false (receive_from (fixture, 1, &withdrawal, 0));
  g_assert_cmpuint (in_use (fixture), ==, 1);
}

/* It is for old connections, also when its router has been replaced by another. */
static void
test_retained_is_not_used_until_announced (Fixture *fixture, gconstpointer data)
{
  const ClatRa other = make_ra ((guint[]){2}, 1), again = make_ra ((guint[]){1}, 1);
  const ClatPref64 retained = make (1, CLAT_PREF64_SOURCE_RA, 1, 1000);

  clat_pref64_table_retain (fixture->table, &retained, 0);
  clat_pref64_table_expire (fixture->table, 0);
  g_assert_cmpuint (in_use (fixture), ==, 0);
  g_assert_true (receive_from (fixture, 2, &other, 0));
  g_assert_cmpuint (in_use (fixture), ==, 2);
  g_assert_true (clat_pref64_table_has (fixture->table, &retained.prefix));

  receive_from (fixture, 1, &again, 1);
  learn (fixture, 2, CLAT_PREF64_SOURCE_RA, 2, 1, 1);
  g_assert_cmpuint (in_use (fixture), ==, 1);
}

static void
test_retained_expires (Fixture *fixture, gconstpointer data)
{
  const ClatPref64 retained = make (1, CLAT_PREF64_SOURCE_RA, 1, 1000);

  clat_pref64_table_retain (fixture->table, &retained, 0);
  g_assert_cmpint (clat_pref64_table_get_next_expiry (fixture->table, 0), ==, 1000);
  clat_pref64_table_expire (fixture->table, 999);
  g_assert_true (clat_pref64_table_has (fixture->table, &retained.prefix));
  clat_pref64_table_expire (fixture->table, 1000);
  g_assert_false (clat_pref64_table_has (fixture->table, &retained.prefix));
}

static void
test_find_prefers_the_one_in_use (Fixture *fixture, gconstpointer data)
{
  const ClatPrefix prefix = make (1, CLAT_PREF64_SOURCE_RA, 0, 0).prefix;

  g_assert_null (clat_pref64_table_find (fixture->table, &prefix));
  learn (fixture, 1, CLAT_PREF64_SOURCE_RA, 1, 100, 0);
  learn (fixture, 1, CLAT_PREF64_SOURCE_RA, 2, 200, 0);
  g_assert_cmpint (clat_pref64_table_find (fixture->table, &prefix)->expiry, ==, 100);

  learn (fixture, 2, CLAT_PREF64_SOURCE_CONFIGURATION, 0, CLAT_NEVER, 0);
  g_assert_cmpint (clat_pref64_table_find (fixture->table, &prefix)->expiry, ==, 200);
}

static void
test_configured_is_never_stale (Fixture *fixture, gconstpointer data)
{
  learn (fixture, 1, CLAT_PREF64_SOURCE_CONFIGURATION, 0, CLAT_NEVER, 0);
  clat_pref64_table_mark_stale (fixture->table, 50);
  clat_pref64_table_expire (fixture->table, 50);
  g_assert_cmpuint (in_use (fixture), ==, 1);
}

#define ADD(name, function)                                                              \
  g_test_add ("/pref64/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("first-is-used", test_first_is_used);
  ADD ("better-source-wins", test_better_source_wins);
  ADD ("expiry-switches-to-the-next", test_expiry_switches_to_the_next);
  ADD ("expiry-of-an-earlier-entry", test_expiry_of_an_earlier_entry);
  ADD ("last-entry-expires-after-an-earlier-one",
       test_last_entry_expires_after_an_earlier_one);
  ADD ("refresh-renews", test_refresh_renews);
  ADD ("withdrawal-is-of-one-router", test_withdrawal_is_of_one_router);
  ADD ("retained-is-not-used-until-announced", test_retained_is_not_used_until_announced);
  ADD ("retained-expires", test_retained_expires);
  ADD ("find-prefers-the-one-in-use", test_find_prefers_the_one_in_use);
  ADD ("withdrawal-of-the-unknown", test_withdrawal_of_the_unknown);
  ADD ("flood-does-not-displace-the-one-in-use",
       test_flood_does_not_displace_the_one_in_use);
  ADD ("router-that-announces-another-prefix", test_router_that_announces_another_prefix);
  ADD ("router-that-alternates", test_router_that_alternates);
  ADD ("router-that-alternates-slowly", test_router_that_alternates_slowly);
  ADD ("absence-is-of-one-router", test_absence_is_of_one_router);
  ADD ("absence-is-confirmed-by-solicitation", test_absence_is_confirmed_by_solicitation);
  ADD ("longest-lifetime", test_longest_lifetime);
  ADD ("advertisement-without-prefixes-changes-nothing",
       test_advertisement_without_prefixes_changes_nothing);
  ADD ("answer-replaces-the-one-before", test_answer_replaces_the_one_before);
  ADD ("exchanged-by-dns-is-valid-for-its-ttl",
       test_exchanged_by_dns_is_valid_for_its_ttl);
  ADD ("exchanged-by-dns-is-named-again", test_exchanged_by_dns_is_named_again);
  ADD ("router-replaces-the-prefix-of-dns", test_router_replaces_the_prefix_of_dns);
  ADD ("answer-leaves-prefixes-of-routers", test_answer_leaves_prefixes_of_routers);
  ADD ("higher-preference-wins-in-either-order",
       test_higher_preference_wins_in_either_order);
  ADD ("same-preference-keeps-the-one-in-use", test_same_preference_keeps_the_one_in_use);
  ADD ("router-that-changes-its-preference", test_router_that_changes_its_preference);
  ADD ("8781-12-no-default-router-is-second-choice",
       test_no_default_router_is_second_choice);
  ADD ("end-of-a-default-router-is-waited-for",
       test_end_of_a_default_router_is_waited_for);
  ADD ("unreachable-router-is-second-choice", test_unreachable_router_is_second_choice);
  ADD ("router-in-use-that-announces-more", test_router_in_use_that_announces_more);
  ADD ("stale-networks", test_stale_networks);
  ADD ("flood-of-routers", test_flood_of_routers);
  g_test_add_func ("/pref64/dns-first", test_dns_first);
  ADD ("order-of-sources-changes", test_order_of_sources_changes);
  ADD ("retired-source", test_retired_source);
  ADD ("stale-until-announced-again", test_stale_until_announced_again);
  ADD ("stale-is-second-to-announced", test_stale_is_second_to_announced);
  ADD ("configured-is-never-stale", test_configured_is_never_stale);
  ADD ("stale-expires-early", test_stale_expires_early);
  ADD ("withdrawal-leaves-the-others", test_withdrawal_leaves_the_others);
  return g_test_run ();
}
