/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sentences of the service that clatctl translates are those of core. No catalogue is
 * loaded: a sentence that is known stays as it is. */
#include <arpa/inet.h>

#include "check-feature-text.h"
#include "clat-error.h"
#include "clat-features.h"
#include "clat-plat-verdict.h"
#include "clat-state.h"
#include "cli-reason.h"
#include "cli-sentence.h"

static ClatPref64 of_router = {.source = CLAT_PREF64_SOURCE_RA};
static ClatPref64 of_dns = {.source = CLAT_PREF64_SOURCE_DNS};

/* A connection with a working translator. */
static ClatSituation
make_active (void)
{
  return (ClatSituation){
      .is_connected = TRUE,
      .is_supported = TRUE,
      .pref64 = &of_router,
      .has_ipv4_to_give = TRUE,
      .addressing = CLAT_ADDRESSING_READY,
      .is_complete = TRUE,
      .has_router = TRUE,
  };
}

static void
assert_known (const ClatSituation *situation, gboolean *has_reason)
{
  ClatReason reason = clat_situation_judge (situation).reason;
  g_autofree char *text = clat_situation_explain (situation);
  g_autofree char *shown = cli_reason_explain (clat_reason_to_string (reason), text);

  g_assert_cmpstr (shown, ==, text);
  has_reason[reason] = TRUE;
}

static void
check_active (gboolean *has_reason)
{
  ClatSituation situation = make_active ();

  assert_known (&situation, has_reason);
  situation.is_shared = TRUE;
  assert_known (&situation, has_reason);
  situation.pref64 = &of_dns;
  situation.dns = CLAT_DNS_STATUS_SILENT;
  assert_known (&situation, has_reason);
  situation.is_never_default = TRUE;
  assert_known (&situation, has_reason);
  situation.is_limited = TRUE;
  assert_known (&situation, has_reason);
  situation.plat_fault = "None of 16 packets in 8 s was answered.";
  assert_known (&situation, has_reason);
  situation.is_complete = FALSE;
  assert_known (&situation, has_reason);
}

static void
check_needless (gboolean *has_reason)
{
  ClatSituation situation = make_active ();

  situation.mode = CLAT_MODE_NO;
  assert_known (&situation, has_reason);
  situation.is_ipv4_clat_no = TRUE;
  assert_known (&situation, has_reason);

  situation = make_active ();
  situation.is_delegated = TRUE;
  assert_known (&situation, has_reason);
  situation = make_active ();
  situation.other_clat = "clat";
  assert_known (&situation, has_reason);
  situation.other_clat = "tun0";
  assert_known (&situation, has_reason);

  situation = make_active ();
  situation.has_native_ipv4 = TRUE;
  assert_known (&situation, has_reason);
  situation.lease_end = 1800000000;
  assert_known (&situation, has_reason);
  situation.lease_end = G_MAXINT64;
  assert_known (&situation, has_reason);
}

static void
check_no_nat64 (gboolean *has_reason)
{
  ClatSituation situation = make_active ();

  situation.is_connected = FALSE;
  assert_known (&situation, has_reason);

  situation.is_connected = TRUE;
  situation.pref64 = NULL;
  for (ClatDnsStatus dns = CLAT_DNS_STATUS_UNKNOWN; dns <= CLAT_DNS_STATUS_SILENT; dns++)
    for (guint has_router = 0; has_router < 2; has_router++)
      {
        situation.dns = dns;
        situation.has_router = has_router;
        assert_known (&situation, has_reason);
      }
  situation.lacks_both = TRUE;
  assert_known (&situation, has_reason);
}

static void
check_addressing (gboolean *has_reason)
{
  ClatSituation situation = make_active ();

  for (ClatAddressing addressing = CLAT_ADDRESSING_NONE;
       addressing < CLAT_ADDRESSING_READY; addressing++)
    for (guint bits = 0; bits < 4; bits++)
      {
        situation.addressing = addressing;
        situation.is_overdue = bits & 1;
        situation.lacks_router = bits >> 1;
        assert_known (&situation, has_reason);
      }
}

static void
check_failures (gboolean *has_reason)
{
  ClatSituation situation = make_active ();

  situation.is_supported = FALSE;
  assert_known (&situation, has_reason);
  situation = make_active ();
  situation.has_ipv4_to_give = FALSE;
  assert_known (&situation, has_reason);

  situation = make_active ();
  for (ClatError code = CLAT_ERROR_INVALID; code <= CLAT_ERROR_LACKS_FEATURE; code++)
    {
      g_autoptr (GError) fault = g_error_new (CLAT_ERROR, code, "%s", "Device busy (x)");

      situation.fault = fault;
      assert_known (&situation, has_reason);
    }
}

