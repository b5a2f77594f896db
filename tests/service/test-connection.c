/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One connection on a kernel that only remembers. */
#include <arpa/inet.h>

#include "clat-clock.h"
#include "clat-config-file.h"
#include "service-fixture.h"

#define PREFIX "64:ff9b::/96"

typedef struct
{
  ServiceFixture service;
  ClatConnection *connection;
  guint n_changes;
} Fixture;

static void
on_changed (ClatConnection *connection, gpointer data)
{
  ((Fixture *)data)->n_changes++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  service_fixture_set_up (&fixture->service);
  fixture->connection = clat_connection_new (&fixture->service.common, make_profile ());
  g_signal_connect (fixture->connection, "changed", G_CALLBACK (on_changed), fixture);
  settle ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->connection);
  service_fixture_tear_down (&fixture->service);
}

static ClatState
get_state (Fixture *fixture)
{
  return clat_connection_get_status (fixture->connection)->verdict.state;
}

static void
assert_state (Fixture *fixture, ClatState state, ClatReason reason)
{
  const ClatStatus *status = clat_connection_get_status (fixture->connection);

  g_assert_cmpstr (clat_state_to_string (status->verdict.state), ==,
                   clat_state_to_string (state));
  g_assert_cmpstr (clat_reason_to_string (status->verdict.reason), ==,
                   clat_reason_to_string (reason));
}

static void
advertise (Fixture *fixture, const char *prefix, guint32 lifetime)
{
  fake_kernel_advertise (fixture->service.kernel, FAKE_IFINDEX, prefix, lifetime);
  settle ();
}

static void
test_solicits_routers_at_start (Fixture *fixture, gconstpointer data)
{
  assert_state (fixture, CLAT_STATE_SEARCHING, CLAT_REASON_NO_NAT64);
  g_assert_cmpuint (fake_kernel_count_solicited (fixture->service.kernel), ==, 1);
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 0);
  /* What the routers announced to the previous connection may not hold for this one. */
  g_assert_cmpuint (fake_kernel_count_stale_marks (fixture->service.kernel), ==, 1);
}

static void
test_prefix_makes_it_active (Fixture *fixture, gconstpointer data)
{
  const ClatStatus *status = clat_connection_get_status (fixture->connection);
  const ClatWanted *wanted;

  advertise (fixture, PREFIX, 1800);
  assert_state (fixture, CLAT_STATE_ACTIVE, CLAT_REASON_NONE);
  g_assert_cmpstr (status->ipv4, ==, "192.0.0.2");
  g_assert_cmpstr (status->ipv6, ==, "2001:db8::5");
  g_assert_cmpuint (status->mtu, ==, 1472);
  g_assert_cmpint (status->active_since, >, 0);

  wanted = fake_kernel_get_wanted (fixture->service.kernel, "clat-wlan0");
  g_assert_nonnull (wanted);
  g_assert_cmpint (wanted->parent, ==, FAKE_IFINDEX);
  g_assert_cmpuint (wanted->metric, ==, 600);
  g_assert_cmpuint (wanted->table, ==, 254);
}

/* NetworkManager checks our interface only on request. */
static void
test_connectivity_is_checked_once_active (Fixture *fixture, gconstpointer data)
{
  FakeNetworkManager *network_manager = fixture->service.network_manager;

  settle ();
  g_assert_cmpuint (fake_network_manager_count_checks (network_manager), ==, 0);
  advertise (fixture, PREFIX, 1800);
  assert_state (fixture, CLAT_STATE_ACTIVE, CLAT_REASON_NONE);
  advertise (fixture, PREFIX, 1700);
  assert_state (fixture, CLAT_STATE_ACTIVE, CLAT_REASON_NONE);
  g_assert_cmpuint (fake_network_manager_count_checks (network_manager), ==, 1);
}

static void
test_prefix_of_another_link_is_ignored (Fixture *fixture, gconstpointer data)
{
  fake_kernel_advertise (fixture->service.kernel, FAKE_IFINDEX + 1, PREFIX, 1800);
  settle ();
  assert_state (fixture, CLAT_STATE_SEARCHING, CLAT_REASON_NO_NAT64);
}

static void
test_withdrawn_prefix_removes_the_translator (Fixture *fixture, gconstpointer data)
{
  advertise (fixture, PREFIX, 1800);
  advertise (fixture, PREFIX, 0);
  assert_state (fixture, CLAT_STATE_SEARCHING, CLAT_REASON_NO_NAT64);
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 0);
}

static void
assert_old_ipv4s (Fixture *fixture, const char *expected)
{
  g_autofree char *found =
      g_strjoinv (" ", clat_connection_get_status (fixture->connection)->old_ipv4s);

  g_assert_cmpstr (found, ==, expected);
}

