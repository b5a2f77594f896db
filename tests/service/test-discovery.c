/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of a network's NAT64 when it may have become another network: with
 * advertisements of a fake kernel and a real DNS query to a server of the test. */
#include "clat-discovery.h"

#include <arpa/inet.h>

#include "clat-clock.h"
#include "fake-dns-server.h"
#include "service-fixture.h"

typedef struct
{
  ServiceFixture service;
  FakeDnsServer server;
  ClatProfile *profile;
  ClatDiscovery *discovery;
} Fixture;

static gboolean
on_event (gpointer data)
{
  return G_SOURCE_REMOVE;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  service_fixture_set_up (&fixture->service);
  fixture->server = (FakeDnsServer){.prefix = "64:ff9b::", .ttl = 3600};
  fake_dns_server_start (&fixture->server);

  /* The query goes out at once. */
  fixture->service.config->dns_first = TRUE;
  fixture->service.config->discovers_by_dns = TRUE;
  fixture->profile = make_profile ();
  g_strfreev (fixture->profile->nameservers);
  fixture->profile->nameservers = g_strsplit (FAKE_DNS_ADDRESS, " ", 0);

  fixture->profile->ifindex = FAKE_DNS_IFINDEX;
  fixture->discovery = clat_discovery_new (CLAT_KERNEL (fixture->service.kernel),
                                           fixture->service.config, on_event, NULL);
  clat_discovery_set_profile (fixture->discovery, fixture->profile);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  clat_discovery_free (fixture->discovery);
  clat_profile_free (fixture->profile);
  fake_dns_server_stop (&fixture->server);
  service_fixture_tear_down (&fixture->service);
}

static const ClatPref64 *
get_best (Fixture *fixture)
{
  return clat_pref64_table_get_best (clat_discovery_get_table (fixture->discovery));
}

static void
query (Fixture *fixture)
{
  clat_discovery_follow_dns (fixture->discovery, TRUE);
}

static void
advertise (Fixture *fixture)
{
  ClatAdvertisement advertisement = {
      .ifindex = FAKE_DNS_IFINDEX,
      .ra = {.lifetime = 1800, .pref64s = {{.lifetime = 1800}}, .n_pref64s = 1},
  };

  clat_prefix_parse ("2001:db8:64::/96", &advertisement.ra.pref64s[0].prefix, NULL);
  inet_pton (AF_INET6, "fe80::1", &advertisement.router);
  clat_discovery_receive (fixture->discovery, &advertisement);
}

/* Longer than an answer of the server takes. */
static void
wait_for_no_query (Fixture *fixture)
{
  gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC / 5;
  guint n_queries = fixture->server.n_queries;

  while (g_get_monotonic_time () < end)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  g_assert_cmpuint (fixture->server.n_queries, ==, n_queries);
}

static void
test_dns_names_the_prefix (Fixture *fixture, gconstpointer data)
{
  query (fixture);
  WAIT_UNTIL (get_best (fixture) != NULL);
  g_assert_cmpint (get_best (fixture)->source, ==, CLAT_PREF64_SOURCE_DNS);
  g_assert_cmpuint (get_best (fixture)->prefix.length, ==, 96);

  /* The answer holds for its TTL. */
  query (fixture);
  wait_for_no_query (fixture);
}

/* The link may have no address yet: no other server is asked because of that. */
static void
test_query_that_cannot_be_sent_is_repeated (Fixture *fixture, gconstpointer data)
{
  g_strfreev (fixture->profile->nameservers);
  fixture->profile->nameservers = g_strsplit ("2001:db8::53 " FAKE_DNS_ADDRESS, " ", 0);
  clat_discovery_set_profile (fixture->discovery, fixture->profile);
  query (fixture);
  wait_for_no_query (fixture);
}

/* After NotifyUp, a resume or a new carrier the network may be another one. */
static void
test_refresh_forgets_a_negative_answer (Fixture *fixture, gconstpointer data)
{
  fixture->server.prefix = NULL;
  query (fixture);
  WAIT_UNTIL (clat_discovery_get_dns_status (fixture->discovery) == CLAT_DNS_STATUS_NONE);
  query (fixture);
  wait_for_no_query (fixture);

  fixture->server.prefix = "64:ff9b::";
  clat_discovery_refresh (fixture->discovery);
  query (fixture);
  WAIT_UNTIL (get_best (fixture) != NULL);
  g_assert_cmpuint (fixture->server.n_queries, ==, 2);
}

