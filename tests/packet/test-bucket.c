/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rate limit of ICMP errors. */
#include <glib.h>

#include "xlat-bucket.h"

#define MS   G_GUINT64_CONSTANT (1000000)
#define HOUR (3600 * 1000 * MS)

static const struct xlat_rate rate = {.burst = 10, .per_second = 20};

/* How many errors are allowed at once, of up to 1000. */
static guint
take_all (struct xlat_bucket *bucket, const struct xlat_rate *limit, guint64 now_ns)
{
  guint n = 0;

  while (n < 1000 && xlat_bucket_take (bucket, limit, now_ns))
    n++;
  return n;
}

static void
test_starts_full (void)
{
  struct xlat_bucket bucket = {0};

  g_assert_cmpuint (take_all (&bucket, &rate, 0), ==, 10);
  g_assert_cmpuint (take_all (&bucket, &rate, 0), ==, 0);
}

/* The clock of the first packet may show any time since boot. */
static void
test_starts_full_late (void)
{
  struct xlat_bucket bucket = {0};

  g_assert_cmpuint (take_all (&bucket, &rate, 1000 * HOUR), ==, 10);
}

static void
test_refills_at_its_rate (void)
{
  struct xlat_bucket bucket = {0};

  (void)take_all (&bucket, &rate, 0);
  g_assert_cmpuint (take_all (&bucket, &rate, 49 * MS), ==, 0);
  g_assert_cmpuint (take_all (&bucket, &rate, 50 * MS), ==, 1);
  g_assert_cmpuint (take_all (&bucket, &rate, 200 * MS), ==, 3);
}

/* Time that is too short for a token is not lost. */
static void
test_refills_in_small_steps (void)
{
  struct xlat_bucket bucket = {0};
  guint n = 0;

  (void)take_all (&bucket, &rate, 0);
  for (guint64 now_ms = 1; now_ms <= 1000; now_ms++)
    n += take_all (&bucket, &rate, now_ms * MS);
  g_assert_cmpuint (n, ==, 20);
}

static void
test_pause_fills_to_burst (void)
{
  struct xlat_bucket bucket = {0};

  (void)take_all (&bucket, &rate, 0);
  g_assert_cmpuint (take_all (&bucket, &rate, HOUR), ==, 10);

  /* Also if the pause began with tokens left. */
  g_assert_true (xlat_bucket_take (&bucket, &rate, 2 * HOUR));
  g_assert_cmpuint (take_all (&bucket, &rate, 3 * HOUR), ==, 10);
  g_assert_cmpuint (take_all (&bucket, &rate, G_MAXUINT64), ==, 10);
}

static void
test_clock_that_goes_back (void)
{
  struct xlat_bucket bucket = {0};

  (void)take_all (&bucket, &rate, HOUR);
  g_assert_cmpuint (take_all (&bucket, &rate, 0), ==, 0);
  g_assert_cmpuint (take_all (&bucket, &rate, HOUR + 50 * MS), ==, 1);
}

static void
test_without_burst (void)
{
  struct xlat_bucket bucket = {0};
  const struct xlat_rate none = {.burst = 0, .per_second = 20};

  g_assert_cmpuint (take_all (&bucket, &none, 0), ==, 0);
  g_assert_cmpuint (take_all (&bucket, &none, HOUR), ==, 0);
}

static void
test_without_rate (void)
{
  struct xlat_bucket bucket = {0};
  const struct xlat_rate once = {.burst = 3, .per_second = 0};

  g_assert_cmpuint (take_all (&bucket, &once, 0), ==, 3);
  g_assert_cmpuint (take_all (&bucket, &once, HOUR), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bucket/starts-full", test_starts_full);
  g_test_add_func ("/bucket/starts-full-late", test_starts_full_late);
  g_test_add_func ("/bucket/refills-at-its-rate", test_refills_at_its_rate);
  g_test_add_func ("/bucket/refills-in-small-steps", test_refills_in_small_steps);
  g_test_add_func ("/bucket/pause-fills-to-burst", test_pause_fills_to_burst);
  g_test_add_func ("/bucket/clock-that-goes-back", test_clock_that_goes_back);
  g_test_add_func ("/bucket/without-burst", test_without_burst);
  g_test_add_func ("/bucket/without-rate", test_without_rate);

  return g_test_run ();
}