/* New connections use the new prefix, old ones the old prefix until it is withdrawn. */
static void
test_exchanged_prefix_keeps_the_old_pair (Fixture *fixture, gconstpointer data)
{
  ClatProfile *profile = make_profile ();
  const ClatWanted *wanted;

  advertise (fixture, PREFIX, 1800);
  g_assert_true (clat_prefix_parse ("2001:db8:64::/48", &profile->prefix, NULL));
  clat_connection_set_profile (fixture->connection, profile);
  settle ();
  assert_state (fixture, CLAT_STATE_ACTIVE, CLAT_REASON_NONE);
  wanted = fake_kernel_get_wanted (fixture->service.kernel, "clat-wlan0");
  g_assert_cmpuint (wanted->prefix.length, ==, 48);
  g_assert_cmpuint (wanted->n_pairs, ==, 2);
  g_assert_cmpuint (wanted->pairs[0].prefix.length, ==, 48);
  g_assert_cmpuint (wanted->pairs[1].prefix.length, ==, 96);
  g_assert_cmpstr (clat_connection_get_status (fixture->connection)->ipv4, !=,
                   "192.0.0.2");
  assert_old_ipv4s (fixture, "192.0.0.2");

  advertise (fixture, PREFIX, 0);
  assert_state (fixture, CLAT_STATE_ACTIVE, CLAT_REASON_NONE);
  assert_old_ipv4s (fixture, "");
}

/* 20 packets in 20 seconds that were not answered. */
static ClatPlatEvidence
make_silence (void)
{
  gint64 now = clat_clock_now ();

  return (ClatPlatEvidence){
      .first_out = now - 20 * G_USEC_PER_SEC,
      .last_out = now,
      .n_out = 20,
      .targets = {{htonl (0xc6336401)}},
      .n_targets = 1,
  };
}

/* Field case "NAT64 dead". */
static void
test_unreachable_nat64_worsens_the_metric (Fixture *fixture, gconstpointer data)
{
  const ClatStatus *status = clat_connection_get_status (fixture->connection);
  FakeKernel *kernel = fixture->service.kernel;
  ClatPlatEvidence evidence = {0};
  const ClatWanted *wanted;

  advertise (fixture, PREFIX, 1800);
  /* As the kernel notifies of attached programs. */
  fake_kernel_set_evidence (kernel, &evidence);
  settle ();
  g_assert_cmpint (status->plat.state, ==, CLAT_PLAT_UNKNOWN);
  g_assert_cmpuint (fake_kernel_get_reports (kernel) & CLAT_PLAT_REPORT_SILENCE, !=, 0);

  evidence = make_silence ();
  fake_kernel_set_evidence (kernel, &evidence);
  settle ();
  wanted = fake_kernel_get_wanted (kernel, "clat-wlan0");
  assert_state (fixture, CLAT_STATE_ACTIVE, CLAT_REASON_NONE);
  g_assert_cmpint (status->plat.state, ==, CLAT_PLAT_UNREACHABLE);
  g_assert_nonnull (strstr (status->text, status->plat_text));
  g_assert_cmpuint (wanted->metric, ==, 600);
  g_assert_cmpuint (wanted->penalty, ==, 40000);
  g_assert_cmpuint (fake_kernel_count_pings (kernel), ==, 1);

  evidence = (ClatPlatEvidence){.last_in = clat_clock_now ()};
  fake_kernel_set_evidence (kernel, &evidence);
  settle ();
  g_assert_cmpint (status->plat.state, ==, CLAT_PLAT_REACHABLE);
  g_assert_cmpuint (fake_kernel_get_wanted (kernel, "clat-wlan0")->penalty, ==, 0);
}

static void
test_returning_carrier_clears_the_verdict_on_the_nat64 (Fixture *fixture,
                                                        gconstpointer data)
{
  const ClatStatus *status = clat_connection_get_status (fixture->connection);
  ClatHostLink link = fake_kernel_get_link (fixture->service.kernel);
  ClatPlatEvidence evidence = make_silence ();

  advertise (fixture, PREFIX, 1800);
  fake_kernel_set_evidence (fixture->service.kernel, &evidence);
  settle ();
  g_assert_cmpint (status->plat.state, ==, CLAT_PLAT_UNREACHABLE);
  link.carriers++;
  fake_kernel_set_link (fixture->service.kernel, TRUE, &link);
  settle ();
  g_assert_cmpint (status->plat.state, ==, CLAT_PLAT_UNKNOWN);
}

/* CL-C1, CL-B3 */
static void
test_native_ipv4 (Fixture *fixture, gconstpointer data)
{
  ClatHostLink link = fake_kernel_get_link (fixture->service.kernel);
  ClatProfile *profile = make_profile ();

  advertise (fixture, PREFIX, 1800);
  link.has_native_ipv4 = TRUE;
  link.native_metric = 600;
  fake_kernel_set_link (fixture->service.kernel, TRUE, &link);
  settle ();
  assert_state (fixture, CLAT_STATE_NATIVE, CLAT_REASON_NATIVE_IPV4);
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 0);

  profile->has_mode = TRUE;
  profile->mode = CLAT_MODE_FORCE;
  clat_connection_set_profile (fixture->connection, profile);
  settle ();
  assert_state (fixture, CLAT_STATE_ACTIVE, CLAT_REASON_NONE);
  g_assert_cmpuint (
      fake_kernel_get_wanted (fixture->service.kernel, "clat-wlan0")->metric, ==, 601);
}

static void
get_native_ipv4 (Fixture *fixture, gboolean has)
{
  ClatHostLink link = fake_kernel_get_link (fixture->service.kernel);

  link.has_native_ipv4 = has;
  link.native_metric = 600;
  fake_kernel_set_link (fixture->service.kernel, TRUE, &link);
  settle ();
}

static const ClatWanted *
get_wanted (Fixture *fixture)
{
  return fake_kernel_get_wanted (fixture->service.kernel, "clat-wlan0");
}

