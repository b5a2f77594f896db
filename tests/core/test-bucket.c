/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "clat-bucket.h"

#define SECOND ((gint64)G_USEC_PER_SEC)
#define START  (1000 * SECOND)

static guint
take_all (ClatBucket *bucket, gint64 now)
{
  guint taken = 0;

  while (clat_bucket_take (bucket, now))
    taken++;
  return taken;
}

static void
test_burst_at_once (void)
{
  ClatBucket bucket = {.burst = 20, .per_second = 10};

  g_assert_cmpuint (take_all (&bucket, START), ==, 20);
  g_assert_false (clat_bucket_take (&bucket, START + 1));
}

/* However soon after the start of its clock. */
static void
test_new_bucket_is_full (void)
{
  ClatBucket bucket = {.burst = 20, .per_second = 10};

  g_assert_cmpuint (take_all (&bucket, 1), ==, 20);
}

static void
test_rate_in_the_long_run (void)
{
  ClatBucket bucket = {.burst = 20, .per_second = 10};
  guint taken = 0;

  for (gint64 now = START; now < START + 100 * SECOND; now += SECOND / 1000)
    taken += clat_bucket_take (&bucket, now);
  g_assert_cmpuint (taken, >=, 20 + 999);
  g_assert_cmpuint (taken, <=, 20 + 1000);
}

static void
test_no_more_than_a_burst_is_saved (void)
{
  ClatBucket bucket = {.burst = 20, .per_second = 10};

  take_all (&bucket, START);
  g_assert_cmpuint (take_all (&bucket, START + 1000 * SECOND), ==, 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bucket/burst-at-once", test_burst_at_once);
  g_test_add_func ("/bucket/new-bucket-is-full", test_new_bucket_is_full);
  g_test_add_func ("/bucket/rate-in-the-long-run", test_rate_in_the_long_run);
  g_test_add_func ("/bucket/no-more-than-a-burst-is-saved",
                   test_no_more_than_a_burst_is_saved);
  return g_test_run ();
}
