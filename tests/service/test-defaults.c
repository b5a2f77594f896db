/* SPDX-License-Identifier: GPL-2.0-or-later */
/* On which interfaces NetworkManager asks for DHCPv4 option 108 while the service runs:
 * on a fake kernel, beside a fake NetworkManager. */
#include <string.h>

#include "clat-manager.h"
#include "service-fixture.h"

#define FIRST "/org/freedesktop/NetworkManager/ActiveConnection/1"

typedef struct
{
  ServiceFixture service;
  ClatManager *manager;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  service_fixture_set_up (&fixture->service);
  fixture->manager = clat_manager_new (&fixture->service.common,
                                       fixture->service.common.network_manager);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->manager);
  service_fixture_tear_down (&fixture->service);
}

static ClatProfile *
make_dhcp4_profile (void)
{
  ClatProfile *profile = make_profile ();

  profile->is_dhcp4_client = profile->has_dhcp4 = TRUE;
  return profile;
}

static void
add_device (Fixture *fixture, const char *interface, int ifindex)
{
  fake_network_manager_add_device (fixture->service.network_manager, interface, ifindex,
                                   make_dhcp4_profile ());
  settle ();
}

/* The link has to be known, and that of the fake kernel is the only one. */
static gboolean
is_asked (Fixture *fixture, const char *interface)
{
  const char *text = fake_network_manager_get_defaults (fixture->service.network_manager);
  g_autoptr (ClatNetworkDefaults) defaults =
      clat_network_defaults_parse (text == NULL ? "" : text);

  return g_hash_table_contains (defaults->option_108, interface);
}

static void
start (Fixture *fixture)
{
  add_device (fixture, "wlan0", FAKE_IFINDEX);
  clat_manager_start (fixture->manager);
  settle ();
}

static void
test_asked_before_a_connection_exists (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  g_assert_true (is_asked (fixture, "wlan0"));
  g_assert_cmpuint (clat_manager_get_connections (fixture->manager)->len, ==, 0);
}

static void
test_unknown_link_is_not_asked (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  add_device (fixture, "eth0", FAKE_IFINDEX + 1);
  g_assert_false (is_asked (fixture, "eth0"));
  g_assert_true (is_asked (fixture, "wlan0"));
}

static void
test_8925_2_without_the_features_of_the_kernel (Fixture *fixture, gconstpointer data)
{
  fake_kernel_set_suffices (fixture->service.kernel, FALSE);
  start (fixture);
  g_assert_false (is_asked (fixture, "wlan0"));
  add_device (fixture, "wlan0", FAKE_IFINDEX);
  g_assert_cmpuint (fake_kernel_count_probes (fixture->service.kernel), ==, 1);
}

/* The probe takes time. */
static void
test_old_networkmanager_is_left (Fixture *fixture, gconstpointer data)
{
  fake_network_manager_set_has_defaults (fixture->service.network_manager, FALSE);
  start (fixture);
  g_assert_false (is_asked (fixture, "wlan0"));
  g_assert_cmpuint (fake_kernel_count_probes (fixture->service.kernel), ==, 0);
}

static void
test_link_that_cannot_carry_a_clat (Fixture *fixture, gconstpointer data)
{
  ClatHostLink link = fake_kernel_get_link (fixture->service.kernel);

  link.kind = CLAT_LINK_KIND_UNSUPPORTED;
  fake_kernel_set_link (fixture->service.kernel, TRUE, &link);
  start (fixture);
  g_assert_false (is_asked (fixture, "wlan0"));
}

/* It is noticed by the connection, whose state changes. */
static void
test_other_clat_comes_and_goes (Fixture *fixture, gconstpointer data)
{
  ClatHostLink link = fake_kernel_get_link (fixture->service.kernel);

  start (fixture);
  fake_network_manager_activate (fixture->service.network_manager, FIRST, TRUE,
                                 make_dhcp4_profile ());
  settle ();
  g_assert_true (is_asked (fixture, "wlan0"));

  g_strlcpy (link.other_clat, "clat", sizeof link.other_clat);
  fake_kernel_set_link (fixture->service.kernel, TRUE, &link);
  settle ();
  g_assert_false (is_asked (fixture, "wlan0"));

  *link.other_clat = '\0';
  fake_kernel_set_link (fixture->service.kernel, TRUE, &link);
  settle ();
  g_assert_true (is_asked (fixture, "wlan0"));
}