static void
test_every_reason_of_core_is_known (void)
{
  gboolean has_reason[64] = {FALSE};
  ClatReason reason = 0;

  check_active (has_reason);
  check_needless (has_reason);
  check_no_nat64 (has_reason);
  check_addressing (has_reason);
  check_failures (has_reason);
  for (; clat_reason_to_string (reason) != NULL; reason++)
    g_assert_true (has_reason[reason]);
  g_assert_cmpint (reason, >, CLAT_REASON_KERNEL_ERROR);
}

static void
test_other_sentences_are_unknown (void)
{
  static const struct
  {
    const char *reason;
    const char *text;
  } cases[] = {
      {"yet-unknown", "The network has native IPv4."},
      {"native-ipv4", "The network has native IPv4 of a new kind."},
      {"native-ipv4", "CLAT is disabled for this connection."},
      {"kernel-error", "Setting up failed: busy. Next try"},
      {"kernel-error", ""},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_null (cli_reason_explain (cases[i].reason, cases[i].text));
  g_assert_null (cli_reason_explain_plat ("It answers."));
}

static void
assert_plat_known (const ClatPlatVerdict *verdict)
{
  g_autofree char *text = clat_plat_explain (verdict);
  g_autofree char *shown = cli_reason_explain_plat (text);

  g_assert_cmpstr (shown, ==, text);
}

static void
test_every_verdict_on_the_nat64_is_known (void)
{
  ClatPlatVerdict verdict = {.n_packets = 16, .seconds = 8};

  for (; verdict.state <= CLAT_PLAT_UNREACHABLE; verdict.state++)
    assert_plat_known (&verdict);
  verdict.state = CLAT_PLAT_UNREACHABLE;
  for (; verdict.cause <= CLAT_PLAT_CAUSE_FILTER; verdict.cause++)
    {
      verdict.target.s_addr = 0;
      assert_plat_known (&verdict);
      inet_pton (AF_INET, "192.0.2.1", &verdict.target);
      assert_plat_known (&verdict);
    }
}

static void
assert_feature_text_known (const char *text)
{
  const char *shown = check_feature_text_translate (text);

  g_assert_cmpstr (shown, ==, text);
  /* An unknown one is returned as it was given. */
  g_assert_true (shown != text);
}

static void
test_every_feature_is_known (void)
{
  for (ClatFeature feature = 0; feature < CLAT_N_FEATURES; feature++)
    for (guint is_present = 0; is_present < 2; is_present++)
      {
        g_autofree char *text = g_strdup (clat_feature_explain (feature, is_present));

        assert_feature_text_known (text);
      }
}

/* Whether all or but one feature exist, and none does. */
static void
test_every_summary_is_known (void)
{
  for (ClatFeature missing = 0; missing <= CLAT_N_FEATURES; missing++)
    {
      ClatFeatures features = {0};
      g_autofree char *text = NULL;

      for (ClatFeature feature = 0; feature < CLAT_N_FEATURES; feature++)
        features.has[feature] = feature != missing;
      text = g_strdup (clat_features_explain (&features));
      assert_feature_text_known (text);
    }
}

static void
test_parts_are_what_is_between_the_words (void)
{
  static const char *const nested[] = {"one of %s", NULL};
  static const char *const candidates[] = {"a %s b %s c", "a %s", "%s: %s, %s, %s", NULL};
  static const struct
  {
    const char *text;
    const char *result;
  } cases[] = {
      {"a 1 b 2 c", "a 1 b 2 c"},
      {"a  b  c", "a  b  c"},
      {"a 1 b 2 c c", "a 1 b 2 c c"},
      {"a 1 b 2", "a 1 b 2"},
      {"a 100% %s b %n c", "a 100% %s b %n c"},
      {"a ", "a "},
      {"a one of two", "a one of two"},
      {"b a 1", NULL},
      /* More parts than are supported. */
      {"1: 2, 3, 4", NULL},
      {"", NULL},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *result =
          cli_sentence_translate (candidates, nested, cases[i].text);

      g_assert_cmpstr (result, ==, cases[i].result);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sentence/reasons", test_every_reason_of_core_is_known);
  g_test_add_func ("/sentence/others", test_other_sentences_are_unknown);
  g_test_add_func ("/sentence/plat", test_every_verdict_on_the_nat64_is_known);
  g_test_add_func ("/sentence/features", test_every_feature_is_known);
  g_test_add_func ("/sentence/summaries", test_every_summary_is_known);
  g_test_add_func ("/sentence/parts", test_parts_are_what_is_between_the_words);
  return g_test_run ();
}
