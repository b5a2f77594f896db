/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whom to ask and when, with time as an argument. */
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
assert_asks (Fixture *fixture, const char *server, gint64 now)
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
test_asks_after_a_short_time (Fixture *fixture, gconstpointer data)
{
  begin (fixture, one, 100 * S);
  assert_next (fixture, 102 * S);
  assert_asks (fixture, NULL, 101 * S);
  assert_asks (fixture, "::1", 102 * S);
}

/* Where DNS comes first. */
static void
test_asks_at_once (Fixture *fixture, gconstpointer data)
{
  g_assert_true (clat_dns_plan_set_servers (fixture->plan, one));
  clat_dns_plan_begin (fixture->plan, TRUE, 100 * S);
  assert_asks (fixture, "::1", 100 * S);
}

static void
test_nobody_to_ask (Fixture *fixture, gconstpointer data)
{
  g_assert_false (clat_dns_plan_set_servers (fixture->plan, none));
  clat_dns_plan_begin (fixture->plan, FALSE, 0);
  assert_next (fixture, CLAT_NEVER);
  assert_asks (fixture, NULL, 1000 * S);
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
test_no_question_before_the_end_of_a_negative_answer (Fixture *fixture,
                                                      gconstpointer data)
{
  begin (fixture, one, 0);
  assert_asks (fixture, "::1", 2 * S);
  clat_dns_plan_note_none (fixture->plan, 60, 2 * S);
  g_assert_true (clat_dns_plan_has_none (fixture->plan));
  assert_next (fixture, 62 * S);
  assert_asks (fixture, NULL, 61 * S);

  /* Not even when asking begins anew. */
  clat_dns_plan_begin (fixture->plan, FALSE, 10 * S);
  assert_asks (fixture, NULL, 12 * S);
  assert_next (fixture, 62 * S);
  assert_asks (fixture, "::1", 62 * S);
}

static void
test_negative_ttl_is_bounded (Fixture *fixture, gconstpointer data)
{
  begin (fixture, one, -2 * S);
  clat_dns_plan_note_none (fixture->plan, 0, 0);
  assert_next (fixture, 10 * S);
  assert_asks (fixture, "::1", 10 * S);
  clat_dns_plan_note_none (fixture->plan, G_MAXUINT32, 10 * S);
  assert_next (fixture, (10 + 3 * 3600) * S);
}

static void
test_silence_makes_pauses_grow (Fixture *fixture, gconstpointer data)
{
  static const guint pauses[] = {2, 4, 8, 16, 32, 64, 64};
  gint64 now = 2 * S;

  begin (fixture, one, 0);
  for (guint i = 0; i < G_N_ELEMENTS (pauses); i++)
    {
      assert_asks (fixture, "::1", now);
      clat_dns_plan_note_silence (fixture->plan, now);
      assert_next (fixture, now + pauses[i] * S);
      now += pauses[i] * S;
    }
  g_assert_false (clat_dns_plan_has_none (fixture->plan));

  clat_dns_plan_note_found (fixture->plan, 30, now);
  now += 20 * S;
  assert_asks (fixture, "::1", now);
  clat_dns_plan_note_silence (fixture->plan, now);
  assert_next (fixture, now + 2 * S);
}

static void
test_next_server_when_one_has_none (Fixture *fixture, gconstpointer data)
{
  begin (fixture, two, 0);
  assert_asks (fixture, "::1", 2 * S);
  clat_dns_plan_note_none (fixture->plan, 100, 2 * S);
  g_assert_false (clat_dns_plan_has_none (fixture->plan));
  assert_asks (fixture, "::2", 2 * S);
  clat_dns_plan_note_found (fixture->plan, 30, 2 * S);

  /* The first one is left alone as long as its answer holds. */
  assert_asks (fixture, "::2", 22 * S);
  clat_dns_plan_note_none (fixture->plan, 200, 22 * S);
  g_assert_true (clat_dns_plan_has_none (fixture->plan));
  assert_next (fixture, 102 * S);
  assert_asks (fixture, "::1", 102 * S);
}

static void
test_next_server_when_one_is_silent (Fixture *fixture, gconstpointer data)
{
  begin (fixture, two, 0);
  assert_asks (fixture, "::1", 2 * S);
  clat_dns_plan_note_silence (fixture->plan, 4 * S);
  assert_asks (fixture, "::2", 4 * S);
  clat_dns_plan_note_none (fixture->plan, 100, 4 * S);

  /* Only the silent one is asked again. */
  g_assert_false (clat_dns_plan_has_none (fixture->plan));
  assert_next (fixture, 6 * S);
  assert_asks (fixture, "::1", 6 * S);
  clat_dns_plan_note_none (fixture->plan, 100, 6 * S);
  g_assert_true (clat_dns_plan_has_none (fixture->plan));
  assert_next (fixture, 104 * S);
}

static void
test_other_servers_begin_anew (Fixture *fixture, gconstpointer data)
{
  static const char *const other[] = {"::2", NULL};

  begin (fixture, one, 0);
  clat_dns_plan_note_none (fixture->plan, 1000, 2 * S);
  g_assert_false (clat_dns_plan_set_servers (fixture->plan, one));
  g_assert_true (clat_dns_plan_set_servers (fixture->plan, two));
  g_assert_true (clat_dns_plan_set_servers (fixture->plan, other));
  g_assert_false (clat_dns_plan_has_none (fixture->plan));
  clat_dns_plan_begin (fixture->plan, FALSE, 10 * S);
  assert_asks (fixture, "::2", 12 * S);
}

static void
test_more_servers_than_are_asked (Fixture *fixture, gconstpointer data)
{
  static const char *const many[] = {"::1", "::2", "::3", "::4", "::5",
                                     "::6", "::7", "::8", "::9", NULL};

  begin (fixture, many, 0);
  for (guint i = 0; i < CLAT_DNS_PLAN_MAX; i++)
    {
      assert_asks (fixture, many[i], 2 * S);
      clat_dns_plan_note_none (fixture->plan, 60, 2 * S);
    }
  assert_asks (fixture, NULL, 2 * S);
  g_assert_false (clat_dns_plan_set_servers (fixture->plan, many));
}

#define ADD(name, function)                                                              \
  g_test_add ("/dns-plan/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("asks-after-a-short-time", test_asks_after_a_short_time);
  ADD ("asks-at-once", test_asks_at_once);
  ADD ("nobody-to-ask", test_nobody_to_ask);
  ADD ("refresh-before-the-end", test_refresh_before_the_end);
  ADD ("no-question-before-the-end-of-a-negative-answer",
       test_no_question_before_the_end_of_a_negative_answer);
  ADD ("negative-ttl-is-bounded", test_negative_ttl_is_bounded);
  ADD ("silence-makes-pauses-grow", test_silence_makes_pauses_grow);
  ADD ("next-server-when-one-has-none", test_next_server_when_one_has_none);
  ADD ("next-server-when-one-is-silent", test_next_server_when_one_is_silent);
  ADD ("other-servers-begin-anew", test_other_servers_begin_anew);
  ADD ("more-servers-than-are-asked", test_more_servers_than_are_asked);
  return g_test_run ();
}
