/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which answers of DNS servers count, with time as an argument. */
#include "clat-dns-found.h"

#define S ((gint64)G_USEC_PER_SEC)

typedef struct
{
  ClatDnsFound found;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  clat_dns_found_clear (&fixture->found);
}

/* The prefixes "1", "1 2" or, for a negative answer, "". */
static ClatDnsJudgement
judge (Fixture *fixture, const char *server, const char *numbers, gint64 ttl_end,
       gint64 now)
{
  g_autoptr (GArray) prefixes = g_array_new (FALSE, FALSE, sizeof (ClatPrefix));
  g_auto (GStrv) words = g_strsplit (numbers, " ", 0);

  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    {
      g_autofree char *text = g_strdup_printf ("64:ff9b:%s::/96", words[i]);
      ClatPrefix prefix;

      g_assert_true (clat_prefix_parse (text, &prefix, NULL));
      g_array_append_val (prefixes, prefix);
    }
  return clat_dns_found_judge (&fixture->found, server, prefixes, ttl_end, now);
}

static guint
in_use (Fixture *fixture)
{
  return g_ntohs (((const guint16 *)&fixture->found.in_use.address)[2]);
}

static void
assert_expiry (Fixture *fixture, gint64 expiry)
{
  g_assert_cmpint (clat_dns_found_get_expiry (&fixture->found), ==, expiry);
}

static void
test_first_answer_counts (Fixture *fixture, gconstpointer data)
{
  assert_expiry (fixture, 0);
  g_assert_cmpint (judge (fixture, "::1", "", 60 * S, 0), ==, CLAT_DNS_NEGATIVE);
  assert_expiry (fixture, 0);
  g_assert_cmpint (judge (fixture, "::2", "1 2", 60 * S, 0), ==, CLAT_DNS_ACCEPTED);
  assert_expiry (fixture, 60 * S);
  g_assert_cmpuint (in_use (fixture), ==, 1);
}

/* The one in use stays so, whatever its place and whichever server names it. */
static void
test_answers_that_confirm (Fixture *fixture, gconstpointer data)
{
  judge (fixture, "::1", "1", 60 * S, 0);
  g_assert_cmpint (judge (fixture, "::1", "2 1", 70 * S, 10 * S), ==, CLAT_DNS_ACCEPTED);
  g_assert_cmpuint (in_use (fixture), ==, 1);
  g_assert_cmpint (judge (fixture, "::2", "3 1", 80 * S, 20 * S), ==, CLAT_DNS_ACCEPTED);
  g_assert_cmpuint (in_use (fixture), ==, 1);
  g_assert_cmpstr (fixture->found.provider, ==, "::2");
  assert_expiry (fixture, 80 * S);
}

/* One NODATA. */
static void
test_provider_is_asked_again (Fixture *fixture, gconstpointer data)
{
  static const char *const answers[] = {"", "2"};

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      judge (fixture, "::1", "1", 60 * S, 0);
      g_assert_cmpint (judge (fixture, "::1", answers[i], 90 * S, 50 * S), ==,
                       CLAT_DNS_ASK_AGAIN);
      g_assert_cmpint (judge (fixture, "::1", answers[i], 90 * S, 51 * S), ==,
                       CLAT_DNS_ASK_AGAIN);
      g_assert_cmpint (judge (fixture, "::1", "1", 90 * S, 53 * S), ==,
                       CLAT_DNS_ACCEPTED);
      g_assert_cmpint (judge (fixture, "::1", answers[i], 90 * S, 80 * S), ==,
                       CLAT_DNS_ASK_AGAIN);
      clat_dns_found_clear (&fixture->found);
    }
}

static void
deny (Fixture *fixture, const char *numbers, gint64 now)
{
  for (guint i = 1; i < CLAT_DNS_DENIALS; i++)
    g_assert_cmpint (judge (fixture, "::1", numbers, now + 60 * S, now), ==,
                     CLAT_DNS_ASK_AGAIN);
}

/* The prefix stays until its TTL ends, and not longer. */
static void
test_provider_denies (Fixture *fixture, gconstpointer data)
{
  judge (fixture, "::1", "1", 60 * S, 0);
  deny (fixture, "", 50 * S);
  g_assert_cmpint (judge (fixture, "::1", "", 120 * S, 55 * S), ==, CLAT_DNS_NEGATIVE);
  assert_expiry (fixture, 60 * S);
  clat_dns_found_note_silence (&fixture->found, "::1");
  assert_expiry (fixture, 60 * S);
  g_assert_false (clat_dns_found_is_unconfirmed (&fixture->found));

  /* Others count at once now. */
  g_assert_cmpint (judge (fixture, "::2", "2", 120 * S, 56 * S), ==, CLAT_DNS_ACCEPTED);
  g_assert_cmpuint (in_use (fixture), ==, 2);
}

static void
test_provider_names_another (Fixture *fixture, gconstpointer data)
{
  judge (fixture, "::1", "1", 60 * S, 0);
  deny (fixture, "2", 50 * S);
  g_assert_cmpint (judge (fixture, "::1", "2", 120 * S, 55 * S), ==, CLAT_DNS_ACCEPTED);
  g_assert_cmpuint (in_use (fixture), ==, 2);
}

/* A denial that began after the end of the TTL does not end the prefix by itself. */
static void
test_doubt_after_silence (Fixture *fixture, gconstpointer data)
{
  judge (fixture, "::1", "1", 60 * S, 0);
  clat_dns_found_note_silence (&fixture->found, "::1");
  deny (fixture, "", 500 * S);
  assert_expiry (fixture, (60 + CLAT_DNS_KEEP_SECONDS) * S);
  g_assert_cmpint (judge (fixture, "::1", "1", 600 * S, 503 * S), ==, CLAT_DNS_ACCEPTED);
}

