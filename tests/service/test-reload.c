/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clat-nm.conf is read again while the service runs: on a fake kernel, beside a fake
 * NetworkManager. */
#include "clat-reload.h"

#include <glib/gstdio.h>

#include "fake-network-manager.h"
#include "service-fixture.h"

#define ACTIVE     "/org/freedesktop/NetworkManager/ActiveConnection/1"
#define PREFIX     "64:ff9b::/96"
#define OTHER      "2001:db8:64::/96"
#define TRANSLATOR "clat-wlan0"

typedef struct
{
  ServiceFixture service;
  ClatManager *manager;
  ClatReload reload;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  ServiceFixture *service = &fixture->service;

  service_fixture_set_up (service);
  fixture->manager = clat_manager_new (&service->common, service->common.network_manager);
  fixture->path = g_build_filename (service->directory, "clat-nm.conf", NULL);
  fixture->reload = (ClatReload){
      .path = fixture->path,
      .must_exist = TRUE,
      .config = service->config,
      .pool = service->pool,
      .manager = fixture->manager,
  };
  clat_manager_start (fixture->manager);
  fake_network_manager_activate (service->network_manager, ACTIVE, TRUE, make_profile ());
  settle ();
  fake_kernel_advertise (service->kernel, FAKE_IFINDEX, PREFIX, 1800);
  settle ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->manager);
  g_unlink (fixture->path);
  g_free (fixture->path);
  service_fixture_tear_down (&fixture->service);
}

static const ClatWanted *
get_wanted (Fixture *fixture)
{
  const ClatWanted *wanted = fake_kernel_get_wanted (fixture->service.kernel, TRANSLATOR);

  g_assert_nonnull (wanted);
  return wanted;
}

static const ClatStatus *
get_status (Fixture *fixture)
{
  return clat_connection_get_status (clat_manager_find (fixture->manager, "wlan0"));
}

/* The text of the file; the rest of the pool of the fixture is its default. */
static void
reload (Fixture *fixture, const char *text)
{
  g_autofree char *all = g_strconcat ("[main]\nipv4-pool=192.0.0.0/30\n", text, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->path, all, -1, &error));
  g_assert_true (clat_reload_run (&fixture->reload, &error));
  g_assert_no_error (error);
  settle ();
}

static void
test_same_configuration_changes_nothing (Fixture *fixture, gconstpointer data)
{
  const ClatWanted before = *get_wanted (fixture);
  guint solicited = fake_kernel_count_solicited (fixture->service.kernel);

  reload (fixture, "");
  g_assert_cmpmem (get_wanted (fixture), sizeof before, &before, sizeof before);
  g_assert_cmpuint (fake_kernel_count_solicited (fixture->service.kernel), ==, solicited);
}

static void
test_settings_reach_the_translator (Fixture *fixture, gconstpointer data)
{
  const ClatPair before = get_wanted (fixture)->pairs[0];

  reload (fixture, "translator=userspace\nlowest-ipv6-mtu=1400\n");
  g_assert_true (get_wanted (fixture)->settings.userspace);
  g_assert_cmpuint (get_wanted (fixture)->settings.lowest_ipv6_mtu, ==, 1400);
  /* What is missing has its default again. */
  reload (fixture, "");
  g_assert_false (get_wanted (fixture)->settings.userspace);
  g_assert_cmpuint (get_wanted (fixture)->settings.lowest_ipv6_mtu, ==, 1280);
  g_assert_cmpmem (&get_wanted (fixture)->pairs[0], sizeof before, &before,
                   sizeof before);
}

static void
test_mode_no_ends_the_translator (Fixture *fixture, gconstpointer data)
{
  reload (fixture, "mode=no\n");
  g_assert_cmpint (get_status (fixture)->verdict.state, ==, CLAT_STATE_DISABLED);
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 0);
  reload (fixture, "mode=auto\n");
  g_assert_cmpint (get_status (fixture)->verdict.state, ==, CLAT_STATE_ACTIVE);
}

static void
test_prefix_of_an_interface (Fixture *fixture, gconstpointer data)
{
  ClatPrefix expected;

  g_assert_true (clat_prefix_parse (OTHER, &expected, NULL));
  reload (fixture, "[interface wlan0]\nprefix=" OTHER "\n");
  g_assert_true (clat_prefix_equal (&get_wanted (fixture)->prefix, &expected));
  /* Connections with the prefix from before go on. */
  g_assert_cmpuint (get_wanted (fixture)->n_pairs, ==, 2);

  reload (fixture, "");
  g_assert_false (clat_prefix_equal (&get_wanted (fixture)->prefix, &expected));
}

static void
test_prefix_of_another_interface (Fixture *fixture, gconstpointer data)
{
  const ClatWanted before = *get_wanted (fixture);

  reload (fixture, "[interface eth*]\nprefix=" OTHER "\n");
  g_assert_cmpmem (get_wanted (fixture), sizeof before, &before, sizeof before);
}