/* NetworkManager's own CLAT is replaced where nobody has asked for it. */
static void
test_own_clat_of_networkmanager (Fixture *fixture, gconstpointer data)
{
  ClatHostLink link = fake_kernel_get_link (fixture->service.kernel);
  const char *text;

  link.is_delegated = TRUE;
  fake_kernel_set_link (fixture->service.kernel, TRUE, &link);
  start (fixture);
  text = fake_network_manager_get_defaults (fixture->service.network_manager);
  g_assert_nonnull (strstr (text, "ipv4.clat=0"));
  g_assert_true (is_asked (fixture, "wlan0"));
}

static void
test_networkmanager_restarts (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  fake_network_manager_set_running (fixture->service.network_manager, FALSE, FALSE);
  settle ();
  g_assert_true (is_asked (fixture, "wlan0"));

  fake_network_manager_set_running (fixture->service.network_manager, TRUE, TRUE);
  settle ();
  g_assert_true (is_asked (fixture, "wlan0"));
}

/* NetworkManager is about to exit, or has just started. */
static void
test_missing_device_is_kept_while_its_link_exists (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  fake_network_manager_drop_devices (fixture->service.network_manager);
  settle ();
  g_assert_true (is_asked (fixture, "wlan0"));

  fake_kernel_set_link (fixture->service.kernel, FALSE, NULL);
  fake_network_manager_drop_devices (fixture->service.network_manager);
  settle ();
  g_assert_false (is_asked (fixture, "wlan0"));
}

static void
activate_settled (Fixture *fixture)
{
  ClatProfile *profile = make_dhcp4_profile ();

  profile->is_settled = TRUE;
  fake_network_manager_activate (fixture->service.network_manager, FIRST, TRUE, profile);
  start (fixture);
}

/* The first IPv4 does not wait for the probe, and shows what it would. */
static void
test_translator_makes_the_probe_needless (Fixture *fixture, gconstpointer data)
{
  activate_settled (fixture);
  g_assert_null (fake_network_manager_get_defaults (fixture->service.network_manager));

  fake_kernel_advertise (fixture->service.kernel, FAKE_IFINDEX, "64:ff9b::/96", 1800);
  settle ();
  g_assert_true (is_asked (fixture, "wlan0"));
  g_assert_cmpuint (fake_kernel_count_probes (fixture->service.kernel), ==, 0);
}

static void
test_probed_if_no_translator_comes (Fixture *fixture, gconstpointer data)
{
  activate_settled (fixture);
  g_assert_cmpuint (fake_kernel_count_probes (fixture->service.kernel), ==, 0);
  WAIT_UNTIL (is_asked (fixture, "wlan0"));
  g_assert_cmpuint (fake_kernel_count_probes (fixture->service.kernel), ==, 1);
}

/* It must end before a translator of ours comes. */
static void
test_own_clat_does_not_wait (Fixture *fixture, gconstpointer data)
{
  fake_network_manager_set_has_clat (fixture->service.network_manager, TRUE);
  activate_settled (fixture);
  g_assert_true (is_asked (fixture, "wlan0"));
}

static void
test_not_asked_after_stop (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  fake_network_manager_activate (fixture->service.network_manager, FIRST, TRUE,
                                 make_dhcp4_profile ());
  settle ();
  clat_manager_stop (fixture->manager);
  settle ();
  g_assert_null (fake_network_manager_get_defaults (fixture->service.network_manager));
}

#define ADD(name, function)                                                              \
  g_test_add ("/defaults/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("before-a-connection", test_asked_before_a_connection_exists);
  ADD ("unknown-link", test_unknown_link_is_not_asked);
  ADD ("8925-2-features", test_8925_2_without_the_features_of_the_kernel);
  ADD ("old-networkmanager", test_old_networkmanager_is_left);
  ADD ("unsupported-link", test_link_that_cannot_carry_a_clat);
  ADD ("other-clat", test_other_clat_comes_and_goes);
  ADD ("own-clat-of-networkmanager", test_own_clat_of_networkmanager);
  ADD ("missing-device", test_missing_device_is_kept_while_its_link_exists);
  ADD ("networkmanager-restarts", test_networkmanager_restarts);
  ADD ("needless-probe", test_translator_makes_the_probe_needless);
  ADD ("late-probe", test_probed_if_no_translator_comes);
  ADD ("no-wait-with-own-clat", test_own_clat_does_not_wait);
  ADD ("stop", test_not_asked_after_stop);
  return g_test_run ();
}
