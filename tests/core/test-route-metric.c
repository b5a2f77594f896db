/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The metric of the IPv4 default route. */
#include "clat-route-metric.h"

static void
test_metric_is_that_of_the_connection (void)
{
  g_assert_cmpuint (clat_route_metric_choose (600, FALSE, 0), ==, 600);
  g_assert_cmpuint (clat_route_metric_choose (600, FALSE, 700), ==, 600);
}

/* CL-B3 */
static void
test_native_ipv4_of_the_interface_comes_first (void)
{
  g_assert_cmpuint (clat_route_metric_choose (600, TRUE, 600), ==, 601);
  g_assert_cmpuint (clat_route_metric_choose (100, TRUE, 600), ==, 601);
  g_assert_cmpuint (clat_route_metric_choose (601, TRUE, 600), ==, 601);
  g_assert_cmpuint (clat_route_metric_choose (20000, TRUE, 600), ==, 20000);
}

static void
test_penalty_does_not_overflow (void)
{
  g_assert_cmpuint (clat_route_metric_add_penalty (600, 40000), ==, 40600);
  g_assert_cmpuint (clat_route_metric_add_penalty (G_MAXUINT32 - 1, 40000), ==,
                    G_MAXUINT32);
}

/* Field case "connectivity check". */
static void
test_penalty_of_networkmanager_is_stripped (void)
{
  static const guint32 base[] = {1024, 600}, high[] = {1024, 20600}, none[] = {1024};

  g_assert_cmpuint (clat_route_metric_strip_penalty (600, base, 2, TRUE), ==, 600);
  g_assert_cmpuint (clat_route_metric_strip_penalty (20600, base, 2, TRUE), ==, 600);
  /* The connectivity changes before the routes do, or after them. */
  g_assert_cmpuint (clat_route_metric_strip_penalty (20600, base, 2, FALSE), ==, 600);
  /* The profile's own metric. */
  g_assert_cmpuint (clat_route_metric_strip_penalty (20600, high, 2, TRUE), ==, 20600);
  g_assert_cmpuint (clat_route_metric_strip_penalty (20600, none, 1, FALSE), ==, 20600);
  g_assert_cmpuint (clat_route_metric_strip_penalty (20600, none, 1, TRUE), ==, 600);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/route-metric/connection", test_metric_is_that_of_the_connection);
  g_test_add_func ("/route-metric/native", test_native_ipv4_of_the_interface_comes_first);
  g_test_add_func ("/route-metric/penalty", test_penalty_does_not_overflow);
  g_test_add_func ("/route-metric/networkmanager",
                   test_penalty_of_networkmanager_is_stripped);
  return g_test_run ();
}
