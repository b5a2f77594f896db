/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection on an IPv6-mostly network, on a kernel that only remembers. */
#include "service-fixture.h"

#define PREFIX "64:ff9b::/96"

typedef struct
{
  ServiceFixture service;
  ClatConnection *connection;
} Fixture;

static ClatProfile *
make_dhcp4_profile (void)
{
  ClatProfile *profile = make_profile ();

  profile->has_dhcp4 = TRUE;
  profile->is_settled = TRUE;
  return profile;
}

static void
set_native (Fixture *fixture, gboolean is_native)
{
  ClatHostLink link = fake_kernel_get_link (fixture->service.kernel);

  link.has_native_ipv4 = is_native;
  fake_kernel_set_link (fixture->service.kernel, TRUE, &link);
  settle ();
}

/* Native IPv4, and a NAT64. */
static void
begin (Fixture *fixture, ClatProfile *profile)
{
  set_native (fixture, TRUE);
  fixture->connection = clat_connection_new (&fixture->service.common, profile);
  settle ();
  fake_kernel_advertise (fixture->service.kernel, FAKE_IFINDEX, PREFIX, 1800);
  settle ();
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  service_fixture_set_up (&fixture->service);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->connection);
  service_fixture_tear_down (&fixture->service);
}

static void
offer (Fixture *fixture, gboolean is_v6only)
{
  fake_kernel_offer (fixture->service.kernel, is_v6only, 1800);
  settle ();
}

static void
assert_ipv4 (Fixture *fixture, gboolean is_on, guint n_changes)
{
  FakeNetworkManager *network_manager = fixture->service.network_manager;

  g_assert_cmpint (fake_network_manager_is_ipv4_on (network_manager), ==, is_on);
  g_assert_cmpuint (fake_network_manager_count_ipv4_changes (network_manager), ==,
                    n_changes);
}

static void
assert_asked (Fixture *fixture, guint n_times)
{
  g_assert_cmpuint (fake_kernel_count_discovered (fixture->service.kernel), ==, n_times);
}

static void
assert_reason (Fixture *fixture, ClatReason reason)
{
  g_assert_cmpstr (clat_reason_to_string (
                       clat_connection_get_status (fixture->connection)->verdict.reason),
                   ==, clat_reason_to_string (reason));
}

static void
test_option_108_gives_up_ipv4 (Fixture *fixture, gconstpointer data)
{
  begin (fixture, make_dhcp4_profile ());
  assert_asked (fixture, 1);
  assert_ipv4 (fixture, TRUE, 0);

  offer (fixture, TRUE);
  assert_ipv4 (fixture, FALSE, 1);
  set_native (fixture, FALSE);
  assert_reason (fixture, CLAT_REASON_NONE);
  assert_asked (fixture, 1);
  assert_ipv4 (fixture, FALSE, 1);
}

static void
test_stopping_gives_ipv4_back (Fixture *fixture, gconstpointer data)
{
  begin (fixture, make_dhcp4_profile ());
  offer (fixture, TRUE);
  clat_connection_withdraw (fixture->connection);
  assert_ipv4 (fixture, TRUE, 2);
}

static void
test_without_option_108_ipv4_stays (Fixture *fixture, gconstpointer data)
{
  begin (fixture, make_dhcp4_profile ());
  offer (fixture, FALSE);
  assert_ipv4 (fixture, TRUE, 0);
  offer (fixture, TRUE);
  assert_ipv4 (fixture, TRUE, 0);
}

/* RFC 8925, 3.2: rows 8925-2 and 8925-5. */
static void
test_8925_2_hosts_that_need_ipv4_do_not_ask (Fixture *fixture, gconstpointer data)
{
  ClatProfile *static_ipv4 = make_profile ();
  ClatProfile *refuses = make_dhcp4_profile ();
  ClatProfile *forces = make_dhcp4_profile ();
  ClatProfile *none = make_dhcp4_profile ();
  ClatProfile *const profiles[] = {static_ipv4, refuses, forces, none};

  static_ipv4->is_settled = TRUE;
  refuses->has_ipv6_mostly = TRUE;
  forces->has_mode = TRUE;
  forces->mode = CLAT_MODE_FORCE;
  none->has_mode = TRUE;
  none->mode = CLAT_MODE_NO;
  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++)
    {
      begin (fixture, profiles[i]);
      assert_asked (fixture, 0);
      g_clear_object (&fixture->connection);
    }
}