/* CL-C4 */
static void
test_drain_beside_native_ipv4 (Fixture *fixture, gconstpointer data)
{
  advertise (fixture, PREFIX, 1800);
  fake_kernel_set_has_socket (fixture->service.kernel, TRUE);
  get_native_ipv4 (fixture, TRUE);
  assert_state (fixture, CLAT_STATE_NATIVE, CLAT_REASON_NATIVE_IPV4);
  g_assert_true (get_wanted (fixture)->drains);

  get_native_ipv4 (fixture, FALSE);
  assert_state (fixture, CLAT_STATE_ACTIVE, CLAT_REASON_NONE);
  g_assert_false (get_wanted (fixture)->drains);

  get_native_ipv4 (fixture, TRUE);
  fake_kernel_set_has_socket (fixture->service.kernel, FALSE);
  WAIT_UNTIL (fake_kernel_count (fixture->service.kernel) == 0);
  assert_state (fixture, CLAT_STATE_NATIVE, CLAT_REASON_NATIVE_IPV4);
}

static void
test_guests_drain (Fixture *fixture, gconstpointer data)
{
  FakeKernel *kernel = fixture->service.kernel;

  advertise (fixture, PREFIX, 1800);
  fake_kernel_set_guest_flows (kernel, 3);
  g_assert_cmpuint (fake_kernel_count_held_flows (kernel), ==, 0);
  get_native_ipv4 (fixture, TRUE);
  g_assert_true (get_wanted (fixture)->drains);
  g_assert_cmpuint (fake_kernel_count_held_flows (kernel), ==, 3);

  get_native_ipv4 (fixture, FALSE);
  assert_state (fixture, CLAT_STATE_ACTIVE, CLAT_REASON_NONE);
  g_assert_cmpuint (fake_kernel_count_held_flows (kernel), ==, 0);

  get_native_ipv4 (fixture, TRUE);
  g_assert_cmpuint (fake_kernel_count_held_flows (kernel), ==, 3);
  fake_kernel_set_guest_flows (kernel, 0);
  WAIT_UNTIL (fake_kernel_count (kernel) == 0);
}

/* Native IPv4 is in the VPN then, and so is all that was connected before. */
static void
test_vpn_ends_the_drain (Fixture *fixture, gconstpointer data)
{
  ClatHostLink link;

  advertise (fixture, PREFIX, 1800);
  fake_kernel_set_has_socket (fixture->service.kernel, TRUE);
  fake_kernel_set_guest_flows (fixture->service.kernel, 1);
  get_native_ipv4 (fixture, TRUE);
  g_assert_true (get_wanted (fixture)->drains);

  link = fake_kernel_get_link (fixture->service.kernel);
  link.has_better_default = TRUE;
  fake_kernel_set_link (fixture->service.kernel, TRUE, &link);
  settle ();
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 0);
  g_assert_cmpuint (fake_kernel_count_held_flows (fixture->service.kernel), ==, 0);
}

static void
test_no_drain (Fixture *fixture, gconstpointer data)
{
  fixture->service.config->drain = 0;
  advertise (fixture, PREFIX, 1800);
  fake_kernel_set_has_socket (fixture->service.kernel, TRUE);
  get_native_ipv4 (fixture, TRUE);
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 0);
}

/* CL-D8: the old pair goes on beside the new one. */
static void
test_renumbering_keeps_the_old_pair (Fixture *fixture, gconstpointer data)
{
  const ClatStatus *status = clat_connection_get_status (fixture->connection);
  struct in_addr first;

  advertise (fixture, PREFIX, 1800);
  first = get_wanted (fixture)->pairs[0].ipv4;
  fake_kernel_set_has_socket (fixture->service.kernel, TRUE);
  fake_kernel_renumber (fixture->service.kernel, "2001:db8:1::5", TRUE);
  settle ();
  assert_state (fixture, CLAT_STATE_ACTIVE, CLAT_REASON_NONE);
  g_assert_cmpstr (status->ipv6, ==, "2001:db8:1::5");
  g_assert_cmpuint (get_wanted (fixture)->n_pairs, ==, 2);
  g_assert_cmphex (get_wanted (fixture)->pairs[1].ipv4.s_addr, ==, first.s_addr);
  g_assert_cmphex (get_wanted (fixture)->pairs[0].ipv4.s_addr, !=, first.s_addr);
}

static void
test_abrupt_renumbering_keeps_the_ipv4_address (Fixture *fixture, gconstpointer data)
{
  struct in_addr first;

  advertise (fixture, PREFIX, 1800);
  first = get_wanted (fixture)->pairs[0].ipv4;
  fake_kernel_renumber (fixture->service.kernel, "2001:db8:1::5", FALSE);
  settle ();
  g_assert_cmpuint (get_wanted (fixture)->n_pairs, ==, 1);
  g_assert_cmphex (get_wanted (fixture)->pairs[0].ipv4.s_addr, ==, first.s_addr);
}

static void
test_prepares_without_a_prefix (Fixture *fixture, gconstpointer data)
{
  ClatProfile *profile = make_profile ();

  advertise (fixture, PREFIX, 1800);
  advertise (fixture, PREFIX, 0);
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 0);

  profile->is_settled = TRUE;
  clat_connection_set_profile (fixture->connection, profile);
  settle ();
  assert_state (fixture, CLAT_STATE_SEARCHING, CLAT_REASON_NO_NAT64);
  g_assert_cmpuint (get_wanted (fixture)->prefix.length, ==, 0);

  get_native_ipv4 (fixture, TRUE);
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 0);
}

