/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a NAT64 answers: evidence and verdicts, at given times. */
#include "clat-plat.h"

#include <arpa/inet.h>

#include "clat-expiry.h"

#define S     ((gint64)G_USEC_PER_SEC)
#define START (1000 * S)

/* Packets without an answer from START on, the last one at the time of the look. */
static ClatPlatEvidence
silence (guint packets, gint64 seconds, gboolean has_target)
{
  ClatPlatEvidence evidence = {
      .last_in = START - 100 * S,
      .first_out = START,
      .last_out = START + seconds * S,
      .n_out = packets,
      .targets = {{htonl (0xc6336401)}},
      .n_targets = has_target,
      .targets_answered = has_target,
      .verdict = {.state = CLAT_PLAT_REACHABLE, .since = START - 200 * S},
  };

  inet_pton (AF_INET6, "fe80::1", &evidence.router);
  return evidence;
}

static ClatPlatOrders
judge_once (const ClatPlatEvidence *evidence, gint64 now)
{
  ClatPlat plat = {0};

  return clat_plat_judge (&plat, evidence, now);
}

static void
test_nothing_sent_needs_no_timer (void)
{
  ClatPlatEvidence evidence = {0};
  ClatPlatOrders orders = judge_once (&evidence, START);

  g_assert_cmpint (orders.verdict.state, ==, CLAT_PLAT_UNKNOWN);
  g_assert_cmpint (orders.next, ==, CLAT_NEVER);
  g_assert_cmpuint (orders.reports, ==,
                    CLAT_PLAT_REPORT_IN | CLAT_PLAT_REPORT_SILENCE
                        | CLAT_PLAT_REPORT_ERRORS);

  evidence.last_in = START;
  orders = judge_once (&evidence, START);
  g_assert_cmpint (orders.verdict.state, ==, CLAT_PLAT_REACHABLE);
  g_assert_cmpint (orders.verdict.since, ==, START);
  g_assert_cmpint (orders.next, ==, CLAT_NEVER);
  g_assert_cmpuint (orders.reports, ==,
                    CLAT_PLAT_REPORT_SILENCE | CLAT_PLAT_REPORT_ERRORS);
}

