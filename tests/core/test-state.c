/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the situation of a connection to its state. */
#include "clat-state.h"

#include <arpa/inet.h>
#include <string.h>

#include "clat-error.h"

static ClatPref64 some_pref64 = {.source = CLAT_PREF64_SOURCE_RA};

/* A connection with a working translator. */
static ClatSituation
make_active (void)
{
  return (ClatSituation){
      .mode = CLAT_MODE_AUTO,
      .is_connected = TRUE,
      .is_supported = TRUE,
      .pref64 = &some_pref64,
      .has_ipv4_to_give = TRUE,
      .addressing = CLAT_ADDRESSING_READY,
      .is_complete = TRUE,
  };
}

static void
assert_judged (const ClatSituation *situation, ClatState state, ClatReason reason,
               gboolean wants)
{
  ClatVerdict verdict = clat_situation_judge (situation);
  g_autofree char *text = clat_situation_explain (situation);

  g_assert_cmpstr (clat_state_to_string (verdict.state), ==,
                   clat_state_to_string (state));
  g_assert_cmpstr (clat_reason_to_string (verdict.reason), ==,
                   clat_reason_to_string (reason));
  g_assert_cmpint (clat_situation_goal (situation) == CLAT_GOAL_TRANSLATOR, ==, wants);
  g_assert_true (g_str_has_suffix (text, "."));
}

static void
test_active (void)
{
  ClatSituation situation = make_active ();
  g_autofree char *text = clat_situation_explain (&situation);

  assert_judged (&situation, CLAT_STATE_ACTIVE, CLAT_REASON_NONE, TRUE);
  g_assert_nonnull (strstr (text, "64:ff9b::/96"));
}

static void
test_each_lack (void)
{
  ClatSituation situation = make_active ();

  situation.mode = CLAT_MODE_NO;
  assert_judged (&situation, CLAT_STATE_DISABLED, CLAT_REASON_MODE_NO, FALSE);

  situation = make_active ();
  situation.is_supported = FALSE;
  assert_judged (&situation, CLAT_STATE_UNSUPPORTED, CLAT_REASON_LINK_UNSUPPORTED, FALSE);

  situation = make_active ();
  situation.is_connected = FALSE;
  assert_judged (&situation, CLAT_STATE_SEARCHING, CLAT_REASON_NOT_CONNECTED, FALSE);

  situation = make_active ();
  situation.pref64 = NULL;
  assert_judged (&situation, CLAT_STATE_SEARCHING, CLAT_REASON_NO_NAT64, FALSE);

  situation = make_active ();
  situation.has_ipv4_to_give = FALSE;
  assert_judged (&situation, CLAT_STATE_FAILED, CLAT_REASON_NO_IPV4_ADDRESS_LEFT, FALSE);

  situation = make_active ();
  situation.is_complete = FALSE;
  assert_judged (&situation, CLAT_STATE_PREPARING, CLAT_REASON_NONE, TRUE);
}

/* A link that is down for a moment, or a translator that has failed, may carry the same
 * connections again. */
static void
test_ends_connections (void)
{
  ClatSituation situation = make_active ();

  g_assert_true (clat_situation_ends_connections (&situation));
  situation.is_connected = FALSE;
  g_assert_false (clat_situation_ends_connections (&situation));
  situation.mode = CLAT_MODE_NO;
  g_assert_true (clat_situation_ends_connections (&situation));

  situation = make_active ();
  situation.pref64 = NULL;
  g_assert_true (clat_situation_ends_connections (&situation));

  situation = make_active ();
  situation.has_native_ipv4 = TRUE;
  g_assert_true (clat_situation_ends_connections (&situation));
  situation.is_connected = FALSE;
  g_assert_false (clat_situation_ends_connections (&situation));

  situation = make_active ();
  situation.has_ipv4_to_give = FALSE;
  g_assert_false (clat_situation_ends_connections (&situation));
}

static void
test_waiting_becomes_failure (void)
{
  static const struct
  {
    ClatAddressing addressing;
    ClatReason reason;
  } cases[] = {
      {CLAT_ADDRESSING_NONE, CLAT_REASON_NO_ADDRESS_FOR_CLAT},
      {CLAT_ADDRESSING_DUPLICATE, CLAT_REASON_DUPLICATE_ADDRESS},
      {CLAT_ADDRESSING_NO_ROUTE, CLAT_REASON_NO_ROUTE_TO_NAT64},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ClatSituation situation = make_active ();

      situation.is_complete = FALSE;
      situation.addressing = cases[i].addressing;
      assert_judged (&situation, CLAT_STATE_PREPARING, CLAT_REASON_WAITING_FOR_ADDRESS,
                     TRUE);
      situation.is_overdue = TRUE;
      assert_judged (&situation, CLAT_STATE_FAILED, cases[i].reason, TRUE);
    }
}