/* "ipv4.never-default" of the profile */
static void
test_never_default (Fixture *fixture, gconstpointer data)
{
  ClatProfile *profile = make_profile ();

  profile->never_default = TRUE;
  clat_connection_set_profile (fixture->connection, profile);
  advertise (fixture, PREFIX, 1800);
  assert_state (fixture, CLAT_STATE_ACTIVE, CLAT_REASON_NONE);
  g_assert_true (get_wanted (fixture)->never_default);
  g_assert_nonnull (strstr (clat_connection_get_status (fixture->connection)->text,
                            "ipv4.never-default"));

  clat_connection_set_profile (fixture->connection, make_profile ());
  settle ();
  assert_state (fixture, CLAT_STATE_ACTIVE, CLAT_REASON_NONE);
  g_assert_false (get_wanted (fixture)->never_default);
}

static void
test_address_of_a_routed_prefix (Fixture *fixture, gconstpointer data)
{
  ClatAddressSetting *setting = &fixture->service.config->address;
  g_autoptr (GError) error = NULL;
  const ClatWanted *wanted;

  clat_address_setting_parse ("2001:db8:7::/64", setting, &error);
  g_assert_no_error (error);
  advertise (fixture, PREFIX, 1800);
  wanted = get_wanted (fixture);
  g_assert_cmpint (wanted->address, ==, CLAT_ADDRESS_ROUTED);
  g_assert_cmpuint (wanted->n_given, ==, 1);
  g_assert_true (clat_ipv6_has_prefix (&setting->prefix, &wanted->given[0].address));
}

static void
test_profile_beats_the_configured_mode (Fixture *fixture, gconstpointer data)
{
  ClatProfile *profile = make_profile ();

  fixture->service.config->mode = CLAT_MODE_NO;
  advertise (fixture, PREFIX, 1800);
  assert_state (fixture, CLAT_STATE_DISABLED, CLAT_REASON_MODE_NO);

  profile->has_mode = TRUE;
  profile->mode = CLAT_MODE_YES;
  clat_connection_set_profile (fixture->connection, profile);
  settle ();
  assert_state (fixture, CLAT_STATE_ACTIVE, CLAT_REASON_NONE);
}

static void
assert_pref64 (Fixture *fixture, const char *prefix, ClatPref64Source source)
{
  const ClatPref64 *pref64 = &clat_connection_get_status (fixture->connection)->pref64;
  g_autofree char *found = clat_prefix_to_string (&pref64->prefix);

  g_assert_cmpstr (found, ==, prefix);
  g_assert_cmpstr (clat_pref64_source_to_string (pref64->source), ==,
                   clat_pref64_source_to_string (source));
}

static void
use_own_clat (Fixture *fixture, const char *prefix)
{
  ClatHostLink link = fake_kernel_get_link (fixture->service.kernel);
  ClatProfile *profile = make_profile ();

  link.has_native_ipv4 = link.is_delegated = TRUE;
  inet_pton (AF_INET, "192.0.0.5", &link.delegated_ipv4);
  fake_kernel_set_link (fixture->service.kernel, TRUE, &link);
  inet_pton (AF_INET6, "2001:db8::c", &profile->delegated_ipv6);
  g_assert_true (clat_prefix_parse (prefix, &profile->delegated_prefix, NULL));
  clat_connection_set_profile (fixture->connection, profile);
  settle ();
  assert_state (fixture, CLAT_STATE_DELEGATED, CLAT_REASON_NETWORKMANAGER_CLAT);
}

static void
test_own_clat_of_networkmanager_is_shown (Fixture *fixture, gconstpointer data)
{
  const ClatStatus *status = clat_connection_get_status (fixture->connection);

  use_own_clat (fixture, PREFIX);
  g_assert_cmpstr (status->ipv4, ==, "192.0.0.5");
  g_assert_cmpstr (status->ipv6, ==, "2001:db8::c");
  assert_pref64 (fixture, PREFIX, CLAT_PREF64_SOURCE_NETWORKMANAGER);

  advertise (fixture, PREFIX, 1800);
  assert_pref64 (fixture, PREFIX, CLAT_PREF64_SOURCE_RA);

  use_own_clat (fixture, "2001:db8:64::/96");
  assert_pref64 (fixture, "2001:db8:64::/96", CLAT_PREF64_SOURCE_NETWORKMANAGER);
}

