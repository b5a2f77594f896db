/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The objects of the service on a private bus: on a fake kernel, beside a fake
 * NetworkManager. */
#include "clat-bus-name.h"
#include "clat-bus.h"
#include "clat-dbus.h"
#include "fake-network-manager.h"
#include "service-fixture.h"

#define FIRST  "/org/freedesktop/NetworkManager/ActiveConnection/1"
#define PREFIX "64:ff9b::/96"

typedef struct
{
  ServiceFixture service;
  GTestDBus *daemon;
  GDBusConnection *bus;
  ClatManager *manager;
  ClatReload reload;
  ClatBus *exported;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  ServiceFixture *service = &fixture->service;
  g_autoptr (GError) error = NULL;

  service_fixture_set_up (service);
  fixture->daemon = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (fixture->daemon);
  fixture->bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  fixture->manager = clat_manager_new (&service->common, service->common.network_manager);
  fixture->reload = (ClatReload){.path = "/nonexistent/clat-nm.conf",
                                 .must_exist = TRUE,
                                 .config = service->config,
                                 .pool = service->pool,
                                 .manager = fixture->manager};
  fixture->exported =
      clat_bus_new (&fixture->reload, service->common.kernel, fixture->bus, &error);
  g_assert_no_error (error);
  clat_manager_start (fixture->manager);
  fake_network_manager_activate (service->network_manager, FIRST, TRUE, make_profile ());
  settle ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  clat_bus_free (fixture->exported);
  g_object_unref (fixture->manager);
  g_object_unref (fixture->bus);
  g_test_dbus_down (fixture->daemon);
  g_object_unref (fixture->daemon);
  service_fixture_tear_down (&fixture->service);
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

/* The service runs in this process: it answers while this waits. */
static GVariant *
call (Fixture *fixture, const char *path, const char *interface, const char *method,
      GVariant *parameters, GError **error)
{
  gint64 end = g_get_monotonic_time () + WAIT_SECONDS * G_USEC_PER_SEC;
  g_autoptr (GAsyncResult) result = NULL;

  g_dbus_connection_call (fixture->bus, g_dbus_connection_get_unique_name (fixture->bus),
                          path, interface, method, parameters, NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, keep_result, &result);
  while (result == NULL)
    wait_a_little (end, method);
  return g_dbus_connection_call_finish (fixture->bus, result, error);
}

static guint32
get_count (Fixture *fixture, const char *property)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      call (fixture, CLAT_BUS_PATH, "org.freedesktop.DBus.Properties", "Get",
            g_variant_new ("(ss)", "net.clatnm.Manager1", property), &error);
  g_autoptr (GVariant) value = NULL;

  g_assert_no_error (error);
  g_variant_get (answer, "(v)", &value);
  return g_variant_get_uint32 (value);
}

static void
assert_counts (Fixture *fixture, guint32 all, guint32 active, guint32 failed)
{
  g_assert_cmpuint (get_count (fixture, "ConnectionCount"), ==, all);
  g_assert_cmpuint (get_count (fixture, "ActiveCount"), ==, active);
  g_assert_cmpuint (get_count (fixture, "FailedCount"), ==, failed);
}

static void
test_connections_are_counted_by_state (Fixture *fixture, gconstpointer data)
{
  ServiceFixture *service = &fixture->service;
  GLogLevelFlags fatal;

  assert_counts (fixture, 1, 0, 0);
  /* It fails and is retried, with a warning each time, for as long as this takes. */
  fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK);
  fake_kernel_fail (service->kernel, CLAT_ERROR_KERNEL, G_MAXUINT);
  fake_kernel_advertise (service->kernel, FAKE_IFINDEX, PREFIX, 1800);
  settle ();
  assert_counts (fixture, 1, 0, 1);
  fake_kernel_fail (service->kernel, CLAT_ERROR_KERNEL, 0);
  g_log_set_always_fatal (fatal);

  clat_connection_refresh (clat_manager_find (fixture->manager, "wlan0"));
  settle ();
  assert_counts (fixture, 1, 1, 0);
  fake_network_manager_remove (service->network_manager, FIRST);
  settle ();
  assert_counts (fixture, 0, 0, 0);
}

/* The objects with their interfaces, as text. */
static char *
get_objects (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      call (fixture, CLAT_BUS_PATH, "org.freedesktop.DBus.ObjectManager",
            "GetManagedObjects", NULL, &error);

  g_assert_no_error (error);
  return g_variant_print (answer, FALSE);
}

static void
test_each_connection_is_an_object (Fixture *fixture, gconstpointer data)
{
  ServiceFixture *service = &fixture->service;
  g_autofree char *searching = get_objects (fixture);
  g_autofree char *active = NULL, *without = NULL;

  g_assert_nonnull (strstr (searching, "'net.clatnm.Connection1'"));
  g_assert_nonnull (strstr (searching, "'State': <'searching'>"));
  g_assert_nonnull (strstr (searching, "'Interface': <'wlan0'>"));

  fake_kernel_advertise (service->kernel, FAKE_IFINDEX, PREFIX, 1800);
  settle ();
  active = get_objects (fixture);
  g_assert_nonnull (strstr (active, "'State': <'active'>"));
  g_assert_nonnull (strstr (active, "'Pref64': <'64:ff9b::/96'>"));

  fake_network_manager_remove (service->network_manager, FIRST);
  settle ();
  without = get_objects (fixture);
  g_assert_null (strstr (without, "net.clatnm.Connection1"));
}

static void
test_reload_names_the_mistake (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;

  g_test_expect_message ("clat-nm", G_LOG_LEVEL_WARNING, "*clat-nm.conf*");
  answer = call (fixture, CLAT_BUS_PATH, "net.clatnm.Manager1", "Reload", NULL, &error);
  g_test_assert_expected_messages ();
  g_assert_null (answer);
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "/nonexistent/clat-nm.conf"));
}

#define ADD(path, function)                                                              \
  g_test_add ("/bus/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("connections-are-counted-by-state", test_connections_are_counted_by_state);
  ADD ("each-connection-is-an-object", test_each_connection_is_an_object);
  ADD ("reload-names-the-mistake", test_reload_names_the_mistake);
  return g_test_run ();
}