static void
test_names_the_cause_of_no_prefix (void)
{
  static const struct
  {
    gboolean has_router;
    ClatDnsStatus dns;
    const char *text;
  } rows[] = {
      {TRUE, CLAT_DNS_STATUS_UNKNOWN, "The network has not announced a NAT64 prefix."},
      {TRUE, CLAT_DNS_STATUS_NONE, "neither its routers nor its DNS servers"},
      {TRUE, CLAT_DNS_STATUS_SILENT, "NAT64 prefix, and DNS does not answer."},
      {TRUE, CLAT_DNS_STATUS_PARTIAL, "some DNS servers do not answer"},
      {FALSE, CLAT_DNS_STATUS_UNKNOWN,
       "No router has sent an advertisement on this link."},
      {FALSE, CLAT_DNS_STATUS_NONE, "this link, and the DNS servers name none."},
      {FALSE, CLAT_DNS_STATUS_SILENT, "this link, and DNS does not answer."},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      ClatSituation situation = make_active ();
      g_autofree char *text = NULL;

      situation.pref64 = NULL;
      situation.has_router = rows[i].has_router;
      situation.dns = rows[i].dns;
      assert_judged (&situation, CLAT_STATE_SEARCHING, CLAT_REASON_NO_NAT64, FALSE);
      text = clat_situation_explain (&situation);
      g_assert_nonnull (strstr (text, rows[i].text));
    }
}

static void
test_ipv6_mostly_without_nat64 (void)
{
  ClatSituation situation = make_active ();
  g_autofree char *text = NULL;

  situation.pref64 = NULL;
  situation.lacks_both = TRUE;
  text = clat_situation_explain (&situation);
  g_assert_nonnull (strstr (text, "option 108"));
  g_assert_nonnull (strstr (text, "names no NAT64"));
}

static void
test_names_dns_that_does_not_answer (void)
{
  ClatPref64 of_dns = some_pref64;
  ClatSituation situation = make_active ();
  g_autofree char *of_router = NULL;
  g_autofree char *text = NULL;

  situation.dns = CLAT_DNS_STATUS_SILENT;
  of_router = clat_situation_explain (&situation);
  g_assert_null (strstr (of_router, "DNS"));

  of_dns.source = CLAT_PREF64_SOURCE_DNS;
  situation.pref64 = &of_dns;
  assert_judged (&situation, CLAT_STATE_ACTIVE, CLAT_REASON_NONE, TRUE);
  text = clat_situation_explain (&situation);
  g_assert_nonnull (strstr (text, "the DNS server that named it does not answer"));
}

static void
test_names_a_missing_router (void)
{
  ClatSituation situation = make_active ();
  g_autofree char *waiting = NULL;
  g_autofree char *overdue = NULL;

  situation.is_complete = FALSE;
  situation.addressing = CLAT_ADDRESSING_NO_ROUTE;
  situation.lacks_router = TRUE;
  waiting = clat_situation_explain (&situation);
  g_assert_nonnull (strstr (waiting, "Waiting for a router"));
  situation.is_overdue = TRUE;
  overdue = clat_situation_explain (&situation);
  g_assert_nonnull (strstr (overdue, "no router on this link"));
}

static void
test_unsupported_link_names_supported_ones (void)
{
  ClatSituation situation = make_active ();
  g_autofree char *text = NULL;

  situation.is_supported = FALSE;
  text = clat_situation_explain (&situation);
  g_assert_cmpstr (clat_reason_to_string (clat_situation_judge (&situation).reason), ==,
                   "link-unsupported");
  g_assert_nonnull (strstr (text, "Ethernet, Wi-Fi, modem, PPP, WireGuard and tun"));
}

/* CL-B1, CL-B3 */
static void
test_native_ipv4 (void)
{
  ClatSituation situation = make_active ();

  situation.has_native_ipv4 = TRUE;
  assert_judged (&situation, CLAT_STATE_NATIVE, CLAT_REASON_NATIVE_IPV4, FALSE);
  situation.mode = CLAT_MODE_YES;
  assert_judged (&situation, CLAT_STATE_NATIVE, CLAT_REASON_NATIVE_IPV4, FALSE);
  situation.mode = CLAT_MODE_FORCE;
  assert_judged (&situation, CLAT_STATE_ACTIVE, CLAT_REASON_NONE, TRUE);
  situation.is_delegated = TRUE;
  assert_judged (&situation, CLAT_STATE_DELEGATED, CLAT_REASON_NETWORKMANAGER_CLAT,
                 FALSE);
}