/* From the weakest source to the strongest, and back when the profile loses its own. */
static void
test_configured_prefix_overrides_discovery (Fixture *fixture, gconstpointer data)
{
  static const char text[] = "[interface wlan*]\nprefix=64:ff9b:1::/96\n";
  ClatProfile *profile = make_profile ();

  clat_config_free (fixture->service.config);
  fixture->service.config = clat_config_file_parse ("f", text, strlen (text), NULL);
  fixture->service.common.config = fixture->service.config;
  g_object_unref (fixture->connection);
  fixture->connection = clat_connection_new (&fixture->service.common, make_profile ());
  advertise (fixture, PREFIX, 1800);
  assert_pref64 (fixture, "64:ff9b:1::/96", CLAT_PREF64_SOURCE_CONFIGURATION);

  g_assert_true (clat_prefix_parse ("64:ff9b:2::/96", &profile->prefix, NULL));
  clat_connection_set_profile (fixture->connection, profile);
  settle ();
  assert_pref64 (fixture, "64:ff9b:2::/96", CLAT_PREF64_SOURCE_CONFIGURATION);
  g_assert_true (IN6_IS_ADDR_UNSPECIFIED (
      &fake_kernel_get_wanted (fixture->service.kernel, "clat-wlan0")->router));

  clat_connection_set_profile (fixture->connection, make_profile ());
  settle ();
  assert_pref64 (fixture, "64:ff9b:1::/96", CLAT_PREF64_SOURCE_CONFIGURATION);
}

static void
test_router_of_the_prefix_is_wanted (Fixture *fixture, gconstpointer data)
{
  struct in6_addr router;

  inet_pton (AF_INET6, "fe80::1", &router);
  advertise (fixture, PREFIX, 1800);
  g_assert_true (IN6_ARE_ADDR_EQUAL (
      &fake_kernel_get_wanted (fixture->service.kernel, "clat-wlan0")->router, &router));
}

/* A NetworkManager that has just started does not know the metric. */
static void
test_metric_stays_while_unknown (Fixture *fixture, gconstpointer data)
{
  ClatProfile *profile = make_profile ();

  advertise (fixture, PREFIX, 1800);
  profile->has_metric = FALSE;
  profile->metric = 20000;
  clat_connection_set_profile (fixture->connection, profile);
  settle ();
  g_assert_cmpuint (
      fake_kernel_get_wanted (fixture->service.kernel, "clat-wlan0")->metric, ==, 600);
}

static void
test_metric_of_the_profile_is_followed (Fixture *fixture, gconstpointer data)
{
  ClatProfile *profile = make_profile ();

  advertise (fixture, PREFIX, 1800);
  profile->metric = 700;
  clat_connection_set_profile (fixture->connection, profile);
  settle ();
  g_assert_cmpuint (get_wanted (fixture)->metric, ==, 700);
}

static void
test_failure_is_reported_and_retried (Fixture *fixture, gconstpointer data)
{
  fake_kernel_fail (fixture->service.kernel, CLAT_ERROR_LACKS_FEATURE, 1);
  g_test_expect_message ("clat-nm", G_LOG_LEVEL_MESSAGE, "*preparing*");
  g_test_expect_message ("clat-nm", G_LOG_LEVEL_WARNING, "*refused*next try after 1 s*");
  advertise (fixture, PREFIX, 1800);
  g_test_assert_expected_messages ();
  assert_state (fixture, CLAT_STATE_FAILED, CLAT_REASON_KERNEL_LACKS_FEATURE);
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 0);

  WAIT_UNTIL (get_state (fixture) == CLAT_STATE_ACTIVE);
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 1);
}

/* No event in between shortens the pause. */
static void
test_retry_pauses_are_kept (Fixture *fixture, gconstpointer data)
{
  guint n_applied;

  fake_kernel_fail (fixture->service.kernel, CLAT_ERROR_KERNEL, 1);
  g_test_expect_message ("clat-nm", G_LOG_LEVEL_MESSAGE, "*preparing*");
  g_test_expect_message ("clat-nm", G_LOG_LEVEL_WARNING, "*refused*");
  advertise (fixture, PREFIX, 1800);
  n_applied = fake_kernel_count_applied (fixture->service.kernel);
  for (guint i = 0; i < 5; i++)
    advertise (fixture, PREFIX, 1800 + i);
  g_assert_cmpuint (fake_kernel_count_applied (fixture->service.kernel), ==, n_applied);
  assert_state (fixture, CLAT_STATE_FAILED, CLAT_REASON_KERNEL_ERROR);
}

static void
test_waits_for_an_address (Fixture *fixture, gconstpointer data)
{
  fake_kernel_set_addressing (fixture->service.kernel, CLAT_ADDRESSING_NONE);
  advertise (fixture, PREFIX, 1800);
  assert_state (fixture, CLAT_STATE_PREPARING, CLAT_REASON_WAITING_FOR_ADDRESS);
  fake_kernel_set_addressing (fixture->service.kernel, CLAT_ADDRESSING_READY);
  settle ();
  assert_state (fixture, CLAT_STATE_ACTIVE, CLAT_REASON_NONE);
}

/* CL-D9, CL-D11 */
static void
test_address_without_slaac (Fixture *fixture, gconstpointer data)
{
  ClatHostLink link = fake_kernel_get_link (fixture->service.kernel);
  const ClatWanted *wanted;

  fake_kernel_set_addressing (fixture->service.kernel, CLAT_ADDRESSING_NONE);
  link.slaac = CLAT_SLAAC_OFFERED;
  link.static_ipv6.n_addresses = 1;
  fake_kernel_set_link (fixture->service.kernel, TRUE, &link);
  advertise (fixture, PREFIX, 1800);
  wanted = fake_kernel_get_wanted (fixture->service.kernel, "clat-wlan0");
  g_assert_cmpuint (wanted->static_ipv6.n_addresses, ==, 1);
  g_assert_false (wanted->lacks_slaac);

  link.slaac = CLAT_SLAAC_NONE;
  fake_kernel_set_link (fixture->service.kernel, TRUE, &link);
  settle ();
  wanted = fake_kernel_get_wanted (fixture->service.kernel, "clat-wlan0");
  g_assert_true (wanted->lacks_slaac);
}