static void
test_setting_of_the_host (Fixture *fixture, gconstpointer data)
{
  ClatProfile *insists = make_dhcp4_profile ();

  fixture->service.config->ipv6_mostly = FALSE;
  begin (fixture, make_dhcp4_profile ());
  assert_asked (fixture, 0);
  g_clear_object (&fixture->connection);

  insists->has_ipv6_mostly = TRUE;
  insists->ipv6_mostly = TRUE;
  begin (fixture, insists);
  assert_asked (fixture, 1);
}

static void
test_mode_no_gives_ipv4_back (Fixture *fixture, gconstpointer data)
{
  ClatProfile *off = make_dhcp4_profile ();

  begin (fixture, make_dhcp4_profile ());
  offer (fixture, TRUE);
  off->has_mode = TRUE;
  off->mode = CLAT_MODE_NO;
  clat_connection_set_profile (fixture->connection, off);
  settle ();
  assert_ipv4 (fixture, TRUE, 2);
}

static void
test_lease_in_use_is_kept (Fixture *fixture, gconstpointer data)
{
  ClatProfile *profile = make_dhcp4_profile ();

  profile->dhcp4_expiry = g_get_real_time () / G_USEC_PER_SEC + 3600;
  fake_kernel_set_ipv4_used (fixture->service.kernel, TRUE);
  begin (fixture, profile);
  offer (fixture, TRUE);
  assert_ipv4 (fixture, TRUE, 0);
  assert_reason (fixture, CLAT_REASON_IPV6_MOSTLY_LEASE);

  fake_kernel_set_ipv4_used (fixture->service.kernel, FALSE);
  settle ();
  assert_ipv4 (fixture, FALSE, 1);
}

/* NetworkManager has asked for option 108 itself; its connection is left alone. */
static void
test_connection_without_native_ipv4_is_left_alone (Fixture *fixture, gconstpointer data)
{
  begin (fixture, make_dhcp4_profile ());
  set_native (fixture, FALSE);
  offer (fixture, TRUE);
  assert_ipv4 (fixture, TRUE, 0);

  set_native (fixture, TRUE);
  assert_ipv4 (fixture, FALSE, 1);
}

/* It has asked for option 108 itself, and no NAT64 was found. */
static void
test_option_108_without_ipv4_and_nat64_is_asked_about (Fixture *fixture,
                                                       gconstpointer data)
{
  const ClatStatus *status;

  fixture->connection =
      clat_connection_new (&fixture->service.common, make_dhcp4_profile ());
  settle ();
  assert_asked (fixture, 0);
  g_usleep (CLAT_IPV4_DOUBT_SECONDS * G_USEC_PER_SEC);
  settle ();
  assert_asked (fixture, 1);
  offer (fixture, TRUE);
  status = clat_connection_get_status (fixture->connection);
  assert_reason (fixture, CLAT_REASON_NO_NAT64);
  g_assert_nonnull (strstr (status->text, "option 108"));
  assert_ipv4 (fixture, TRUE, 0);
}

/* It is recognized by the profile and by the DHCPv4 server, that of the fake is 0.0.0.0.
 */
static void
test_lack_of_nat64_is_remembered (Fixture *fixture, gconstpointer data)
{
  const struct in6_addr server = {.s6_addr = {[10] = 0xff, [11] = 0xff}};
  ClatProfile *profile = make_dhcp4_profile ();
  const ClatPrefix none = {0};

  clat_remembered_networks_add (&fixture->service.without_nat64, profile->uuid, &server,
                                &none);
  fixture->connection = clat_connection_new (&fixture->service.common, profile);
  settle ();
  g_usleep (CLAT_IPV4_DOUBT_SECONDS * G_USEC_PER_SEC);
  settle ();
  assert_ipv4 (fixture, TRUE, 0);
  offer (fixture, TRUE);
  assert_ipv4 (fixture, TRUE, 1);
}

