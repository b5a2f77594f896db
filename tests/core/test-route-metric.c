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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/route-metric/connection", test_metric_is_that_of_the_connection);
  g_test_add_func ("/route-metric/native", test_native_ipv4_of_the_interface_comes_first);
  return g_test_run ();
}