/* Without any advertisement it takes as long as routers may delay an answer. */
static void
test_address_without_routers (Fixture *fixture, gconstpointer data)
{
  fake_kernel_set_addressing (fixture->service.kernel, CLAT_ADDRESSING_NONE);
  advertise (fixture, PREFIX, 1800);
  g_assert_false (
      fake_kernel_get_wanted (fixture->service.kernel, "clat-wlan0")->lacks_slaac);
  WAIT_UNTIL (get_wanted (fixture)->lacks_slaac);
  WAIT_UNTIL (get_state (fixture) != CLAT_STATE_PREPARING);
  assert_state (fixture, CLAT_STATE_FAILED, CLAT_REASON_NO_ADDRESS_FOR_CLAT);
}

static void
test_interface_vanishes (Fixture *fixture, gconstpointer data)
{
  advertise (fixture, PREFIX, 1800);
  fake_kernel_set_link (fixture->service.kernel, FALSE, NULL);
  settle ();
  assert_state (fixture, CLAT_STATE_SEARCHING, CLAT_REASON_NOT_CONNECTED);
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 0);
}

static void
test_renamed_interface_leaves_nothing_behind (Fixture *fixture, gconstpointer data)
{
  ClatProfile *profile = make_profile ();

  advertise (fixture, PREFIX, 1800);
  g_free (profile->interface);
  profile->interface = g_strdup ("a-long-name-15");
  clat_connection_set_profile (fixture->connection, profile);
  settle ();
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 1);
  g_assert_nonnull (fake_kernel_get_wanted (fixture->service.kernel, "clat-1"));
}

/* CL-F2: the pool of the fixture has three addresses beside the gateway. */
static void
test_addresses_in_use_are_skipped (Fixture *fixture, gconstpointer data)
{
  struct in_addr another = {inet_addr ("192.0.0.3")};
  g_autoptr (ClatConnection) second = NULL;
  ClatProfile *profile = make_profile ();

  fake_kernel_use_ipv4 (fixture->service.kernel, "192.0.0.0");
  g_assert_true (clat_pool_take_this (fixture->service.pool, another));
  advertise (fixture, PREFIX, 1800);
  g_assert_cmpstr (clat_connection_get_status (fixture->connection)->ipv4, ==,
                   "192.0.0.2");

  g_free (profile->interface);
  profile->interface = g_strdup ("eth0");
  second = clat_connection_new (&fixture->service.common, profile);
  advertise (fixture, PREFIX, 1800);
  g_assert_cmpint (clat_connection_get_status (second)->verdict.reason, ==,
                   CLAT_REASON_NO_IPV4_ADDRESS_LEFT);
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 1);
}

static void
test_withdraw_and_resume (Fixture *fixture, gconstpointer data)
{
  advertise (fixture, PREFIX, 1800);
  clat_connection_withdraw (fixture->connection);
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 0);
  settle ();
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 0);

  clat_connection_resume (fixture->connection);
  settle ();
  assert_state (fixture, CLAT_STATE_ACTIVE, CLAT_REASON_NONE);
  g_assert_cmpuint (fake_kernel_count_solicited (fixture->service.kernel), ==, 2);
}

static void
test_returning_carrier_marks_stale (Fixture *fixture, gconstpointer data)
{
  const ClatStatus *status = clat_connection_get_status (fixture->connection);
  ClatHostLink link = fake_kernel_get_link (fixture->service.kernel);
  guint stale_marks = fake_kernel_count_stale_marks (fixture->service.kernel);

  advertise (fixture, PREFIX, 1800);
  link.carriers++;
  fake_kernel_set_link (fixture->service.kernel, TRUE, &link);
  settle ();
  assert_state (fixture, CLAT_STATE_ACTIVE, CLAT_REASON_NONE);
  g_assert_cmpuint (fake_kernel_count_stale_marks (fixture->service.kernel), ==,
                    stale_marks + 1);
  g_assert_cmpuint (fake_kernel_count_solicited (fixture->service.kernel), ==, 2);
  g_assert_cmpint (status->pref64.expiry - clat_clock_now (), <, 6 * G_USEC_PER_SEC);

  /* An advertisement of another router does not confirm the prefix: solicitations go on.
   */
  fake_kernel_advertise_nothing (fixture->service.kernel, "fe80::2");
  WAIT_UNTIL (fake_kernel_count_solicited (fixture->service.kernel) > 2);

  advertise (fixture, PREFIX, 1800);
  g_assert_cmpint (status->pref64.expiry - clat_clock_now (), >, 1000 * G_USEC_PER_SEC);
  g_assert_cmpuint (fake_kernel_count_stale_marks (fixture->service.kernel), ==,
                    stale_marks + 1);
}

/* Once the prefix is confirmed on a link that may be another network's, an address that
 * its router does not announce is known to be left over. */
