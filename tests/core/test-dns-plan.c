/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which DNS server to query and when, with time as an argument. */
#include "clat-dns-plan.h"

#include "clat-expiry.h"
#include "clat-prefix.h"

#define S ((gint64)G_USEC_PER_SEC)

typedef struct
{
  ClatDnsPlan *plan;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->plan = clat_dns_plan_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  clat_dns_plan_free (fixture->plan);
}

static void
begin (Fixture *fixture, const char *const *servers, gint64 now)
{
  g_assert_true (clat_dns_plan_set_servers (fixture->plan, servers));
  clat_dns_plan_begin (fixture->plan, now);
}

static void
assert_queries (Fixture *fixture, const char *server, gint64 now)
{
  g_assert_cmpstr (clat_dns_plan_get_server (fixture->plan, now), ==, server);
}

static void
assert_next (Fixture *fixture, gint64 next)
{
  g_assert_cmpint (clat_dns_plan_get_next (fixture->plan), ==, next);
}

static void
assert_status (Fixture *fixture, ClatDnsStatus status, gint64 now)
{
  g_assert_cmpint (clat_dns_plan_get_status (fixture->plan, now), ==, status);
}

/* The server answers with prefix number, or negatively with number 0. */
static void
answer (Fixture *fixture, guint number, guint32 ttl, gint64 now)
{
  g_autoptr (GArray) prefixes = g_array_new (FALSE, FALSE, sizeof (ClatPrefix));
  g_autofree char *text = g_strdup_printf ("64:ff9b:%x::/96", number);
  ClatPrefix prefix;

  g_assert_true (clat_prefix_parse (text, &prefix, NULL));
  if (number != 0)
    g_array_append_val (prefixes, prefix);
  clat_dns_plan_note_answer (fixture->plan, prefixes, ttl, now);
}

static gint64
get_expiry (Fixture *fixture)
{
  return clat_dns_found_get_expiry (clat_dns_plan_get_found (fixture->plan));
}

/* The number of the prefix in use, 0 if there is none. */
static guint
in_use (Fixture *fixture)
{
  const GArray *prefixes = clat_dns_plan_get_found (fixture->plan)->prefixes;

  if (prefixes == NULL)
    return 0;
  return g_ntohs (((const guint16 *)&g_array_index (prefixes, ClatPrefix, 0).address)[2]);
}

static const char *const one[] = {"::1", NULL};
static const char *const two[] = {"::1", "::2", NULL};
static const char *const none[] = {NULL};

/* Long after the beginning. */
#define LATER (1000 * S)

static void
test_first_query (Fixture *fixture, gconstpointer data)
{
  begin (fixture, one, 100 * S);
  assert_next (fixture, 100 * S);
  assert_queries (fixture, NULL, 99 * S);
  assert_queries (fixture, "::1", 100 * S);
}

static void
test_no_servers (Fixture *fixture, gconstpointer data)
{
  g_assert_false (clat_dns_plan_set_servers (fixture->plan, none));
  clat_dns_plan_begin (fixture->plan, 0);
  assert_next (fixture, CLAT_NEVER);
  assert_queries (fixture, NULL, 1000 * S);
  assert_status (fixture, CLAT_DNS_STATUS_UNKNOWN, 1000 * S);
}

/* 7050-11 */
static void
test_refresh_before_the_end (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint32 ttl;
    guint32 expiry;
    guint32 refresh;
  } rows[] = {
      {30, 30, 20}, {3600, 3600, 3590},          {15, 15, 7},
      {0, 10, 5},   {G_MAXUINT32, 86400, 86390},
  };

  begin (fixture, one, 0);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      answer (fixture, 1, rows[i].ttl, 5 * S);
      g_assert_cmpint (get_expiry (fixture), ==, (5 + rows[i].expiry) * S);
      assert_next (fixture, (5 + rows[i].refresh) * S);
    }
  assert_status (fixture, CLAT_DNS_STATUS_FOUND, 5 * S);
}

/* One NODATA, and a captive portal: pauses of 2, 4, 8 seconds, whatever the TTL. */
static void
test_early_negative_answer_is_asked_again_soon (Fixture *fixture, gconstpointer data)
{
  static const guint pauses[] = {2, 4, 8, 8, 8};
  gint64 now = 0;

  begin (fixture, one, 0);
  for (guint i = 0; i < G_N_ELEMENTS (pauses); i++)
    {
      assert_queries (fixture, "::1", now);
      answer (fixture, 0, 3600, now);
      assert_status (fixture, CLAT_DNS_STATUS_NONE, now);
      assert_next (fixture, now + pauses[i] * S);
      now += pauses[i] * S;
      assert_queries (fixture, NULL, now - 1);
    }
  assert_queries (fixture, "::1", now);
  answer (fixture, 1, 3600, now);
  assert_status (fixture, CLAT_DNS_STATUS_FOUND, now);
}

