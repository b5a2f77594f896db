/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a router has exchanged a prefix, with time as an argument. */
#include "clat-absence.h"

#include "clat-expiry.h"

#define S        ((gint64)G_USEC_PER_SEC)
#define INTERVAL (CLAT_ABSENCE_INTERVAL_SECONDS * S)

static void
note (ClatAbsence *absence, guint n_times)
{
  for (guint i = 0; i < n_times; i++)
    clat_absence_note (absence, absence->counted + INTERVAL);
}

static void
test_several_in_a_row (void)
{
  ClatAbsence absence = {0};

  g_assert_false (clat_absence_is_exchange (&absence));
  note (&absence, CLAT_ABSENCE_LIMIT - 1);
  g_assert_false (clat_absence_is_exchange (&absence));
  clat_absence_end (&absence);
  note (&absence, CLAT_ABSENCE_LIMIT - 1);
  g_assert_false (clat_absence_is_exchange (&absence));
  note (&absence, 1);
  g_assert_true (clat_absence_is_exchange (&absence));
}

/* CLOCK_BOOTTIME starts at 0. */
static void
test_first_one_just_after_boot (void)
{
  ClatAbsence absence = {0};

  clat_absence_note (&absence, 1);
  g_assert_cmpint (clat_absence_get_solicitation (&absence), ==, 1 + INTERVAL);
}

static void
test_burst_is_one (void)
{
  ClatAbsence absence = {0};

  for (guint i = 0; i < 100; i++)
    clat_absence_note (&absence, 10 * S + i);
  g_assert_false (clat_absence_is_exchange (&absence));
  g_assert_cmpint (clat_absence_get_solicitation (&absence), ==, 10 * S + INTERVAL);
}

static void
test_returns_double_the_limit (void)
{
  ClatAbsence absence = {0};

  note (&absence, CLAT_ABSENCE_LIMIT);
  clat_absence_end (&absence);
  note (&absence, 2 * CLAT_ABSENCE_LIMIT - 1);
  g_assert_false (clat_absence_is_exchange (&absence));
  note (&absence, 1);
  g_assert_true (clat_absence_is_exchange (&absence));
}

static void
test_returns_are_bounded (void)
{
  ClatAbsence absence = {0};

  for (guint i = 0; i < 100; i++)
    {
      absence.count = G_MAXUINT;
      g_assert_true (clat_absence_is_exchange (&absence));
      clat_absence_end (&absence);
      g_assert_false (clat_absence_is_exchange (&absence));
    }
}

static void
test_solicitations_end (void)
{
  ClatAbsence absence = {0};

  g_assert_cmpint (clat_absence_get_solicitation (&absence), ==, CLAT_NEVER);
  for (guint i = 1; i < CLAT_ABSENCE_LIMIT; i++)
    {
      clat_absence_note (&absence, i * INTERVAL);
      g_assert_cmpint (clat_absence_get_solicitation (&absence), ==, (i + 1) * INTERVAL);
    }
  clat_absence_note (&absence, CLAT_ABSENCE_LIMIT * INTERVAL);
  g_assert_cmpint (clat_absence_get_solicitation (&absence), ==, CLAT_NEVER);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/absence/several-in-a-row", test_several_in_a_row);
  g_test_add_func ("/absence/first-one-just-after-boot", test_first_one_just_after_boot);
  g_test_add_func ("/absence/burst-is-one", test_burst_is_one);
  g_test_add_func ("/absence/returns-double-the-limit", test_returns_double_the_limit);
  g_test_add_func ("/absence/returns-are-bounded", test_returns_are_bounded);
  g_test_add_func ("/absence/solicitations-end", test_solicitations_end);
  return g_test_run ();
}
