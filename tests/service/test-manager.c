/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which connections the manager has while NetworkManager's active connections come and
 * go: on a fake kernel, beside a fake NetworkManager. */
#include "clat-manager.h"
#include "fake-network-manager.h"
#include "service-fixture.h"

#define PREFIX "64:ff9b::/96"

#define FIRST  "/org/freedesktop/NetworkManager/ActiveConnection/1"
#define SECOND "/org/freedesktop/NetworkManager/ActiveConnection/2"

typedef struct
{
  ServiceFixture service;
  FakeNetworkManager *network_manager;
  ClatManager *manager;
  GString *events; /* "+" added, "-" removed, with the id of the profile */
  guint translators_when_added;
} Fixture;

static void
on_added (ClatManager *manager, ClatConnection *connection, gpointer data)
{
  Fixture *fixture = data;

  fixture->translators_when_added = fake_kernel_count (fixture->service.kernel);
  g_string_append_printf (fixture->events, "+%s",
                          clat_connection_get_profile (connection)->id);
}

static void
on_removed (ClatManager *manager, ClatConnection *connection, gpointer data)
{
  Fixture *fixture = data;

  g_string_append_printf (fixture->events, "-%s",
                          clat_connection_get_profile (connection)->id);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  service_fixture_set_up (&fixture->service);
  fixture->events = g_string_new (NULL);
  fixture->network_manager = fake_network_manager_new ();
  fixture->manager = clat_manager_new (&fixture->service.common,
                                       CLAT_NETWORK_MANAGER (fixture->network_manager));
  g_signal_connect (fixture->manager, "added", G_CALLBACK (on_added), fixture);
  g_signal_connect (fixture->manager, "removed", G_CALLBACK (on_removed), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->manager);
  g_object_unref (fixture->network_manager);
  g_string_free (fixture->events, TRUE);
  service_fixture_tear_down (&fixture->service);
}

static ClatProfile *
make_profile_of (const char *id)
{
  ClatProfile *profile = make_profile ();

  g_free (profile->id);
  g_free (profile->uuid);
  profile->id = g_strdup (id);
  profile->uuid = g_strdup_printf ("uuid of %s", id);
  return profile;
}

static void
activate (Fixture *fixture, const char *path, ClatProfile *profile)
{
  fake_network_manager_activate (fixture->network_manager, path, TRUE, profile);
  settle ();
}

static void
advertise (Fixture *fixture)
{
  fake_kernel_advertise (fixture->service.kernel, FAKE_IFINDEX, PREFIX, 1800);
  settle ();
}

/* One connection "home" with a translator. */
static void
start_with_home (Fixture *fixture)
{
  clat_manager_start (fixture->manager);
  activate (fixture, FIRST, make_profile_of ("home"));
  advertise (fixture);
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 1);
  g_string_truncate (fixture->events, 0);
}

static void
assert_events (Fixture *fixture, const char *events)
{
  g_assert_cmpstr (fixture->events->str, ==, events);
  g_string_truncate (fixture->events, 0);
}

static void
test_follows_active_connections (Fixture *fixture, gconstpointer data)
{
  activate (fixture, FIRST, make_profile_of ("home"));
  assert_events (fixture, "");

  clat_manager_start (fixture->manager);
  settle ();
  assert_events (fixture, "+home");
  g_assert_nonnull (clat_manager_find (fixture->manager, "wlan0"));
  g_assert_nonnull (clat_manager_find (fixture->manager, "clat-wlan0"));
  g_assert_null (clat_manager_find (fixture->manager, "eth0"));

  fake_network_manager_remove (fixture->network_manager, FIRST);
  settle ();
  assert_events (fixture, "-home");
  g_assert_cmpuint (clat_manager_get_connections (fixture->manager)->len, ==, 0);
}

static void
test_profile_that_is_not_connected_is_left (Fixture *fixture, gconstpointer data)
{
  ClatProfile *profile = make_profile_of ("home");

  profile->is_connected = FALSE;
  clat_manager_start (fixture->manager);
  activate (fixture, FIRST, profile);
  fake_network_manager_activate (fixture->network_manager, SECOND, TRUE, NULL);
  settle ();
  assert_events (fixture, "");
}

static void
test_connection_outlives_networkmanager (Fixture *fixture, gconstpointer data)
{
  start_with_home (fixture);
  fake_network_manager_set_running (fixture->network_manager, FALSE, FALSE);
  settle ();
  assert_events (fixture, "");
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 1);

  /* It has started, but not activated the profile again yet. */
  fake_network_manager_set_running (fixture->network_manager, TRUE, TRUE);
  settle ();
  assert_events (fixture, "");

  activate (fixture, SECOND, make_profile_of ("home"));
  fake_network_manager_set_running (fixture->network_manager, TRUE, FALSE);
  settle ();
  assert_events (fixture, "");
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 1);
  g_assert_cmpstr (
      clat_connection_get_profile (clat_manager_find (fixture->manager, "wlan0"))
          ->active_path,
      ==, SECOND);
}