/* 7050-10: later on pauses grow to the TTL. */
static void
test_negative_answer_is_believed_in_the_end (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint32 ttl;
    guint32 longest;
  } rows[] = {{0, 64}, {3600, 3600}, {G_MAXUINT32, 3 * 3600}};

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gint64 pause = 0, now = LATER;

      begin (fixture, one, 0);
      for (guint n = 0; n < 20; n++)
        {
          answer (fixture, 0, rows[i].ttl, now);
          g_assert_cmpint (clat_dns_plan_get_next (fixture->plan), <=,
                           now + MAX (2 * pause, 2 * S));
          pause = clat_dns_plan_get_next (fixture->plan) - now;
          now += pause;
          assert_queries (fixture, NULL, now - 1);
          assert_queries (fixture, "::1", now);
        }
      g_assert_cmpint (pause, ==, rows[i].longest * S);
      g_assert_true (clat_dns_plan_set_servers (fixture->plan, none));
    }
}

/* A new round does not ask again before, a refresh does. */
static void
test_refresh_forgets_negative_answers (Fixture *fixture, gconstpointer data)
{
  begin (fixture, one, 0);
  answer (fixture, 0, 60, 0);
  clat_dns_plan_begin (fixture->plan, S);
  assert_queries (fixture, NULL, S);
  assert_next (fixture, 2 * S);

  clat_dns_plan_refresh (fixture->plan);
  assert_status (fixture, CLAT_DNS_STATUS_UNKNOWN, S);
  clat_dns_plan_begin (fixture->plan, S);
  assert_queries (fixture, "::1", S);
}

static void
test_pauses_grow_without_answers (Fixture *fixture, gconstpointer data)
{
  static const guint early[] = {2, 4, 8, 8}, late[] = {16, 32, 64, 64};
  gint64 now = 0;

  begin (fixture, one, 0);
  for (guint i = 0; i < G_N_ELEMENTS (early) + G_N_ELEMENTS (late); i++)
    {
      guint pause = i < G_N_ELEMENTS (early) ? early[i] : late[i - G_N_ELEMENTS (early)];

      if (i == G_N_ELEMENTS (early))
        now = LATER;
      assert_queries (fixture, "::1", now);
      clat_dns_plan_note_silence (fixture->plan, now);
      assert_next (fixture, now + pause * S);
      now += pause * S;
    }
  assert_status (fixture, CLAT_DNS_STATUS_SILENT, now);

  answer (fixture, 1, 30, now);
  now += 20 * S;
  assert_queries (fixture, "::1", now);
  clat_dns_plan_note_silence (fixture->plan, now);
  assert_next (fixture, now + 2 * S);
}

static void
test_new_round_resets_the_pause (Fixture *fixture, gconstpointer data)
{
  begin (fixture, one, 0);
  clat_dns_plan_note_silence (fixture->plan, 2 * S);
  assert_queries (fixture, "::1", 4 * S);
  clat_dns_plan_note_silence (fixture->plan, 4 * S);
  assert_next (fixture, 8 * S);

  clat_dns_plan_begin (fixture->plan, 5 * S);
  assert_queries (fixture, "::1", 5 * S);
  clat_dns_plan_note_silence (fixture->plan, 5 * S);
  assert_next (fixture, 7 * S);
}

/* The link has no address yet: that is no silence of the server. */
static void
test_unsent_query_is_repeated_at_once (Fixture *fixture, gconstpointer data)
{
  gint64 now = 0;

  begin (fixture, one, now);
  for (guint i = 0; i < 100; i++)
    {
      assert_queries (fixture, "::1", now);
      clat_dns_plan_note_unsent (fixture->plan, now);
      g_assert_cmpint (clat_dns_plan_get_next (fixture->plan), <=, now + S / 10);
      now = clat_dns_plan_get_next (fixture->plan);
    }
  assert_status (fixture, CLAT_DNS_STATUS_UNKNOWN, now);

  clat_dns_plan_note_unsent (fixture->plan, now);
  assert_next (fixture, now + 2 * S);
  assert_status (fixture, CLAT_DNS_STATUS_SILENT, now);
}