/* The connection may never be activated without IPv4. */
static void
test_ipv4_is_required_during_the_activation (Fixture *fixture, gconstpointer data)
{
  const struct in6_addr server = {.s6_addr = {[10] = 0xff, [11] = 0xff}};
  ClatProfile *profile = make_dhcp4_profile ();
  const ClatPrefix none = {0};

  profile->is_settled = FALSE;
  profile->asks_option_108 = TRUE;
  clat_remembered_networks_add (&fixture->service.without_nat64, profile->uuid, &server,
                                &none);
  fixture->connection = clat_connection_new (&fixture->service.common, profile);
  WAIT_UNTIL (fake_kernel_count_discovered (fixture->service.kernel) == 1);
  offer (fixture, TRUE);
  assert_ipv4 (fixture, TRUE, 1);
}

/* NetworkManager has asked, and has got a lease all the same. */
static void
test_answer_to_networkmanager_counts (Fixture *fixture, gconstpointer data)
{
  ClatProfile *profile = make_dhcp4_profile ();

  profile->asks_option_108 = TRUE;
  begin (fixture, profile);
  offer (fixture, TRUE);
  assert_ipv4 (fixture, FALSE, 1);
  set_native (fixture, FALSE);
  g_usleep (G_USEC_PER_SEC);
  set_native (fixture, TRUE);
  assert_asked (fixture, 1);
}

/* By "nmcli device reapply", for example. */
static void
test_ipv4_that_returns_is_asked_about_again (Fixture *fixture, gconstpointer data)
{
  begin (fixture, make_dhcp4_profile ());
  offer (fixture, TRUE);
  set_native (fixture, FALSE);
  g_usleep (G_USEC_PER_SEC);
  set_native (fixture, TRUE);
  assert_asked (fixture, 2);
}

/* Row 8925-9. */
static void
test_8925_9_carrier_is_a_new_attachment (Fixture *fixture, gconstpointer data)
{
  ClatHostLink link;

  begin (fixture, make_dhcp4_profile ());
  offer (fixture, FALSE);
  g_usleep (G_USEC_PER_SEC);
  link = fake_kernel_get_link (fixture->service.kernel);
  link.carriers++;
  fake_kernel_set_link (fixture->service.kernel, TRUE, &link);
  settle ();
  assert_asked (fixture, 2);
}

static void
add (const char *path, void (*function) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, function, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/ipv6-mostly/option-108", test_option_108_gives_up_ipv4);
  add ("/ipv6-mostly/stop", test_stopping_gives_ipv4_back);
  add ("/ipv6-mostly/no-option-108", test_without_option_108_ipv4_stays);
  add ("/ipv6-mostly/8925-2", test_8925_2_hosts_that_need_ipv4_do_not_ask);
  add ("/ipv6-mostly/setting", test_setting_of_the_host);
  add ("/ipv6-mostly/mode-no", test_mode_no_gives_ipv4_back);
  add ("/ipv6-mostly/lease", test_lease_in_use_is_kept);
  add ("/ipv6-mostly/not-native", test_connection_without_native_ipv4_is_left_alone);
  add ("/ipv6-mostly/not-native-no-nat64",
       test_option_108_without_ipv4_and_nat64_is_asked_about);
  add ("/ipv6-mostly/remembered", test_lack_of_nat64_is_remembered);
  add ("/ipv6-mostly/required-early", test_ipv4_is_required_during_the_activation);
  add ("/ipv6-mostly/answer-to-networkmanager", test_answer_to_networkmanager_counts);
  add ("/ipv6-mostly/returns", test_ipv4_that_returns_is_asked_about_again);
  add ("/ipv6-mostly/8925-9", test_8925_9_carrier_is_a_new_attachment);
  return g_test_run ();
}