static void
test_delegated_in_each_mode (void)
{
  ClatSituation situation = make_active ();

  situation.has_native_ipv4 = situation.is_delegated = TRUE;
  inet_pton (AF_INET, "192.0.0.5", &situation.delegated_ipv4);
  for (ClatMode mode = CLAT_MODE_AUTO; mode <= CLAT_MODE_FORCE; mode++)
    {
      g_autofree char *text = NULL;

      situation.mode = mode;
      assert_judged (&situation, CLAT_STATE_DELEGATED, CLAT_REASON_NETWORKMANAGER_CLAT,
                     FALSE);
      text = clat_situation_explain (&situation);
      g_assert_nonnull (strstr (text, "192.0.0.5"));
    }
}

static void
test_mode_of_ipv4_clat (void)
{
  ClatSituation situation = make_active ();
  g_autofree char *text = NULL;

  situation.mode = CLAT_MODE_NO;
  situation.is_ipv4_clat_no = TRUE;
  assert_judged (&situation, CLAT_STATE_DISABLED, CLAT_REASON_MODE_NO, FALSE);
  text = clat_situation_explain (&situation);
  g_assert_nonnull (strstr (text, "ipv4.clat=no"));
}

static void
test_other_clat (void)
{
  ClatSituation situation = make_active ();
  g_autofree char *named = NULL;
  g_autofree char *unnamed = NULL;

  situation.other_clat = "clat";
  assert_judged (&situation, CLAT_STATE_DELEGATED, CLAT_REASON_OTHER_CLAT, FALSE);
  named = clat_situation_explain (&situation);
  g_assert_nonnull (strstr (named, "clatd, on the interface clat)"));

  situation.other_clat = "nat64";
  situation.mode = CLAT_MODE_FORCE;
  assert_judged (&situation, CLAT_STATE_DELEGATED, CLAT_REASON_OTHER_CLAT, FALSE);
  unnamed = clat_situation_explain (&situation);
  g_assert_nonnull (strstr (unnamed, "unknown program, on the interface nat64)"));

  situation.has_native_ipv4 = TRUE;
  assert_judged (&situation, CLAT_STATE_ACTIVE, CLAT_REASON_NONE, TRUE);
  situation.mode = CLAT_MODE_AUTO;
  assert_judged (&situation, CLAT_STATE_NATIVE, CLAT_REASON_NATIVE_IPV4, FALSE);
}

static void
test_preparation (void)
{
  ClatSituation situation = make_active ();

  situation.pref64 = NULL;
  situation.is_settled = situation.has_router = TRUE;
  g_assert_cmpint (clat_situation_goal (&situation), ==, CLAT_GOAL_PREPARATION);

  /* DHCPv4 may still configure IPv4, or no router is there to announce a prefix. */
  situation.is_settled = FALSE;
  g_assert_cmpint (clat_situation_goal (&situation), ==, CLAT_GOAL_NOTHING);
  situation.is_settled = TRUE;
  situation.has_router = FALSE;
  g_assert_cmpint (clat_situation_goal (&situation), ==, CLAT_GOAL_NOTHING);
  situation.has_router = TRUE;
  situation.is_connected = FALSE;
  g_assert_cmpint (clat_situation_goal (&situation), ==, CLAT_GOAL_NOTHING);
}

/* CL-C4 */
static void
test_drain (void)
{
  ClatSituation situation = make_active ();

  situation.is_draining = TRUE;
  g_assert_cmpint (clat_situation_goal (&situation), ==, CLAT_GOAL_TRANSLATOR);
  situation.has_native_ipv4 = TRUE;
  g_assert_cmpint (clat_situation_goal (&situation), ==, CLAT_GOAL_DRAIN);
  situation.mode = CLAT_MODE_NO;
  g_assert_cmpint (clat_situation_goal (&situation), ==, CLAT_GOAL_NOTHING);
}

static void
test_limited (void)
{
  ClatSituation situation = make_active ();
  g_autofree char *text = NULL;

  situation.is_limited = TRUE;
  assert_judged (&situation, CLAT_STATE_ACTIVE, CLAT_REASON_NONE, TRUE);
  text = clat_situation_explain (&situation);
  g_assert_nonnull (strstr (text, "clat-xlat keeps ending"));
}