static void
test_next_server_when_one_has_none (Fixture *fixture, gconstpointer data)
{
  begin (fixture, two, 0);
  assert_queries (fixture, "::1", 0);
  answer (fixture, 0, 100, 0);
  assert_status (fixture, CLAT_DNS_STATUS_UNKNOWN, 0);
  assert_queries (fixture, "::2", 0);
  answer (fixture, 1, 30, 0);

  /* The one that named the prefix is queried first. */
  assert_queries (fixture, "::2", 20 * S);
  answer (fixture, 1, 30, 20 * S);
  assert_next (fixture, 40 * S);
}

static void
test_next_server_when_one_does_not_answer (Fixture *fixture, gconstpointer data)
{
  begin (fixture, two, 0);
  assert_queries (fixture, "::1", 0);
  clat_dns_plan_note_silence (fixture->plan, 2 * S);
  assert_queries (fixture, "::2", 2 * S);
  answer (fixture, 0, 100, 2 * S);
  assert_status (fixture, CLAT_DNS_STATUS_PARTIAL, 2 * S);
  assert_next (fixture, 4 * S);
  assert_queries (fixture, "::1", 4 * S);
}

static void
test_new_servers (Fixture *fixture, gconstpointer data)
{
  static const char *const other[] = {"::3", "::2", NULL};

  begin (fixture, one, 0);
  answer (fixture, 0, 1000, 0);
  g_assert_false (clat_dns_plan_set_servers (fixture->plan, one));
  begin (fixture, two, 0);
  assert_status (fixture, CLAT_DNS_STATUS_UNKNOWN, 0);

  /* What is known of ::1 is kept. */
  assert_queries (fixture, "::2", 0);
  answer (fixture, 1, 30, 0);
  begin (fixture, other, S);
  assert_queries (fixture, "::2", S);
  g_assert_cmpuint (in_use (fixture), ==, 1);

  /* The server that named the prefix is gone: another one counts at once. */
  begin (fixture, one, 3 * S);
  assert_queries (fixture, "::1", 3 * S);
  answer (fixture, 2, 30, 3 * S);
  g_assert_cmpuint (in_use (fixture), ==, 2);
}

static void
test_limit_of_servers (Fixture *fixture, gconstpointer data)
{
  static const char *const many[] = {"::1", "::2", "::3", "::4", "::5",
                                     "::6", "::7", "::8", "::9", NULL};

  begin (fixture, many, 0);
  for (guint i = 0; i < CLAT_DNS_PLAN_MAX; i++)
    {
      assert_queries (fixture, many[i], 0);
      answer (fixture, 0, 60, 0);
    }
  assert_queries (fixture, NULL, 0);
  g_assert_false (clat_dns_plan_set_servers (fixture->plan, many));
}

/* ::1 -> 1, ::2 -> 2, and ::1 does not answer now and then. */
static void
test_resolvers_that_disagree (Fixture *fixture, gconstpointer data)
{
  gint64 now = 0;

  begin (fixture, two, 0);
  for (guint i = 0; i < 1000; i++)
    {
      const char *server = clat_dns_plan_get_server (fixture->plan, now);
      gboolean is_down = now / S % 15 < 8;

      if (server == NULL)
        now = clat_dns_plan_get_next (fixture->plan);
      else if (g_str_equal (server, "::2"))
        answer (fixture, 2, 10, now);
      else if (i > 0 && is_down)
        clat_dns_plan_note_silence (fixture->plan, now += 2 * S);
      else
        answer (fixture, 1, 10, now);
      g_assert_cmpuint (in_use (fixture), ==, server == NULL && i == 0 ? 0 : 1);
      g_assert_cmpint (get_expiry (fixture), >, now);
    }
  g_assert_cmpint (now, >, 1000 * S);
}

/* ::1 is gone for good, and ::2 names another prefix: there is no gap between them. */
static void
test_other_resolver_takes_over (Fixture *fixture, gconstpointer data)
{
  gint64 now = 0;

  begin (fixture, two, 0);
  answer (fixture, 1, 10, 0);
  while (in_use (fixture) == 1)
    {
      const char *server = clat_dns_plan_get_server (fixture->plan, now);

      g_assert_cmpint (get_expiry (fixture), >, now);
      if (server == NULL)
        now = clat_dns_plan_get_next (fixture->plan);
      else if (g_str_equal (server, "::2"))
        answer (fixture, 2, 10, now);
      else
        clat_dns_plan_note_silence (fixture->plan, now += 2 * S);
    }
  g_assert_cmpuint (in_use (fixture), ==, 2);
  g_assert_cmpint (now, >=, 70 * S);
  g_assert_cmpint (now, <, 80 * S);
}