static void
test_only_announced_addresses_after_a_confirmed_carrier (Fixture *fixture,
                                                         gconstpointer data)
{
  ClatHostLink link = fake_kernel_get_link (fixture->service.kernel);

  advertise (fixture, PREFIX, 1800);
  g_assert_cmpuint (get_wanted (fixture)->n_announced, ==, 1);
  g_assert_false (get_wanted (fixture)->only_announced);

  link.carriers++;
  fake_kernel_set_link (fixture->service.kernel, TRUE, &link);
  settle ();
  g_assert_false (get_wanted (fixture)->only_announced);

  advertise (fixture, PREFIX, 1800);
  g_assert_cmpuint (get_wanted (fixture)->n_announced, ==, 1);
  g_assert_true (get_wanted (fixture)->only_announced);
}

/* The next connection of the interface uses the same name and must find nothing. */
static void
test_disconnection_is_immediate (Fixture *fixture, gconstpointer data)
{
  ClatProfile *profile = make_profile ();

  advertise (fixture, PREFIX, 1800);
  profile->is_connected = FALSE;
  clat_connection_set_profile (fixture->connection, profile);
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 0);
}

static void
test_refresh_queries_and_retries_at_once (Fixture *fixture, gconstpointer data)
{
  fake_kernel_fail (fixture->service.kernel, CLAT_ERROR_KERNEL, 1);
  g_test_expect_message ("clat-nm", G_LOG_LEVEL_MESSAGE, "*preparing*");
  g_test_expect_message ("clat-nm", G_LOG_LEVEL_WARNING, "*refused*");
  advertise (fixture, PREFIX, 1800);
  g_test_assert_expected_messages ();

  clat_connection_refresh (fixture->connection);
  settle ();
  assert_state (fixture, CLAT_STATE_ACTIVE, CLAT_REASON_NONE);
  g_assert_cmpuint (fake_kernel_count_solicited (fixture->service.kernel), ==, 2);
}

/* A resume from suspend while a connection goes down must not bring it back. */
static void
test_refresh_keeps_a_withdrawn_translator_away (Fixture *fixture, gconstpointer data)
{
  advertise (fixture, PREFIX, 1800);
  clat_connection_withdraw (fixture->connection);
  clat_connection_refresh (fixture->connection);
  settle ();
  g_assert_cmpuint (fake_kernel_count (fixture->service.kernel), ==, 0);
}

static void
test_unchanged_status_is_not_signalled (Fixture *fixture, gconstpointer data)
{
  ClatHostLink link = fake_kernel_get_link (fixture->service.kernel);
  guint n_changes;

  advertise (fixture, PREFIX, 1800);
  n_changes = fixture->n_changes;
  fake_kernel_set_link (fixture->service.kernel, TRUE, &link);
  clat_connection_set_profile (fixture->connection, make_profile ());
  settle ();
  g_assert_cmpuint (fixture->n_changes, ==, n_changes);
}

static ClatActual
make_left_behind (const char *ipv4)
{
  ClatActual actual = {
      .has_namespace = TRUE,
      .uplink = CLAT_UPLINK_IPVLAN,
      .has_veth = TRUE,
      .has_datapath = TRUE,
      .datapath.translation.n_pairs = 1,
      .n_ipv4s = 1,
      .n_routes = 1,
      .own_table = 46400009,
  };

  actual.datapath.translation.pairs[0].ipv4.s_addr = inet_addr (ipv4);
  actual.ipv4s[0].address.s_addr = inet_addr (ipv4);
  g_assert_true (
      clat_prefix_parse (PREFIX, &actual.datapath.translation.pairs[0].prefix, NULL));
  return actual;
}

static void
test_takes_over_from_a_previous_instance (Fixture *fixture, gconstpointer data)
{
  ClatActual actual = make_left_behind ("192.0.0.0");

  fake_kernel_leave_behind (fixture->service.kernel, &actual);
  g_object_unref (fixture->connection);
  g_test_expect_message ("clat-nm", G_LOG_LEVEL_MESSAGE, "*previous instance*");
  fixture->connection = clat_connection_new (&fixture->service.common, make_profile ());
  assert_state (fixture, CLAT_STATE_ACTIVE, CLAT_REASON_NONE);
  g_test_assert_expected_messages ();
  g_assert_cmpstr (clat_connection_get_status (fixture->connection)->ipv4, ==,
                   "192.0.0.0");
}

/* A pass without a change writes nothing. */
static void
test_prefixes_are_stored_on_change (Fixture *fixture, gconstpointer data)
{
  FakeKernel *kernel = fixture->service.kernel;
  ClatHostLink link = fake_kernel_get_link (kernel);
  guint n_applied, n_stored;

  advertise (fixture, PREFIX, 1800);
  n_applied = fake_kernel_count_applied (kernel);
  n_stored = fake_kernel_count_stored (kernel);
  g_assert_cmpuint (n_stored, >, 0);

  fake_kernel_set_link (kernel, TRUE, &link);
  settle ();
  g_assert_cmpuint (fake_kernel_count_applied (kernel), >, n_applied);
  g_assert_cmpuint (fake_kernel_count_stored (kernel), ==, n_stored);

  advertise (fixture, PREFIX, 3600);
  fake_kernel_set_link (kernel, TRUE, &link);
  settle ();
  g_assert_cmpuint (fake_kernel_count_stored (kernel), ==, n_stored + 1);

  fake_kernel_replace_programs (kernel);
  settle ();
  g_assert_cmpuint (fake_kernel_count_stored (kernel), ==, n_stored + 2);
}

