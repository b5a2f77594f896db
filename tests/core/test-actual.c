/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The actual translator: its names for users, and whether it has a route. */
#include "clat-actual.h"

#include <errno.h>

#include "clat-error.h"
#include "clat-pref64.h"

static void
test_names (void)
{
  g_assert_cmpstr (clat_uplink_to_string (CLAT_UPLINK_NONE), ==, "");
  g_assert_cmpstr (clat_uplink_to_string (CLAT_UPLINK_IPVLAN), ==, "ipvlan");
  g_assert_cmpstr (clat_uplink_to_string (CLAT_UPLINK_MACVLAN), ==, "macvlan");
  g_assert_cmpstr (clat_uplink_to_string (CLAT_UPLINK_REDIRECT), ==, "redirect");
  g_assert_cmpstr (clat_uplink_to_string (CLAT_UPLINK_SHARED), ==, "shared");

  g_assert_cmpstr (clat_slow_path_state_to_string (CLAT_SLOW_PATH_NONE), ==, "");
  g_assert_cmpstr (clat_slow_path_state_to_string (CLAT_SLOW_PATH_ORPHANED), ==, "");
  g_assert_cmpstr (clat_slow_path_state_to_string (CLAT_SLOW_PATH_RUNNING), ==,
                   "running");
  g_assert_cmpstr (clat_slow_path_state_to_string (CLAT_SLOW_PATH_BROKEN), ==, "broken");

  g_assert_cmpstr (clat_translator_kind_to_string (CLAT_TRANSLATOR_NONE), ==, "");
  g_assert_cmpstr (clat_translator_kind_to_string (CLAT_TRANSLATOR_BPF), ==, "bpf");
  g_assert_cmpstr (clat_translator_kind_to_string (CLAT_TRANSLATOR_BPF_DIRECT), ==,
                   "bpf-direct");
  g_assert_cmpstr (clat_translator_kind_to_string (CLAT_TRANSLATOR_USERSPACE), ==,
                   "userspace");

  g_assert_cmpstr (clat_pref64_source_to_string (CLAT_PREF64_SOURCE_NONE), ==, "");
  g_assert_cmpstr (clat_pref64_source_to_string (CLAT_PREF64_SOURCE_DNS), ==, "dns");
  g_assert_cmpstr (clat_pref64_source_to_string (CLAT_PREF64_SOURCE_RA), ==, "ra");
  g_assert_cmpstr (clat_pref64_source_to_string (CLAT_PREF64_SOURCE_CONFIGURATION), ==,
                   "configuration");
}

/* The route in the own table carries only connections that exist already. */
static void
test_route_of_new_connections (void)
{
  ClatActual actual = {.own_table = 46400009, .n_routes = 1};

  actual.routes[0].table = 46400009;
  g_assert_false (clat_actual_has_route (&actual));
  actual.routes[actual.n_routes++].table = 254;
  g_assert_true (clat_actual_has_route (&actual));
  actual.n_routes = 0;
  g_assert_false (clat_actual_has_route (&actual));
}

static void
test_routes_differ_by_each_member (void)
{
  const ClatRoute route = {254, 100, 1472, {1}, {3}};
  const ClatRoute same = route;
  const ClatRoute others[] = {
      {255, 100, 1472, {1}, {3}}, {254, 101, 1472, {1}, {3}}, {254, 100, 1473, {1}, {3}},
      {254, 100, 1472, {2}, {3}}, {254, 100, 1472, {1}, {0}},
  };

  g_assert_true (clat_route_equal (&route, &same));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (clat_route_equal (&route, &others[i]));
}

static void
test_kinds_of_errors (void)
{
  static const struct
  {
    int number;
    ClatError code;
  } rows[] = {
      {EPERM, CLAT_ERROR_NO_PERMISSION},
      {EACCES, CLAT_ERROR_NO_PERMISSION},
      {EOPNOTSUPP, CLAT_ERROR_LACKS_FEATURE},
      {EAFNOSUPPORT, CLAT_ERROR_LACKS_FEATURE},
      {EPROTONOSUPPORT, CLAT_ERROR_LACKS_FEATURE},
      {ENOSYS, CLAT_ERROR_LACKS_FEATURE},
      {ENODEV, CLAT_ERROR_GONE},
      {ENXIO, CLAT_ERROR_GONE},
      {ESRCH, CLAT_ERROR_GONE},
      {EADDRNOTAVAIL, CLAT_ERROR_GONE},
      {ENOENT, CLAT_ERROR_GONE},
      {EEXIST, CLAT_ERROR_EXISTS},
      {EBUSY, CLAT_ERROR_BUSY},
      {EAGAIN, CLAT_ERROR_BUSY},
      {ENOBUFS, CLAT_ERROR_BUSY},
      {EINVAL, CLAT_ERROR_KERNEL},
      {ENETUNREACH, CLAT_ERROR_KERNEL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      clat_error_set_errno (&error, rows[i].number, "detail");
      g_assert_error (error, CLAT_ERROR, (int)rows[i].code);
      g_assert_true (g_str_has_suffix (error->message, " (detail)"));
      g_clear_error (&error);
      clat_error_set_errno (&error, rows[i].number, "");
      g_assert_cmpstr (error->message, ==, g_strerror (rows[i].number));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/actual/names", test_names);
  g_test_add_func ("/actual/route-of-new-connections", test_route_of_new_connections);
  g_test_add_func ("/actual/routes-differ-by-each-member",
                   test_routes_differ_by_each_member);
  g_test_add_func ("/error/kinds", test_kinds_of_errors);
  return g_test_run ();
}