static void
test_profile_of_a_starting_networkmanager_keeps_the_state (Fixture *fixture,
                                                           gconstpointer data)
{
  ClatProfile *profile = make_profile_of ("home");

  start_with_home (fixture);
  fake_network_manager_set_running (fixture->network_manager, FALSE, FALSE);
  profile->is_connected = FALSE;
  fake_network_manager_set_running (fixture->network_manager, TRUE, TRUE);
  activate (fixture, SECOND, profile);
  assert_events (fixture, "");
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 1);
}

static void
test_connection_missing_after_a_restart_ends (Fixture *fixture, gconstpointer data)
{
  start_with_home (fixture);
  fake_network_manager_set_running (fixture->network_manager, FALSE, FALSE);
  settle ();
  fake_network_manager_set_running (fixture->network_manager, TRUE, FALSE);
  settle ();
  assert_events (fixture, "-home");
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 0);
}

/* The same profile may be on another network now. */
static void
test_profile_activated_again_is_a_new_connection (Fixture *fixture, gconstpointer data)
{
  start_with_home (fixture);
  fake_network_manager_remove (fixture->network_manager, FIRST);
  activate (fixture, SECOND, make_profile_of ("home"));
  assert_events (fixture, "-home+home");
}

/* Also after a restart, once all active connections are known again. */
static void
test_restart_is_over_with_the_first_whole_snapshot (Fixture *fixture, gconstpointer data)
{
  start_with_home (fixture);
  fake_network_manager_set_running (fixture->network_manager, FALSE, FALSE);
  settle ();
  fake_network_manager_set_running (fixture->network_manager, TRUE, TRUE);
  activate (fixture, FIRST, make_profile_of ("home"));
  fake_network_manager_set_running (fixture->network_manager, TRUE, FALSE);
  settle ();
  assert_events (fixture, "");

  fake_network_manager_remove (fixture->network_manager, FIRST);
  activate (fixture, SECOND, make_profile_of ("home"));
  assert_events (fixture, "-home+home");
}

/* Both have the same interface, and so the same namespace. */
static void
test_old_connection_is_removed_before_the_new_one_begins (Fixture *fixture,
                                                          gconstpointer data)
{
  start_with_home (fixture);
  fake_network_manager_remove (fixture->network_manager, FIRST);
  activate (fixture, SECOND, make_profile_of ("office"));
  assert_events (fixture, "-home+office");
  g_assert_cmpuint (fixture->translators_when_added, ==, 0);
}

/* NetworkManager takes the device from an active connection before it ends itself. */
static void
test_connection_without_a_device_stays_while_up (Fixture *fixture, gconstpointer data)
{
  start_with_home (fixture);
  activate (fixture, FIRST, NULL);
  assert_events (fixture, "");

  fake_network_manager_activate (fixture->network_manager, FIRST, FALSE, NULL);
  settle ();
  assert_events (fixture, "-home");
}

static void
test_sweeps_once_around_its_own (Fixture *fixture, gconstpointer data)
{
  fake_network_manager_set_running (fixture->network_manager, TRUE, TRUE);
  clat_manager_start (fixture->manager);
  activate (fixture, FIRST, make_profile_of ("home"));
  g_assert_cmpuint (fake_kernel_count_sweeps (fixture->service.kernel), ==, 0);

  fake_network_manager_set_running (fixture->network_manager, TRUE, FALSE);
  settle ();
  g_assert_cmpuint (fake_kernel_count_sweeps (fixture->service.kernel), ==, 1);
  g_assert_cmpstr (fake_kernel_get_swept_around (fixture->service.kernel), ==,
                   "clat-wlan0");

  activate (fixture, SECOND, NULL);
  g_assert_cmpuint (fake_kernel_count_sweeps (fixture->service.kernel), ==, 1);
}

static void
test_stop_removes_all (Fixture *fixture, gconstpointer data)
{
  start_with_home (fixture);
  clat_manager_stop (fixture->manager);
  assert_events (fixture, "-home");
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 0);
  g_assert_cmpstr (fake_kernel_get_swept_around (fixture->service.kernel), ==, "");

  activate (fixture, SECOND, make_profile_of ("office"));
  assert_events (fixture, "");
}

#define ADD(name, function)                                                              \
  g_test_add ("/manager/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("follows-active-connections", test_follows_active_connections);
  ADD ("profile-that-is-not-connected-is-left",
       test_profile_that_is_not_connected_is_left);
  ADD ("connection-outlives-networkmanager", test_connection_outlives_networkmanager);
  ADD ("profile-of-a-starting-networkmanager-keeps-the-state",
       test_profile_of_a_starting_networkmanager_keeps_the_state);
  ADD ("connection-missing-after-a-restart-ends",
       test_connection_missing_after_a_restart_ends);
  ADD ("profile-activated-again-is-a-new-connection",
       test_profile_activated_again_is_a_new_connection);
  ADD ("restart-is-over-with-the-first-whole-snapshot",
       test_restart_is_over_with_the_first_whole_snapshot);
  ADD ("old-connection-is-removed-before-the-new-one-begins",
       test_old_connection_is_removed_before_the_new_one_begins);
  ADD ("connection-without-a-device-stays-while-up",
       test_connection_without_a_device_stays_while_up);
  ADD ("sweeps-once-around-its-own", test_sweeps_once_around_its_own);
  ADD ("stop-removes-all", test_stop_removes_all);
  return g_test_run ();
}