static void
test_returning_carrier_queries_dns_again (Fixture *fixture, gconstpointer data)
{
  gint64 now;

  query (fixture);
  WAIT_UNTIL (get_best (fixture) != NULL);

  now = clat_clock_now ();
  clat_discovery_mark_stale (fixture->discovery, now);
  g_assert_cmpint (get_best (fixture)->expiry, ==,
                   now + CLAT_DISCOVERY_STALE_SECONDS * G_USEC_PER_SEC);
  query (fixture);
  WAIT_UNTIL (get_best (fixture) != NULL
              && get_best (fixture)->expiry > now + 60 * G_USEC_PER_SEC);
  g_assert_cmpuint (fixture->server.n_queries, ==, 2);
}

static void
test_advertised_prefix_ends_dns_queries (Fixture *fixture, gconstpointer data)
{
  fixture->service.config->dns_first = FALSE;
  clat_discovery_free (fixture->discovery);
  fixture->discovery = clat_discovery_new (CLAT_KERNEL (fixture->service.kernel),
                                           fixture->service.config, on_event, NULL);
  clat_discovery_set_profile (fixture->discovery, fixture->profile);

  advertise (fixture);
  query (fixture);
  g_assert_cmpint (get_best (fixture)->source, ==, CLAT_PREF64_SOURCE_RA);
  wait_for_no_query (fixture);
}

/* Only between an advertisement that confirms the prefix and the end of the stale period
 * are addresses of other prefixes known to be left from another network. */
static void
test_confirmed_prefix_is_renewed_for_the_stale_period (Fixture *fixture,
                                                       gconstpointer data)
{
  gint64 now = clat_clock_now ();
  gint64 end = now + CLAT_DISCOVERY_STALE_SECONDS * G_USEC_PER_SEC;

  fixture->service.config->dns_first = FALSE;
  advertise (fixture);
  g_assert_false (clat_discovery_is_renewed (fixture->discovery, now));

  clat_discovery_mark_stale (fixture->discovery, now);
  g_assert_false (clat_discovery_is_renewed (fixture->discovery, now));

  advertise (fixture);
  g_assert_true (clat_discovery_is_renewed (fixture->discovery, now));
  g_assert_true (clat_discovery_is_renewed (fixture->discovery, end - 1));
  g_assert_false (clat_discovery_is_renewed (fixture->discovery, end));
}

static void
announce_resolver (Fixture *fixture, const char *address, guint32 lifetime)
{
  ClatAdvertisement advertisement = {
      .ifindex = FAKE_DNS_IFINDEX,
      .ra = {.lifetime = 1800, .resolvers = {{.lifetime = lifetime}}, .n_resolvers = 1},
  };

  inet_pton (AF_INET6, address, &advertisement.ra.resolvers[0].address);
  inet_pton (AF_INET6, "fe80::1", &advertisement.router);
  clat_discovery_receive (fixture->discovery, &advertisement);
}

/* RFC 8880, 7.1: nothing listens at ::1, and the profile's server is not queried. */
static void
test_resolvers_of_the_network_come_first (Fixture *fixture, gconstpointer data)
{
  announce_resolver (fixture, "::1", 1800);
  query (fixture);
  wait_for_no_query (fixture);

  announce_resolver (fixture, "::1", 0);
  query (fixture);
  WAIT_UNTIL (get_best (fixture) != NULL);
}

/* The one of DHCPv6 is the server of the test, the one of the profile is none. */
static void
test_resolvers_of_dhcpv6_come_first (Fixture *fixture, gconstpointer data)
{
  g_strfreev (fixture->profile->network_nameservers);
  fixture->profile->network_nameservers = fixture->profile->nameservers;
  fixture->profile->nameservers = g_strsplit ("::1", " ", 0);
  query (fixture);
  WAIT_UNTIL (get_best (fixture) != NULL);
}

static void
test_prefix_of_dns_is_never_renewed (Fixture *fixture, gconstpointer data)
{
  gint64 now = clat_clock_now ();

  clat_discovery_mark_stale (fixture->discovery, now);
  query (fixture);
  WAIT_UNTIL (get_best (fixture) != NULL);
  g_assert_false (clat_discovery_is_renewed (fixture->discovery, now));
}