static void
test_silence_without_a_target (void)
{
  static const struct
  {
    guint packets;
    gint64 seconds;
    ClatPlatState state;
  } cases[] = {
      {16, 7, CLAT_PLAT_REACHABLE},      {16, 8, CLAT_PLAT_UNREACHABLE},
      {15, 9, CLAT_PLAT_REACHABLE},      {6, 10, CLAT_PLAT_UNREACHABLE},
      {5, 15, CLAT_PLAT_REACHABLE},      {5, 16, CLAT_PLAT_UNREACHABLE},
      {4, 60, CLAT_PLAT_REACHABLE},      {100, 3, CLAT_PLAT_REACHABLE},
      {1000, 20, CLAT_PLAT_UNREACHABLE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ClatPlatEvidence evidence = silence (cases[i].packets, cases[i].seconds, FALSE);
      ClatPlatOrders orders = judge_once (&evidence, START + cases[i].seconds * S);

      g_assert_cmpint (orders.verdict.state, ==, cases[i].state);
      g_assert_cmpint (orders.verdict.cause == CLAT_PLAT_CAUSE_SILENCE, ==,
                       cases[i].state == CLAT_PLAT_UNREACHABLE);
    }
}

/* A burst of packets, and nothing after it, is not looked at for long. */
static void
test_packets_that_end_are_no_silence (void)
{
  ClatPlatEvidence evidence = silence (20, 2, FALSE);

  g_assert_cmpint (judge_once (&evidence, START + 9 * S).verdict.state, ==,
                   CLAT_PLAT_REACHABLE);
  evidence = silence (20, 5, FALSE);
  g_assert_cmpint (judge_once (&evidence, START + 60 * S).verdict.state, ==,
                   CLAT_PLAT_REACHABLE);
  g_assert_cmpint (judge_once (&evidence, START + 60 * S).next, ==, CLAT_NEVER);
}

static void
test_silence_is_looked_at_again (void)
{
  ClatPlatEvidence evidence = silence (4, 5, FALSE);
  ClatPlatOrders orders = judge_once (&evidence, START + 5 * S);

  g_assert_cmpint (orders.next, ==, START + 8 * S);
  g_assert_false (orders.reports & CLAT_PLAT_REPORT_SILENCE);
}

static void
test_pings_confirm_silence (void)
{
  ClatPlatEvidence evidence = silence (16, 5, TRUE);
  ClatPlat plat = {0};
  ClatPlatOrders orders = clat_plat_judge (&plat, &evidence, START + 5 * S);

  for (gint64 i = 5; i < 8; i++)
    {
      g_assert_cmpint (orders.verdict.state, ==, CLAT_PLAT_REACHABLE);
      g_assert_true (orders.pings);
      g_assert_cmpint (orders.next, ==, START + (i + 1) * S);
      evidence.last_out = START + i * S;
      orders = clat_plat_judge (&plat, &evidence, START + (i + 1) * S);
    }
  g_assert_cmpint (orders.verdict.state, ==, CLAT_PLAT_UNREACHABLE);
  g_assert_cmpuint (orders.verdict.target.s_addr, ==, htonl (0xc6336401));
}

/* A doubt after ten seconds of silence, and an answer to the first ping. FALSE if there
 * is no ping. */
static gboolean
is_answered (ClatPlat *plat, gint64 now)
{
  ClatPlatEvidence evidence = silence (16, 10, TRUE);

  evidence.first_out = now - 10 * S;
  evidence.last_out = now;
  if (!clat_plat_judge (plat, &evidence, now).pings)
    return FALSE;

  evidence.last_in = now + 1;
  evidence.first_out = evidence.last_out = 0;
  evidence.n_out = 0;
  g_assert_cmpint (clat_plat_judge (plat, &evidence, now + S).next, ==, CLAT_NEVER);
  return TRUE;
}

static void
test_answered_pings_become_rare (void)
{
  ClatPlat plat = {0};

  g_assert_true (is_answered (&plat, START));
  g_assert_true (is_answered (&plat, START + 5 * S));
  g_assert_false (is_answered (&plat, START + 15 * S));
  g_assert_true (is_answered (&plat, START + 16 * S));
  g_assert_false (is_answered (&plat, START + 36 * S));
  g_assert_true (is_answered (&plat, START + 37 * S));
  g_assert_false (is_answered (&plat, START + 67 * S));
  g_assert_true (is_answered (&plat, START + 68 * S));

  /* After a time without doubt it begins again. */
  g_assert_true (is_answered (&plat, START + 200 * S));
  g_assert_true (is_answered (&plat, START + 205 * S));
}

static void
test_errors_of_routers (void)
{
  static const struct
  {
    guint count;
    guint code;
    gboolean differ;
    gint64 age;
    ClatPlatState state;
  } cases[] = {
      {2, 0, FALSE, 0, CLAT_PLAT_REACHABLE},   {3, 0, FALSE, 0, CLAT_PLAT_UNREACHABLE},
      {3, 3, FALSE, 0, CLAT_PLAT_UNREACHABLE}, {3, 1, FALSE, 0, CLAT_PLAT_REACHABLE},
      {3, 1, TRUE, 0, CLAT_PLAT_UNREACHABLE},  {3, 5, FALSE, 0, CLAT_PLAT_REACHABLE},
      {3, 0, FALSE, 11, CLAT_PLAT_REACHABLE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ClatPlatEvidence evidence = silence (3, 1, TRUE);
      ClatPlatOrders orders;

      evidence.n_errors = cases[i].count;
      evidence.error_code = cases[i].code;
      evidence.errors_differ = cases[i].differ;
      evidence.last_error = START + (20 - cases[i].age) * S;
      orders = judge_once (&evidence, START + 20 * S);
      g_assert_cmpint (orders.verdict.state, ==, cases[i].state);
      g_assert_cmpint (orders.verdict.cause == CLAT_PLAT_CAUSE_ERRORS, ==,
                       cases[i].state == CLAT_PLAT_UNREACHABLE);
    }
}

static void
test_lost_router (void)
{
  ClatPlatEvidence evidence = silence (3, 5, TRUE);

  g_assert_cmpint (judge_once (&evidence, START + 5 * S).verdict.state, ==,
                   CLAT_PLAT_REACHABLE);
  evidence.has_lost_router = TRUE;
  g_assert_cmpint (judge_once (&evidence, START + 4 * S).verdict.state, ==,
                   CLAT_PLAT_REACHABLE);
  g_assert_cmpint (judge_once (&evidence, START + 5 * S).verdict.cause, ==,
                   CLAT_PLAT_CAUSE_ROUTER);
}

static void
test_an_answer_shows_that_it_is_back (void)
{
  ClatPlatEvidence evidence = silence (20, 9, FALSE);

  evidence.verdict = judge_once (&evidence, START + 9 * S).verdict;
  g_assert_cmpint (evidence.verdict.state, ==, CLAT_PLAT_UNREACHABLE);
  g_assert_cmpint (judge_once (&evidence, START + 99 * S).verdict.since, ==,
                   START + 9 * S);

  evidence.last_in = START + 100 * S;
  g_assert_cmpint (judge_once (&evidence, START + 100 * S).verdict.state, ==,
                   CLAT_PLAT_REACHABLE);
}

static void
test_unreachable_is_pinged_with_growing_pauses (void)
{
  static const gint64 pauses[] = {5, 10, 20, 40, 60, 60};
  ClatPlatEvidence evidence = silence (20, 9, TRUE);
  ClatPlat plat = {0};
  gint64 now = START + 9 * S;

  evidence.verdict =
      (ClatPlatVerdict){.state = CLAT_PLAT_UNREACHABLE, .since = START + 9 * S};
  for (gsize i = 0; i < G_N_ELEMENTS (pauses); i++)
    {
      ClatPlatOrders orders = clat_plat_judge (&plat, &evidence, now);

      g_assert_true (orders.pings);
      g_assert_cmpint (orders.next, ==, now + pauses[i] * S);
      g_assert_cmpuint (orders.reports, ==, CLAT_PLAT_REPORT_IN);
      g_assert_false (clat_plat_judge (&plat, &evidence, orders.next - 1).pings);
      now = orders.next;
    }

  evidence.n_targets = 0;
  g_assert_cmpint (clat_plat_judge (&plat, &evidence, now).next, ==, CLAT_NEVER);
}

/* No packet has ever come back for the translator's own address. */
static ClatPlatEvidence
silence_from_the_start (guint packets)
{
  ClatPlatEvidence evidence = silence (packets, 5, FALSE);

  evidence.last_in = 0;
  evidence.has_own_address = evidence.host_has_router = TRUE;
  evidence.verdict = (ClatPlatVerdict){0};
  return evidence;
}

/* Looks once per second from the fifth to the given one; each ping of the host is
 * answered if answers is TRUE. The last orders. */
static ClatPlatOrders
look_until (ClatPlatEvidence *evidence, gint64 last, gboolean answers)
{
  ClatPlatOrders orders = {0};
  ClatPlat plat = {0};

  for (gint64 i = 5; i <= last; i++)
    {
      evidence->last_out = START + i * S;
      orders = clat_plat_judge (&plat, evidence, START + i * S);
      evidence->n_host_answers = answers && orders.pings_router;
      evidence->verdict = orders.verdict;
    }
  return orders;
}

/* Field case "filtered". The router may still use the neighbour entry of an earlier MAC
 * address until the tenth second. */
static void
test_filtered_network (void)
{
  ClatPlatEvidence evidence = silence_from_the_start (16);
  ClatPlatOrders orders = look_until (&evidence, 10, FALSE);

  g_assert_true (orders.pings_router && !orders.is_filtered);
  g_assert_cmpint (orders.verdict.state, ==, CLAT_PLAT_UNKNOWN);
  g_assert_cmpint (orders.next, ==, START + 11 * S);

  evidence = silence_from_the_start (16);
  orders = look_until (&evidence, 11, FALSE);
  g_assert_true (orders.is_filtered && !orders.pings_router);
  g_assert_cmpint (orders.verdict.cause, ==, CLAT_PLAT_CAUSE_FILTER);

  evidence = silence_from_the_start (16);
  evidence.host_has_router = FALSE;
  orders = look_until (&evidence, 8, FALSE);
  g_assert_false (orders.is_filtered);
  g_assert_cmpint (orders.verdict.cause, ==, CLAT_PLAT_CAUSE_SILENCE);
}

static void
test_network_begins_to_filter (void)
{
  ClatPlatEvidence evidence = silence (16, 5, FALSE);
  ClatPlatOrders orders;

  evidence.has_own_address = TRUE;
  orders = look_until (&evidence, 10, TRUE);
  g_assert_cmpint (orders.verdict.state, ==, CLAT_PLAT_REACHABLE);
  g_assert_false (orders.is_filtered);

  evidence.n_host_answers = 0;
  orders = look_until (&evidence, 11, TRUE);
  g_assert_true (orders.is_filtered);
  g_assert_cmpint (orders.verdict.cause, ==, CLAT_PLAT_CAUSE_FILTER);
}

/* The host gets no answer either: the verdict is not delayed. */
static void
test_link_that_fails_is_no_filter (void)
{
  ClatPlatEvidence evidence = silence (16, 5, FALSE);
  ClatPlatOrders orders;

  evidence.has_own_address = evidence.host_has_router = TRUE;
  orders = look_until (&evidence, 8, FALSE);
  g_assert_cmpint (orders.verdict.cause, ==, CLAT_PLAT_CAUSE_SILENCE);
  g_assert_false (orders.is_filtered);

  evidence = silence (3, 5, FALSE);
  evidence.has_own_address = evidence.host_has_router = TRUE;
  evidence.has_lost_router = TRUE;
  orders = look_until (&evidence, 5, FALSE);
  g_assert_cmpint (orders.verdict.cause, ==, CLAT_PLAT_CAUSE_ROUTER);
}

/* Doubt that ends and comes again is another one. */
static void
test_pings_of_an_earlier_doubt_do_not_count (void)
{
  ClatPlatEvidence evidence = silence (4, 5, FALSE);
  ClatPlat plat = {0};

  evidence.has_own_address = TRUE;
  for (gint64 i = 5; i < 11; i++)
    {
      evidence.last_out = START + i * S;
      g_assert_true (clat_plat_judge (&plat, &evidence, START + i * S).pings_router);
      evidence.n_host_answers = 1;
    }
  evidence.n_out = 0;
  evidence.first_out = 0;
  clat_plat_judge (&plat, &evidence, START + 11 * S);

  evidence.n_out = 4;
  evidence.first_out = START + 20 * S;
  evidence.last_out = START + 25 * S;
  evidence.n_host_answers = 0;
  g_assert_true (clat_plat_judge (&plat, &evidence, START + 25 * S).pings_router);
}

/* The router is lost in the namespace only. */
static void
test_filtered_neighbour_discovery (void)
{
  ClatPlatEvidence evidence = silence_from_the_start (3);
  ClatPlatOrders orders;

  evidence.has_lost_router = TRUE;
  orders = look_until (&evidence, 5, TRUE);
  g_assert_true (orders.pings_router && !orders.is_filtered);
  g_assert_cmpint (orders.verdict.state, ==, CLAT_PLAT_UNKNOWN);

  evidence.n_host_answers = 0;
  orders = look_until (&evidence, 6, TRUE);
  g_assert_true (orders.is_filtered);
  g_assert_cmpint (orders.verdict.cause, ==, CLAT_PLAT_CAUSE_FILTER);
}

static void
test_router_answers_the_translator (void)
{
  ClatPlatEvidence evidence = silence_from_the_start (16);
  ClatPlat plat = {0};

  g_assert_true (clat_plat_judge (&plat, &evidence, START + 5 * S).pings_router);
  evidence.last_other = START + 5 * S + 1;
  g_assert_false (clat_plat_judge (&plat, &evidence, START + 11 * S).is_filtered);
}

static void
test_every_verdict_is_a_sentence (void)
{
  for (ClatPlatState state = CLAT_PLAT_UNKNOWN; state <= CLAT_PLAT_UNREACHABLE; state++)
    for (ClatPlatCause cause = CLAT_PLAT_CAUSE_NONE; cause <= CLAT_PLAT_CAUSE_FILTER;
         cause++)
      {
        ClatPlatVerdict verdict = {.state = state, .cause = cause};
        g_autofree char *text = clat_plat_explain (&verdict);

        g_assert_true (g_str_has_suffix (text, "."));
      }
}

static void
test_sentence_of_each_state (void)
{
  static const struct
  {
    ClatPlatVerdict verdict;
    const char *part;
  } rows[] = {
      {{.state = CLAT_PLAT_UNKNOWN}, "No packet has come"},
      {{.state = CLAT_PLAT_REACHABLE}, "Packets come from the NAT64"},
      {{.state = CLAT_PLAT_UNREACHABLE, .cause = CLAT_PLAT_CAUSE_ERRORS, .error_code = 3},
       "code 3"},
      {{.state = CLAT_PLAT_UNREACHABLE, .cause = CLAT_PLAT_CAUSE_ROUTER},
       "solicitations"},
      {{.state = CLAT_PLAT_UNREACHABLE,
        .cause = CLAT_PLAT_CAUSE_SILENCE,
        .n_packets = 16},
       "None of 16 packets"},
      {{.state = CLAT_PLAT_UNREACHABLE, .cause = CLAT_PLAT_CAUSE_FILTER}, "own address"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = clat_plat_explain (&rows[i].verdict);

      g_assert_nonnull (strstr (text, rows[i].part));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plat/idle", test_nothing_sent_needs_no_timer);
  g_test_add_func ("/plat/silence", test_silence_without_a_target);
  g_test_add_func ("/plat/burst", test_packets_that_end_are_no_silence);
  g_test_add_func ("/plat/again", test_silence_is_looked_at_again);
  g_test_add_func ("/plat/confirm", test_pings_confirm_silence);
  g_test_add_func ("/plat/rare", test_answered_pings_become_rare);
  g_test_add_func ("/plat/errors", test_errors_of_routers);
  g_test_add_func ("/plat/router", test_lost_router);
  g_test_add_func ("/plat/back", test_an_answer_shows_that_it_is_back);
  g_test_add_func ("/plat/pauses", test_unreachable_is_pinged_with_growing_pauses);
  g_test_add_func ("/plat/filtered", test_filtered_network);
  g_test_add_func ("/plat/filtered-later", test_network_begins_to_filter);
  g_test_add_func ("/plat/not-filtered", test_link_that_fails_is_no_filter);
  g_test_add_func ("/plat/earlier-doubt", test_pings_of_an_earlier_doubt_do_not_count);
  g_test_add_func ("/plat/filtered-neighbours", test_filtered_neighbour_discovery);
  g_test_add_func ("/plat/router-answers", test_router_answers_the_translator);
  g_test_add_func ("/plat/sentences", test_sentence_of_each_state);
  g_test_add_func ("/plat/text", test_every_verdict_is_a_sentence);
  return g_test_run ();
}