static void
test_nat64_that_does_not_answer (void)
{
  ClatSituation situation = make_active ();
  g_autofree char *text = NULL;

  situation.plat_fault = "None of 16 packets in 8 s was answered.";
  assert_judged (&situation, CLAT_STATE_ACTIVE, CLAT_REASON_NONE, TRUE);
  text = clat_situation_explain (&situation);
  g_assert_nonnull (strstr (text, "does not answer. None of 16 packets"));
}

static void
test_faults (void)
{
  static const struct
  {
    ClatError code;
    ClatReason reason;
  } cases[] = {
      {CLAT_ERROR_NO_PERMISSION, CLAT_REASON_NO_PERMISSION},
      {CLAT_ERROR_LACKS_FEATURE, CLAT_REASON_KERNEL_LACKS_FEATURE},
      {CLAT_ERROR_KERNEL, CLAT_REASON_KERNEL_ERROR},
      {CLAT_ERROR_GONE, CLAT_REASON_KERNEL_ERROR},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) fault =
          g_error_new_literal (CLAT_ERROR, cases[i].code, "make the uplink: it broke");
      ClatSituation situation = make_active ();
      g_autofree char *text = NULL;

      situation.fault = fault;
      situation.retry_pause = 8;
      assert_judged (&situation, CLAT_STATE_FAILED, cases[i].reason, TRUE);
      text = clat_situation_explain (&situation);
      g_assert_nonnull (strstr (text, "make the uplink: it broke"));
      g_assert_nonnull (strstr (text, "8 s"));
    }
}

static void
test_modes_parse (void)
{
  for (ClatMode mode = CLAT_MODE_AUTO; mode <= CLAT_MODE_FORCE; mode++)
    {
      ClatMode parsed = CLAT_MODE_AUTO;

      g_assert_true (clat_mode_parse (clat_mode_to_string (mode), &parsed, NULL));
      g_assert_cmpint (parsed, ==, mode);
    }
}

static void
test_invalid_modes (void)
{
  static const char *const texts[] = {"", "Auto", "true", "yes ", "1"};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      ClatMode mode;

      g_assert_false (clat_mode_parse (texts[i], &mode, &error));
      g_assert_error (error, CLAT_ERROR, CLAT_ERROR_INVALID);
    }
}

/* On an IPv6-mostly network it will be given up. */
static void
test_ipv6_mostly_lease (void)
{
  ClatSituation situation = {.is_supported = TRUE,
                             .is_connected = TRUE,
                             .has_native_ipv4 = TRUE,
                             .lease_end = 1796005939};
  ClatVerdict verdict = clat_situation_judge (&situation);
  g_autofree char *text = clat_situation_explain (&situation);

  g_assert_cmpint (verdict.state, ==, CLAT_STATE_NATIVE);
  g_assert_cmpstr (clat_reason_to_string (verdict.reason), ==, "ipv6-mostly-lease");
  g_assert_nonnull (strstr (text, "2026-11-30 02:32:19 UTC"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_true (clat_prefix_parse ("64:ff9b::/96", &some_pref64.prefix, NULL));
  g_test_add_func ("/state/active", test_active);
  g_test_add_func ("/state/each-lack", test_each_lack);
  g_test_add_func ("/state/waiting-becomes-failure", test_waiting_becomes_failure);
  g_test_add_func ("/state/ends-connections", test_ends_connections);
  g_test_add_func ("/state/names-the-cause-of-no-prefix",
                   test_names_the_cause_of_no_prefix);
  g_test_add_func ("/state/names-dns-that-does-not-answer",
                   test_names_dns_that_does_not_answer);
  g_test_add_func ("/state/names-a-missing-router", test_names_a_missing_router);
  g_test_add_func ("/state/unsupported-link-names-supported-ones",
                   test_unsupported_link_names_supported_ones);
  g_test_add_func ("/state/native-ipv4", test_native_ipv4);
  g_test_add_func ("/state/ipv6-mostly-lease", test_ipv6_mostly_lease);
  g_test_add_func ("/state/preparation", test_preparation);
  g_test_add_func ("/state/drain", test_drain);
  g_test_add_func ("/state/limited", test_limited);
  g_test_add_func ("/state/plat", test_nat64_that_does_not_answer);
  g_test_add_func ("/state/delegated", test_delegated_in_each_mode);
  g_test_add_func ("/state/mode-of-ipv4-clat", test_mode_of_ipv4_clat);
  g_test_add_func ("/state/other-clat", test_other_clat);
  g_test_add_func ("/state/faults", test_faults);
  g_test_add_func ("/state/modes-parse", test_modes_parse);
  g_test_add_func ("/state/invalid-modes", test_invalid_modes);
  g_test_add_func ("/state/ipv6-mostly-without-nat64", test_ipv6_mostly_without_nat64);
  return g_test_run ();
}