/* Without a route the translator did not work: it is only removed. */
static void
test_remains_are_removed (Fixture *fixture, gconstpointer data)
{
  ClatActual actual = make_left_behind ("192.0.0.0");
  guint n_applied = fake_kernel_count_applied (fixture->service.kernel);

  actual.n_routes = 0;
  fake_kernel_leave_behind (fixture->service.kernel, &actual);
  g_object_unref (fixture->connection);
  fixture->connection = clat_connection_new (&fixture->service.common, make_profile ());
  assert_state (fixture, CLAT_STATE_SEARCHING, CLAT_REASON_NO_NAT64);
  g_assert_cmpuint (fake_kernel_count_applied (fixture->service.kernel), ==,
                    n_applied + 1);
}

/* CL-D10: the same each time for one network, different for another. */
static void
test_identifier_is_of_the_network (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ClatSecret) again = clat_secret_load (fixture->service.directory, NULL);
  guint8 first[CLAT_IDENTIFIER_LENGTH], second[CLAT_IDENTIFIER_LENGTH];
  guint8 other[CLAT_IDENTIFIER_LENGTH];

  clat_secret_derive (fixture->service.secret, "a", first);
  clat_secret_derive (again, "a", second);
  clat_secret_derive (again, "b", other);
  g_assert_cmpmem (first, sizeof first, second, sizeof second);
  g_assert_cmpint (memcmp (first, other, sizeof first), !=, 0);
}

#define ADD(name, function)                                                              \
  g_test_add ("/connection/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("solicits-routers-at-start", test_solicits_routers_at_start);
  ADD ("prefix-makes-it-active", test_prefix_makes_it_active);
  ADD ("connectivity-is-checked", test_connectivity_is_checked_once_active);
  ADD ("prefix-of-another-link-is-ignored", test_prefix_of_another_link_is_ignored);
  ADD ("withdrawn-prefix-removes-the-translator",
       test_withdrawn_prefix_removes_the_translator);
  ADD ("exchanged-prefix-keeps-the-old-pair", test_exchanged_prefix_keeps_the_old_pair);
  ADD ("unreachable-nat64-worsens-the-metric", test_unreachable_nat64_worsens_the_metric);
  ADD ("returning-carrier-clears-the-verdict-on-the-nat64",
       test_returning_carrier_clears_the_verdict_on_the_nat64);
  ADD ("native-ipv4", test_native_ipv4);
  ADD ("drain-beside-native-ipv4", test_drain_beside_native_ipv4);
  ADD ("guests-drain", test_guests_drain);
  ADD ("vpn-ends-the-drain", test_vpn_ends_the_drain);
  ADD ("no-drain", test_no_drain);
  ADD ("renumbering-keeps-the-old-pair", test_renumbering_keeps_the_old_pair);
  ADD ("abrupt-renumbering-keeps-the-ipv4-address",
       test_abrupt_renumbering_keeps_the_ipv4_address);
  ADD ("prepares-without-a-prefix", test_prepares_without_a_prefix);
  ADD ("never-default", test_never_default);
  ADD ("address-of-a-routed-prefix", test_address_of_a_routed_prefix);
  ADD ("profile-beats-the-configured-mode", test_profile_beats_the_configured_mode);
  ADD ("own-clat-of-networkmanager-is-shown", test_own_clat_of_networkmanager_is_shown);
  ADD ("configured-prefix-overrides-discovery",
       test_configured_prefix_overrides_discovery);
  ADD ("router-of-the-prefix-is-wanted", test_router_of_the_prefix_is_wanted);
  ADD ("metric-stays-while-unknown", test_metric_stays_while_unknown);
  ADD ("metric-of-the-profile-is-followed", test_metric_of_the_profile_is_followed);
  ADD ("failure-is-reported-and-retried", test_failure_is_reported_and_retried);
  ADD ("retry-pauses-are-kept", test_retry_pauses_are_kept);
  ADD ("waits-for-an-address", test_waits_for_an_address);
  ADD ("address-without-slaac", test_address_without_slaac);
  ADD ("address-without-routers", test_address_without_routers);
  ADD ("interface-vanishes", test_interface_vanishes);
  ADD ("renamed-interface-leaves-nothing-behind",
       test_renamed_interface_leaves_nothing_behind);
  ADD ("addresses-in-use-are-skipped", test_addresses_in_use_are_skipped);
  ADD ("withdraw-and-resume", test_withdraw_and_resume);
  ADD ("disconnection-is-immediate", test_disconnection_is_immediate);
  ADD ("returning-carrier-marks-stale", test_returning_carrier_marks_stale);
  ADD ("only-announced-addresses-after-a-confirmed-carrier",
       test_only_announced_addresses_after_a_confirmed_carrier);
  ADD ("refresh-queries-and-retries-at-once", test_refresh_queries_and_retries_at_once);
  ADD ("refresh-keeps-a-withdrawn-translator-away",
       test_refresh_keeps_a_withdrawn_translator_away);
  ADD ("unchanged-status-is-not-signalled", test_unchanged_status_is_not_signalled);
  ADD ("takes-over-from-a-previous-instance", test_takes_over_from_a_previous_instance);
  ADD ("prefixes-are-stored-on-change", test_prefixes_are_stored_on_change);
  ADD ("remains-are-removed", test_remains_are_removed);
  ADD ("identifier-is-of-the-network", test_identifier_is_of_the_network);
  return g_test_run ();
}
