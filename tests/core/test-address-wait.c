/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long an IPv6 address for the translator is waited for. */
#include "clat-address-wait.h"

#include "clat-routers.h"

#define SECOND G_GINT64_CONSTANT (1000000)
#define START  (100 * SECOND)

static void
test_without_waiting_nothing_is_overdue (void)
{
  ClatAddressWait wait = {.slaac = CLAT_SLAAC_OFFERED, .routers_solicited = START};

  g_assert_false (clat_address_wait_is_overdue (&wait, START + 1000 * SECOND));
  g_assert_false (clat_address_wait_lacks_slaac (&wait, START + 1000 * SECOND));
  g_assert_cmpint (clat_address_wait_get_next (&wait, START), ==, CLAT_NEVER);
}

/* Duplicate address detection may fail three times, a second each. */
static void
test_slaac_has_ten_seconds (void)
{
  ClatAddressWait wait = {CLAT_SLAAC_OFFERED, START, START};

  g_assert_false (clat_address_wait_is_overdue (&wait, START + 10 * SECOND - 1));
  g_assert_false (clat_address_wait_lacks_slaac (&wait, START + 10 * SECOND - 1));
  g_assert_true (clat_address_wait_is_overdue (&wait, START + 10 * SECOND));
  g_assert_true (clat_address_wait_lacks_slaac (&wait, START + 10 * SECOND));
  g_assert_cmpint (clat_address_wait_get_next (&wait, START), ==, START + 10 * SECOND);
  g_assert_cmpint (clat_address_wait_get_next (&wait, START + 10 * SECOND), ==,
                   CLAT_NEVER);
}

static void
test_routers_without_slaac (void)
{
  ClatAddressWait wait = {CLAT_SLAAC_NONE, START, START};

  g_assert_true (clat_address_wait_lacks_slaac (&wait, START));
  g_assert_false (clat_address_wait_is_overdue (&wait, START + 4 * SECOND - 1));
  g_assert_true (clat_address_wait_is_overdue (&wait, START + 4 * SECOND));
  g_assert_cmpint (clat_address_wait_get_next (&wait, START), ==, START + 4 * SECOND);
}

/* RFC 4861, 6.2.6: a router answers within three seconds and a half. */
static void
test_unknown_routers_have_time_to_answer (void)
{
  ClatAddressWait wait = {CLAT_SLAAC_UNKNOWN, START + 2 * SECOND, START};

  g_assert_false (clat_address_wait_lacks_slaac (&wait, START + 4 * SECOND - 1));
  g_assert_true (clat_address_wait_lacks_slaac (&wait, START + 4 * SECOND));
  g_assert_cmpint (clat_address_wait_get_next (&wait, START), ==, START + 4 * SECOND);
  g_assert_cmpint (clat_address_wait_get_next (&wait, START + 4 * SECOND), ==,
                   START + 6 * SECOND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address-wait/not-waiting", test_without_waiting_nothing_is_overdue);
  g_test_add_func ("/address-wait/slaac", test_slaac_has_ten_seconds);
  g_test_add_func ("/address-wait/no-slaac", test_routers_without_slaac);
  g_test_add_func ("/address-wait/unknown", test_unknown_routers_have_time_to_answer);
  return g_test_run ();
}