static void
test_failing_server_leaves_the_prefix (Fixture *fixture, gconstpointer data)
{
  gint64 expiry;

  query (fixture);
  WAIT_UNTIL (get_best (fixture) != NULL);
  expiry = get_best (fixture)->expiry;

  /* No server listens there any more. */
  fake_dns_server_stop (&fixture->server);
  clat_discovery_refresh (fixture->discovery);
  query (fixture);
  WAIT_UNTIL (clat_discovery_get_dns_status (fixture->discovery)
              == CLAT_DNS_STATUS_SILENT);
  g_assert_cmpint (get_best (fixture)->expiry, >, expiry);
  fake_dns_server_start (&fixture->server);
}

/* The pair that a previous instance has left, and its record. */
static ClatPairs
leave_pair (Fixture *fixture, ClatPref64Record *record)
{
  ClatPairs pairs = {.count = 1};

  query (fixture);
  WAIT_UNTIL (get_best (fixture) != NULL);
  pairs.pairs[0].prefix = get_best (fixture)->prefix;
  *record = clat_discovery_make_record (fixture->discovery, &pairs);

  clat_discovery_free (fixture->discovery);
  fixture->discovery = clat_discovery_new (CLAT_KERNEL (fixture->service.kernel),
                                           fixture->service.config, on_event, NULL);
  clat_discovery_set_profile (fixture->discovery, fixture->profile);
  return pairs;
}

static void
test_adopted_prefix_of_dns_outlives_silence (Fixture *fixture, gconstpointer data)
{
  gint64 now = clat_clock_now (), hour = 3600 * (gint64)G_USEC_PER_SEC;
  ClatPref64Record record;
  ClatPairs pairs = leave_pair (fixture, &record);

  g_assert_cmpstr (record.dns_server, ==, FAKE_DNS_ADDRESS);
  fake_dns_server_stop (&fixture->server);
  clat_discovery_adopt (fixture->discovery, &pairs, &record, now);
  g_assert_cmpint (get_best (fixture)->source, ==, CLAT_PREF64_SOURCE_DNS);
  g_assert_cmpint (get_best (fixture)->expiry, ==, record.pref64s[0].expiry + hour);

  query (fixture);
  WAIT_UNTIL (clat_discovery_get_dns_status (fixture->discovery)
              == CLAT_DNS_STATUS_SILENT);
  g_assert_cmpint (get_best (fixture)->expiry, ==, record.pref64s[0].expiry + hour);
  fake_dns_server_start (&fixture->server);
}

static void
test_adopted_prefix_of_dns_is_confirmed (Fixture *fixture, gconstpointer data)
{
  ClatPref64Record record;
  ClatPairs pairs = leave_pair (fixture, &record);

  clat_discovery_adopt (fixture->discovery, &pairs, &record, clat_clock_now ());
  query (fixture);
  WAIT_UNTIL (get_best (fixture)->expiry
              < record.pref64s[0].expiry + 60 * G_USEC_PER_SEC);
  g_assert_cmpint (get_best (fixture)->source, ==, CLAT_PREF64_SOURCE_DNS);
}

/* No record, or one whose prefix has ended: the network has to name it soon. */
static void
test_adopted_prefix_without_a_record (Fixture *fixture, gconstpointer data)
{
  gint64 now = clat_clock_now ();
  ClatPref64Record record;
  ClatPairs pairs = leave_pair (fixture, &record);

  record.pref64s[0].expiry = now - 3600 * (gint64)G_USEC_PER_SEC - 1;
  clat_discovery_adopt (fixture->discovery, &pairs, &record, now);
  g_assert_cmpint (get_best (fixture)->expiry, ==,
                   now + CLAT_DISCOVERY_STALE_SECONDS * G_USEC_PER_SEC);
  g_assert_cmpint (get_best (fixture)->source, ==, CLAT_PREF64_SOURCE_RA);
}

/* What was announced before the carrier returned must not live on by a restart. */
static void
test_stale_prefix_of_dns_is_not_recorded (Fixture *fixture, gconstpointer data)
{
  ClatPairs pairs = {.count = 1};

  query (fixture);
  WAIT_UNTIL (get_best (fixture) != NULL);
  pairs.pairs[0].prefix = get_best (fixture)->prefix;
  clat_discovery_mark_stale (fixture->discovery, clat_clock_now ());
  g_assert_cmpint (
      clat_discovery_make_record (fixture->discovery, &pairs).pref64s[0].source, ==,
      CLAT_PREF64_SOURCE_NONE);
}