/* Within seconds, twice. */
static void
test_denial_is_asked_again (Fixture *fixture, gconstpointer data)
{
  begin (fixture, two, 0);
  answer (fixture, 1, 60, 0);
  assert_queries (fixture, "::1", 50 * S);
  answer (fixture, 0, 3600, 50 * S);
  assert_queries (fixture, "::1", 51 * S);
  answer (fixture, 0, 3600, 51 * S);
  assert_queries (fixture, "::1", 53 * S);
  answer (fixture, 1, 60, 53 * S);
  g_assert_cmpint (get_expiry (fixture), ==, 113 * S);
  assert_next (fixture, 103 * S);
}

static void
test_failing_server_keeps_the_prefix (Fixture *fixture, gconstpointer data)
{
  gint64 now = 20 * S;

  begin (fixture, one, 0);
  answer (fixture, 1, 30, 0);
  while (now < 600 * S)
    {
      assert_queries (fixture, "::1", now);
      clat_dns_plan_note_silence (fixture->plan, now);
      assert_status (fixture, CLAT_DNS_STATUS_SILENT, now);
      g_assert_cmpint (get_expiry (fixture), >, now + 1000 * S);
      now = clat_dns_plan_get_next (fixture->plan);
    }
  answer (fixture, 1, 30, now);
  assert_status (fixture, CLAT_DNS_STATUS_FOUND, now);
  g_assert_cmpint (get_expiry (fixture), ==, now + 30 * S);
}

static void
test_servers_vanish (Fixture *fixture, gconstpointer data)
{
  begin (fixture, one, 0);
  answer (fixture, 1, 30, 0);
  clat_dns_plan_note_no_servers (fixture->plan);
  assert_status (fixture, CLAT_DNS_STATUS_SILENT, 60 * S);
  clat_dns_plan_begin (fixture->plan, 60 * S);
  assert_queries (fixture, "::1", 60 * S);
  answer (fixture, 1, 30, 60 * S);
  assert_status (fixture, CLAT_DNS_STATUS_FOUND, 60 * S);
}

static void
test_forget (Fixture *fixture, gconstpointer data)
{
  begin (fixture, one, 0);
  answer (fixture, 1, 30, 0);
  clat_dns_plan_forget (fixture->plan);
  g_assert_cmpuint (in_use (fixture), ==, 0);
  clat_dns_plan_begin (fixture->plan, S);
  assert_queries (fixture, "::1", S);
  answer (fixture, 2, 30, S);
  g_assert_cmpuint (in_use (fixture), ==, 2);
}

#define ADD(name, function)                                                              \
  g_test_add ("/dns-plan/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("first-query", test_first_query);
  ADD ("no-servers", test_no_servers);
  ADD ("refresh-before-the-end", test_refresh_before_the_end);
  ADD ("early-negative-answer-is-asked-again-soon",
       test_early_negative_answer_is_asked_again_soon);
  ADD ("negative-answer-is-believed-in-the-end",
       test_negative_answer_is_believed_in_the_end);
  ADD ("refresh-forgets-negative-answers", test_refresh_forgets_negative_answers);
  ADD ("pauses-grow-without-answers", test_pauses_grow_without_answers);
  ADD ("new-round-resets-the-pause", test_new_round_resets_the_pause);
  ADD ("unsent-query-is-repeated-at-once", test_unsent_query_is_repeated_at_once);
  ADD ("next-server-when-one-has-none", test_next_server_when_one_has_none);
  ADD ("next-server-when-one-does-not-answer", test_next_server_when_one_does_not_answer);
  ADD ("new-servers", test_new_servers);
  ADD ("limit-of-servers", test_limit_of_servers);
  ADD ("resolvers-that-disagree", test_resolvers_that_disagree);
  ADD ("other-resolver-takes-over", test_other_resolver_takes_over);
  ADD ("denial-is-asked-again", test_denial_is_asked_again);
  ADD ("failing-server-keeps-the-prefix", test_failing_server_keeps_the_prefix);
  ADD ("servers-vanish", test_servers_vanish);
  ADD ("forget", test_forget);
  return g_test_run ();
}