static void
test_discovery_ends_and_begins (Fixture *fixture, gconstpointer data)
{
  guint solicited = fake_kernel_count_solicited (fixture->service.kernel);

  reload (fixture, "discovery=none\n");
  g_assert_cmpint (get_status (fixture)->verdict.reason, ==, CLAT_REASON_NO_NAT64);
  fake_kernel_advertise (fixture->service.kernel, FAKE_IFINDEX, PREFIX, 1800);
  settle ();
  g_assert_cmpint (get_status (fixture)->verdict.reason, ==, CLAT_REASON_NO_NAT64);
  g_assert_cmpuint (fake_kernel_count_solicited (fixture->service.kernel), ==, solicited);

  reload (fixture, "discovery=ra\n");
  g_assert_cmpuint (fake_kernel_count_solicited (fixture->service.kernel), >, solicited);
  fake_kernel_advertise (fixture->service.kernel, FAKE_IFINDEX, PREFIX, 1800);
  settle ();
  g_assert_cmpint (get_status (fixture)->verdict.state, ==, CLAT_STATE_ACTIVE);
}

static void
test_another_pool (Fixture *fixture, gconstpointer data)
{
  reload (fixture, "");
  g_assert_cmpstr (get_status (fixture)->ipv4, ==, "192.0.0.2");
  /* The address is of this pool too: it stays. */
  g_file_set_contents (fixture->path, "[main]\nipv4-pool=192.0.0.0/28\n", -1, NULL);
  g_assert_true (clat_reload_run (&fixture->reload, NULL));
  settle ();
  g_assert_cmpstr (get_status (fixture)->ipv4, ==, "192.0.0.2");

  g_file_set_contents (fixture->path, "[main]\nipv4-pool=10.64.0.0/29\n", -1, NULL);
  g_assert_true (clat_reload_run (&fixture->reload, NULL));
  settle ();
  g_assert_cmpstr (get_status (fixture)->ipv4, ==, "10.64.0.2");
  g_assert_cmpuint (get_wanted (fixture)->n_pairs, ==, 1);
  g_assert_cmpint (get_status (fixture)->verdict.state, ==, CLAT_STATE_ACTIVE);
}

static void
assert_refused (Fixture *fixture, const char *text, const char *where)
{
  const ClatWanted before = *get_wanted (fixture);
  g_autofree char *expected = g_strdup_printf ("%s%s", fixture->path, where);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->path, text, -1, NULL));
  g_test_expect_message ("clat-nm", G_LOG_LEVEL_WARNING,
                         "the configuration stays as it was: *");
  g_assert_false (clat_reload_run (&fixture->reload, &error));
  g_test_assert_expected_messages ();
  g_assert_nonnull (error);
  g_assert_true (g_str_has_prefix (error->message, expected));
  settle ();
  g_assert_cmpmem (get_wanted (fixture), sizeof before, &before, sizeof before);
}

static void
test_mistake_keeps_the_old_one (Fixture *fixture, gconstpointer data)
{
  reload (fixture, "translator=userspace\n");
  assert_refused (fixture, "[main]\nmode=auto\nmod=no\n", ":3: unknown key 'mod'");
  assert_refused (fixture, "[main]\nipv4-pool=1.2.3.4\n", ":2: '1.2.3.4'");
  assert_refused (fixture, "[mian]\n", ":1: unknown group [mian]");
  assert_refused (fixture, "mode=no\n", ":1: ");
  g_assert_true (get_wanted (fixture)->settings.userspace);
  reload (fixture, "");
  g_assert_false (get_wanted (fixture)->settings.userspace);
}

static void
test_missing_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  reload (fixture, "translator=userspace\n");
  g_unlink (fixture->path);
  g_test_expect_message ("clat-nm", G_LOG_LEVEL_WARNING,
                         "the configuration stays as it was: *");
  g_assert_false (clat_reload_run (&fixture->reload, &error));
  g_test_assert_expected_messages ();
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_assert_true (get_wanted (fixture)->settings.userspace);

  /* That in /etc need not exist. */
  fixture->reload.must_exist = FALSE;
  g_assert_true (clat_reload_run (&fixture->reload, NULL));
  settle ();
  g_assert_false (get_wanted (fixture)->settings.userspace);
}

#define ADD(name, function)                                                              \
  g_test_add ("/reload/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("same-configuration-changes-nothing", test_same_configuration_changes_nothing);
  ADD ("settings-reach-the-translator", test_settings_reach_the_translator);
  ADD ("mode-no-ends-the-translator", test_mode_no_ends_the_translator);
  ADD ("prefix-of-an-interface", test_prefix_of_an_interface);
  ADD ("prefix-of-another-interface", test_prefix_of_another_interface);
  ADD ("discovery-ends-and-begins", test_discovery_ends_and_begins);
  ADD ("another-pool", test_another_pool);
  ADD ("mistake-keeps-the-old-one", test_mistake_keeps_the_old_one);
  ADD ("missing-file", test_missing_file);
  return g_test_run ();
}