static void
test_silence_keeps_the_prefix (Fixture *fixture, gconstpointer data)
{
  judge (fixture, "::1", "1", 60 * S, 0);
  clat_dns_found_note_silence (&fixture->found, "::2");
  assert_expiry (fixture, 60 * S);
  g_assert_false (clat_dns_found_is_unconfirmed (&fixture->found));

  clat_dns_found_note_silence (&fixture->found, "::1");
  assert_expiry (fixture, (60 + CLAT_DNS_KEEP_SECONDS) * S);
  g_assert_true (clat_dns_found_is_unconfirmed (&fixture->found));

  /* A server that is no DNS64 says nothing about it. */
  g_assert_cmpint (judge (fixture, "::2", "", 120 * S, 70 * S), ==, CLAT_DNS_NEGATIVE);
  assert_expiry (fixture, (60 + CLAT_DNS_KEEP_SECONDS) * S);

  g_assert_cmpint (
      judge (fixture, "::2", "2", 9999 * S, (60 + CLAT_DNS_KEEP_SECONDS) * S), ==,
      CLAT_DNS_ACCEPTED);
  g_assert_cmpuint (in_use (fixture), ==, 2);
}

/* Resolvers disagree: the one that named the prefix in use may answer again. */
static void
test_rival_waits (Fixture *fixture, gconstpointer data)
{
  gint64 end = (60 + CLAT_DNS_KEEP_RIVAL_SECONDS) * S;

  judge (fixture, "::1", "1", 60 * S, 0);
  clat_dns_found_note_silence (&fixture->found, "::1");
  g_assert_cmpint (clat_dns_found_get_rival_time (&fixture->found), ==, 0);
  g_assert_cmpint (judge (fixture, "::2", "2", 120 * S, 55 * S), ==, CLAT_DNS_IGNORED);
  g_assert_cmpint (clat_dns_found_get_rival_time (&fixture->found), ==, end);
  g_assert_cmpint (clat_dns_found_get_expiry (&fixture->found), >, end);
  g_assert_cmpint (judge (fixture, "::2", "2", 180 * S, end - 1), ==, CLAT_DNS_IGNORED);
  g_assert_cmpuint (in_use (fixture), ==, 1);
  g_assert_cmpint (judge (fixture, "::2", "2", 180 * S, end), ==, CLAT_DNS_ACCEPTED);
  g_assert_cmpuint (in_use (fixture), ==, 2);
}

static void
test_provider_is_no_longer_a_server (Fixture *fixture, gconstpointer data)
{
  judge (fixture, "::1", "1", 60 * S, 0);
  g_clear_pointer (&fixture->found.provider, g_free);
  clat_dns_found_note_silence (&fixture->found, "::2");
  assert_expiry (fixture, (60 + CLAT_DNS_KEEP_SECONDS) * S);
  g_assert_cmpint (judge (fixture, "::2", "2", 120 * S, 50 * S), ==, CLAT_DNS_ACCEPTED);
}

static void
adopt (Fixture *fixture)
{
  ClatPrefix prefix;

  g_assert_true (clat_prefix_parse ("64:ff9b:1::/96", &prefix, NULL));
  clat_dns_found_adopt (&fixture->found, &prefix, "::1", 60 * S);
}

/* It is kept without a word of the server: the service may have been away for long. */
static void
test_adopted_is_kept (Fixture *fixture, gconstpointer data)
{
  adopt (fixture);
  g_assert_cmpuint (in_use (fixture), ==, 1);
  g_assert_false (clat_dns_found_is_unconfirmed (&fixture->found));
  assert_expiry (fixture, (60 + CLAT_DNS_KEEP_SECONDS) * S);
  clat_dns_found_note_silence (&fixture->found, "::1");
  g_assert_true (clat_dns_found_is_unconfirmed (&fixture->found));
  assert_expiry (fixture, (60 + CLAT_DNS_KEEP_SECONDS) * S);
}

static void
test_adopted_is_confirmed (Fixture *fixture, gconstpointer data)
{
  adopt (fixture);
  g_assert_cmpint (judge (fixture, "::1", "1", 100 * S, 50 * S), ==, CLAT_DNS_ACCEPTED);
  assert_expiry (fixture, 100 * S);
}

/* Like one that this instance has learned. */
static void
test_adopted_is_denied (Fixture *fixture, gconstpointer data)
{
  adopt (fixture);
  g_assert_cmpint (judge (fixture, "::2", "2", 100 * S, 10 * S), ==, CLAT_DNS_IGNORED);
  deny (fixture, "", 50 * S);
  g_assert_cmpint (judge (fixture, "::1", "", 100 * S, 55 * S), ==, CLAT_DNS_NEGATIVE);
  assert_expiry (fixture, 60 * S);
}

#define ADD(name, function)                                                              \
  g_test_add ("/dns-found/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("first-answer-counts", test_first_answer_counts);
  ADD ("answers-that-confirm", test_answers_that_confirm);
  ADD ("provider-is-asked-again", test_provider_is_asked_again);
  ADD ("provider-denies", test_provider_denies);
  ADD ("provider-names-another", test_provider_names_another);
  ADD ("doubt-after-silence", test_doubt_after_silence);
  ADD ("silence-keeps-the-prefix", test_silence_keeps_the_prefix);
  ADD ("rival-waits", test_rival_waits);
  ADD ("provider-is-no-longer-a-server", test_provider_is_no_longer_a_server);
  ADD ("adopted-is-kept", test_adopted_is_kept);
  ADD ("adopted-is-confirmed", test_adopted_is_confirmed);
  ADD ("adopted-is-denied", test_adopted_is_denied);
  return g_test_run ();
}