/* An old pair ends when its prefix would have. */
static void
test_adopted_old_pair_keeps_its_expiry (Fixture *fixture, gconstpointer data)
{
  gint64 now = clat_clock_now (), end = now + 60 * G_USEC_PER_SEC;
  ClatPairs pairs = {.count = 2};
  ClatPref64Record record = {0};
  const ClatPrefix *old = &pairs.pairs[1].prefix;

  clat_prefix_parse ("64:ff9b::/96", &pairs.pairs[0].prefix, NULL);
  clat_prefix_parse ("2001:db8:64::/96", &pairs.pairs[1].prefix, NULL);
  record.pref64s[1] = (ClatPref64){*old, CLAT_PREF64_SOURCE_DNS, in6addr_any, end};

  clat_discovery_adopt (fixture->discovery, &pairs, &record, now);
  clat_discovery_expire (fixture->discovery, end - 1);
  g_assert_true (
      clat_pref64_table_has (clat_discovery_get_table (fixture->discovery), old));
  clat_discovery_expire (fixture->discovery, end);
  g_assert_false (
      clat_pref64_table_has (clat_discovery_get_table (fixture->discovery), old));
}

/* Beyond a captive portal. */
static void
test_full_connectivity_queries_dns_again (Fixture *fixture, gconstpointer data)
{
  ClatProfile *profile = make_profile (), *online = make_profile ();
  g_autoptr (ClatConnection) connection = NULL;
  gint64 start;

  fixture->server.prefix = NULL;
  for (guint i = 0; i < 2; i++)
    {
      ClatProfile *made = i == 0 ? profile : online;

      g_strfreev (made->nameservers);
      made->nameservers = g_strsplit (FAKE_DNS_ADDRESS, " ", 0);
      made->ifindex = FAKE_DNS_IFINDEX;
    }
  connection = clat_connection_new (&fixture->service.common, profile);
  WAIT_UNTIL (fixture->server.n_queries == 2);
  settle ();

  /* Otherwise the third one would be sent four seconds after the second one. */
  start = g_get_monotonic_time ();
  online->is_online = TRUE;
  clat_connection_set_profile (connection, online);
  WAIT_UNTIL (fixture->server.n_queries == 3);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 3 * G_USEC_PER_SEC);
}

#define ADD(name, function)                                                              \
  g_test_add ("/discovery/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!fake_dns_enter_namespace ())
    {
      g_print ("1..0 # SKIP a network namespace needs CAP_SYS_ADMIN\n");
      return 0;
    }

  ADD ("dns-names-the-prefix", test_dns_names_the_prefix);
  ADD ("query-that-cannot-be-sent-is-repeated",
       test_query_that_cannot_be_sent_is_repeated);
  ADD ("refresh-forgets-a-negative-answer", test_refresh_forgets_a_negative_answer);
  ADD ("returning-carrier-queries-dns-again", test_returning_carrier_queries_dns_again);
  ADD ("advertised-prefix-ends-dns-queries", test_advertised_prefix_ends_dns_queries);
  ADD ("confirmed-prefix-is-renewed-for-the-stale-period",
       test_confirmed_prefix_is_renewed_for_the_stale_period);
  ADD ("resolvers-of-the-network-come-first", test_resolvers_of_the_network_come_first);
  ADD ("resolvers-of-dhcpv6-come-first", test_resolvers_of_dhcpv6_come_first);
  ADD ("prefix-of-dns-is-never-renewed", test_prefix_of_dns_is_never_renewed);
  ADD ("failing-server-leaves-the-prefix", test_failing_server_leaves_the_prefix);
  ADD ("adopted-prefix-of-dns-outlives-silence",
       test_adopted_prefix_of_dns_outlives_silence);
  ADD ("adopted-prefix-of-dns-is-confirmed", test_adopted_prefix_of_dns_is_confirmed);
  ADD ("adopted-prefix-without-a-record", test_adopted_prefix_without_a_record);
  ADD ("stale-prefix-of-dns-is-not-recorded", test_stale_prefix_of_dns_is_not_recorded);
  ADD ("adopted-old-pair-keeps-its-expiry", test_adopted_old_pair_keeps_its_expiry);
  ADD ("full-connectivity-queries-dns-again", test_full_connectivity_queries_dns_again);
  return g_test_run ();
}
