/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which DNS server to query and when, with time as an argument. */
#include "clat-dns-plan.h"

#include "clat-pref64.h"

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
  clat_dns_plan_begin (fixture->plan, FALSE, now);
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

static const char *const one[] = {"::1", NULL};
static const char *const two[] = {"::1", "::2", NULL};
static const char *const none[] = {NULL};

static void
test_first_query_is_delayed (Fixture *fixture, gconstpointer data)
{
  begin (fixture, one, 100 * S);
  assert_next (fixture, 102 * S);
  assert_queries (fixture, NULL, 101 * S);
  assert_queries (fixture, "::1", 102 * S);
}

/* With DNS preferred to router advertisements. */
static void
test_first_query_at_once (Fixture *fixture, gconstpointer data)
{
  g_assert_true (clat_dns_plan_set_servers (fixture->plan, one));
  clat_dns_plan_begin (fixture->plan, TRUE, 100 * S);
  assert_queries (fixture, "::1", 100 * S);
}

static void
test_no_servers (Fixture *fixture, gconstpointer data)
{
  g_assert_false (clat_dns_plan_set_servers (fixture->plan, none));
  clat_dns_plan_begin (fixture->plan, FALSE, 0);
  assert_next (fixture, CLAT_NEVER);
  assert_queries (fixture, NULL, 1000 * S);
  g_assert_false (clat_dns_plan_has_none (fixture->plan));
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
      g_assert_cmpint (clat_dns_plan_note_found (fixture->plan, rows[i].ttl, 5 * S), ==,
                       (5 + rows[i].expiry) * S);
      assert_next (fixture, (5 + rows[i].refresh) * S);
    }
}

/* 7050-10 */
static void
test_no_query_before_the_end_of_a_negative_answer (Fixture *fixture, gconstpointer data)
{
  begin (fixture, one, 0);
  assert_queries (fixture, "::1", 2 * S);
  clat_dns_plan_note_none (fixture->plan, 60, 2 * S);
  g_assert_true (clat_dns_plan_has_none (fixture->plan));
  assert_next (fixture, 62 * S);
  assert_queries (fixture, NULL, 61 * S);

  /* Not even in a new round. */
  clat_dns_plan_begin (fixture->plan, FALSE, 10 * S);
  assert_queries (fixture, NULL, 12 * S);
  assert_next (fixture, 62 * S);
  assert_queries (fixture, "::1", 62 * S);
}

static void
test_negative_ttl_is_bounded (Fixture *fixture, gconstpointer data)
{
  begin (fixture, one, -2 * S);
  clat_dns_plan_note_none (fixture->plan, 0, 0);
  assert_next (fixture, 10 * S);
  assert_queries (fixture, "::1", 10 * S);
  clat_dns_plan_note_none (fixture->plan, G_MAXUINT32, 10 * S);
  assert_next (fixture, (10 + 3 * 3600) * S);
}

static void
test_pauses_grow_without_answers (Fixture *fixture, gconstpointer data)
{
  static const guint pauses[] = {2, 4, 8, 16, 32, 64, 64};
  gint64 now = 2 * S;

  begin (fixture, one, 0);
  for (guint i = 0; i < G_N_ELEMENTS (pauses); i++)
    {
      assert_queries (fixture, "::1", now);
      clat_dns_plan_note_silence (fixture->plan, now);
      assert_next (fixture, now + pauses[i] * S);
      now += pauses[i] * S;
    }
  g_assert_false (clat_dns_plan_has_none (fixture->plan));

  clat_dns_plan_note_found (fixture->plan, 30, now);
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

  clat_dns_plan_begin (fixture->plan, TRUE, 5 * S);
  assert_queries (fixture, "::1", 5 * S);
  clat_dns_plan_note_silence (fixture->plan, 5 * S);
  assert_next (fixture, 7 * S);
}

static void
test_prefix_ends_the_negative_answer (Fixture *fixture, gconstpointer data)
{
  begin (fixture, one, 0);
  clat_dns_plan_note_none (fixture->plan, 60, 2 * S);
  g_assert_true (clat_dns_plan_has_none (fixture->plan));
  assert_queries (fixture, "::1", 62 * S);
  clat_dns_plan_note_found (fixture->plan, 60, 62 * S);
  g_assert_false (clat_dns_plan_has_none (fixture->plan));
}

static void
test_next_server_when_one_has_none (Fixture *fixture, gconstpointer data)
{
  begin (fixture, two, 0);
  assert_queries (fixture, "::1", 2 * S);
  clat_dns_plan_note_none (fixture->plan, 100, 2 * S);
  g_assert_false (clat_dns_plan_has_none (fixture->plan));
  assert_queries (fixture, "::2", 2 * S);
  clat_dns_plan_note_found (fixture->plan, 30, 2 * S);

  /* The first one is skipped while its negative answer is valid. */
  assert_queries (fixture, "::2", 22 * S);
  clat_dns_plan_note_none (fixture->plan, 200, 22 * S);
  g_assert_true (clat_dns_plan_has_none (fixture->plan));
  assert_next (fixture, 102 * S);
  assert_queries (fixture, "::1", 102 * S);
}

static void
test_next_server_when_one_does_not_answer (Fixture *fixture, gconstpointer data)
{
  begin (fixture, two, 0);
  assert_queries (fixture, "::1", 2 * S);
  clat_dns_plan_note_silence (fixture->plan, 4 * S);
  assert_queries (fixture, "::2", 4 * S);
  clat_dns_plan_note_none (fixture->plan, 100, 4 * S);

  /* Only the server that did not answer is queried again. */
  g_assert_false (clat_dns_plan_has_none (fixture->plan));
  assert_next (fixture, 6 * S);
  assert_queries (fixture, "::1", 6 * S);
  clat_dns_plan_note_none (fixture->plan, 100, 6 * S);
  g_assert_true (clat_dns_plan_has_none (fixture->plan));
  assert_next (fixture, 104 * S);
}

static void
test_new_servers_reset_the_plan (Fixture *fixture, gconstpointer data)
{
  static const char *const other[] = {"::2", NULL};

  begin (fixture, one, 0);
  clat_dns_plan_note_none (fixture->plan, 1000, 2 * S);
  g_assert_false (clat_dns_plan_set_servers (fixture->plan, one));
  g_assert_true (clat_dns_plan_set_servers (fixture->plan, two));
  g_assert_true (clat_dns_plan_set_servers (fixture->plan, other));
  g_assert_false (clat_dns_plan_has_none (fixture->plan));
  clat_dns_plan_begin (fixture->plan, FALSE, 10 * S);
  assert_queries (fixture, "::2", 12 * S);
}

static void
test_limit_of_servers (Fixture *fixture, gconstpointer data)
{
  static const char *const many[] = {"::1", "::2", "::3", "::4", "::5",
                                     "::6", "::7", "::8", "::9", NULL};

  begin (fixture, many, 0);
  for (guint i = 0; i < CLAT_DNS_PLAN_MAX; i++)
    {
      assert_queries (fixture, many[i], 2 * S);
      clat_dns_plan_note_none (fixture->plan, 60, 2 * S);
    }
  assert_queries (fixture, NULL, 2 * S);
  g_assert_false (clat_dns_plan_set_servers (fixture->plan, many));
}

#define ADD(name, function)                                                              \
  g_test_add ("/dns-plan/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("first-query-is-delayed", test_first_query_is_delayed);
  ADD ("first-query-at-once", test_first_query_at_once);
  ADD ("no-servers", test_no_servers);
  ADD ("refresh-before-the-end", test_refresh_before_the_end);
  ADD ("no-query-before-the-end-of-a-negative-answer",
       test_no_query_before_the_end_of_a_negative_answer);
  ADD ("negative-ttl-is-bounded", test_negative_ttl_is_bounded);
  ADD ("pauses-grow-without-answers", test_pauses_grow_without_answers);
  ADD ("next-server-when-one-has-none", test_next_server_when_one_has_none);
  ADD ("next-server-when-one-does-not-answer", test_next_server_when_one_does_not_answer);
  ADD ("new-servers-reset-the-plan", test_new_servers_reset_the_plan);
  ADD ("limit-of-servers", test_limit_of_servers);
  ADD ("new-round-resets-the-pause", test_new_round_resets_the_pause);
  ADD ("prefix-ends-the-negative-answer", test_prefix_ends_the_negative_answer);
  return g_test_run ();
}
