/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The checks of "clatctl check": facts in, findings out. */
#include <string.h>

#include "check-finding.h"
#include "check-firewall.h"
#include "check-shorten.h"

/* A host on which everything works. */
static void
make_healthy (CheckFacts *facts)
{
  *facts = (CheckFacts){
      .is_root = TRUE,
      .interface = g_strdup ("wlan0"),
      .state = g_strdup ("active"),
      .reason = g_strdup ("none"),
      .state_text = g_strdup ("IPv4 works."),
      .mode = g_strdup ("auto"),
      .pref64 = g_strdup ("64:ff9b::/96"),
      .pref64_source = g_strdup ("ra"),
      .pref64_router = g_strdup ("fe80::1"),
      .pref64_seconds = 1800,
      .ipv4_address = g_strdup ("192.0.0.2"),
      .ipv6_address = g_strdup ("2001:db8::c1a7"),
      .host_interface = g_strdup ("clat-wlan0"),
      .namespace = g_strdup ("clat-wlan0"),
      .uplink = g_strdup ("ipvlan"),
      .translator = g_strdup ("bpf"),
      .slow_path = g_strdup ("running"),
      .plat = g_strdup ("reachable"),
      .plat_text = g_strdup ("It has answered."),
      .mtu = 1472,
      .has_networkmanager = CHECK_YES,
      .is_activated = CHECK_YES,
      .ipv6_method = g_strdup ("auto"),
      .resolvers = g_ptr_array_new_with_free_func (g_free),
      .n_resolvers_asked = 1,
      .n_resolvers_answered = 1,
      .is_up = CHECK_YES,
      .has_carrier = CHECK_YES,
      .ipv6_mtu = 1500,
      .has_router = CHECK_YES,
      .router = g_strdup ("fe80::1"),
      .router_is_resolved = CHECK_YES,
      .has_namespace = CHECK_YES,
      .has_ipv6_address = CHECK_YES,
      .has_ipv4_address = CHECK_YES,
      .has_ipv4_route = CHECK_YES,
      .may_send = CHECK_YES,
      .default_source = g_strdup ("192.0.0.2"),
      .default_interface = g_strdup ("clat-wlan0"),
      .firewall = check_firewall_rules_new (),
      .target = g_strdup ("198.51.100.1"),
      .target_port = 443,
      .target_pings = CHECK_YES,
      .target_accepts = CHECK_YES,
      .target_pings_full = CHECK_YES,
      .path_mtu = 1472,
  };
  g_ptr_array_add (facts->resolvers, g_strdup ("2001:db8::53"));
}

static void
set (char **text, const char *value)
{
  g_free (*text);
  *text = g_strdup (value);
}

static void
break_networkmanager (CheckFacts *facts)
{
  facts->has_networkmanager = CHECK_NO;
}

static void
break_activation (CheckFacts *facts)
{
  facts->is_activated = CHECK_NO;
}

static void
break_mode (CheckFacts *facts)
{
  set (&facts->mode, "no");
  set (&facts->state, "disabled");
  set (&facts->reason, "mode-no");
}

static void
break_ipv6_method (CheckFacts *facts)
{
  set (&facts->ipv6_method, "disabled");
}

static void
break_carrier (CheckFacts *facts)
{
  facts->has_carrier = CHECK_NO;
}

static void
break_up (CheckFacts *facts)
{
  facts->is_up = CHECK_NO;
}

static void
break_support (CheckFacts *facts)
{
  set (&facts->state, "unsupported");
  set (&facts->reason, "link-unsupported");
}

static void
break_ipv6 (CheckFacts *facts)
{
  facts->ipv6_mtu = 0;
}

static void
break_router (CheckFacts *facts)
{
  facts->has_router = CHECK_NO;
  g_clear_pointer (&facts->router, g_free);
}

static void
break_neighbour (CheckFacts *facts)
{
  facts->router_is_resolved = CHECK_NO;
}

static void
break_prefix (CheckFacts *facts)
{
  set (&facts->state, "searching");
  set (&facts->reason, "no-nat64");
  set (&facts->pref64, "");
}

static void
break_resolver (CheckFacts *facts)
{
  facts->n_resolvers_answered = 0;
}

static void
break_one_resolver (CheckFacts *facts)
{
  facts->n_resolvers_asked = 2;
}

static void
break_all_resolvers (CheckFacts *facts)
{
  g_ptr_array_set_size (facts->resolvers, 0);
}

static void
break_permission (CheckFacts *facts)
{
  set (&facts->state, "failed");
  set (&facts->reason, "no-permission");
}

static void
break_kernel (CheckFacts *facts)
{
  set (&facts->state, "failed");
  set (&facts->reason, "kernel-error");
}

static void
break_pool (CheckFacts *facts)
{
  set (&facts->state, "failed");
  set (&facts->reason, "no-ipv4-address-left");
}

static void
break_patience (CheckFacts *facts)
{
  set (&facts->state, "preparing");
}

static void
break_uniqueness (CheckFacts *facts)
{
  set (&facts->state, "failed");
  set (&facts->reason, "duplicate-address");
}

static void
break_addressing (CheckFacts *facts)
{
  set (&facts->state, "failed");
  set (&facts->reason, "no-address-for-clat");
}

static void
break_ipv6_address (CheckFacts *facts)
{
  facts->has_ipv6_address = CHECK_NO;
}

static void
break_namespace (CheckFacts *facts)
{
  facts->has_namespace = CHECK_NO;
}

static void
break_translator (CheckFacts *facts)
{
  set (&facts->translator, "");
}

static void
break_fast_path (CheckFacts *facts)
{
  set (&facts->translator, "userspace");
}

static void
break_slow_path (CheckFacts *facts)
{
  set (&facts->slow_path, "broken");
}

static void
break_ipv4_address (CheckFacts *facts)
{
  facts->has_ipv4_address = CHECK_NO;
}

static void
break_ipv4_route (CheckFacts *facts)
{
  facts->has_ipv4_route = CHECK_NO;
}

static void
break_rules (CheckFacts *facts)
{
  facts->may_send = CHECK_NO;
}

static void
break_competition (CheckFacts *facts)
{
  set (&facts->default_source, "10.8.0.2");
  set (&facts->default_interface, "wg0");
}

static void
break_singularity (CheckFacts *facts)
{
  set (&facts->state, "delegated");
  set (&facts->reason, "other-clat");
}

static void
add_rule (CheckFacts *facts, gboolean is_conditional)
{
  CheckFirewallRule rule = {g_strdup ("inet filter output: oifname clat-wlan0 drop"),
                            is_conditional};

  g_array_append_val (facts->firewall, rule);
}

static void
break_firewall (CheckFacts *facts)
{
  add_rule (facts, FALSE);
}

static void
break_firewall_partly (CheckFacts *facts)
{
  add_rule (facts, TRUE);
}

static void
break_nat64 (CheckFacts *facts)
{
  set (&facts->plat, "unreachable");
}

static void
break_target (CheckFacts *facts)
{
  facts->target_pings = facts->target_accepts = CHECK_NO;
  facts->target_pings_full = CHECK_UNKNOWN;
}

static void
break_ping (CheckFacts *facts)
{
  facts->target_pings = CHECK_NO;
  facts->target_pings_full = CHECK_UNKNOWN;
}

static void
break_tcp (CheckFacts *facts)
{
  facts->target_accepts = CHECK_NO;
}

static void
break_mtu (CheckFacts *facts)
{
  facts->target_pings_full = CHECK_NO;
}

/* What is broken, and the finding that must say so. */
static const struct
{
  void (*destroy) (CheckFacts *facts);
  const char *check;
  CheckResult result;
  CheckFault fault;
} faults[] = {
    {break_networkmanager, "networkmanager", CHECK_FAILED, CHECK_FAULT_HOST},
    {break_activation, "networkmanager", CHECK_WARNING, CHECK_FAULT_NONE},
    {break_mode, "profile", CHECK_WARNING, CHECK_FAULT_HOST},
    {break_ipv6_method, "profile", CHECK_FAILED, CHECK_FAULT_HOST},
    {break_up, "link", CHECK_FAILED, CHECK_FAULT_HOST},
    {break_carrier, "link", CHECK_FAILED, CHECK_FAULT_NETWORK},
    {break_support, "link", CHECK_FAILED, CHECK_FAULT_HOST},
    {break_ipv6, "link", CHECK_FAILED, CHECK_FAULT_HOST},
    {break_router, "router", CHECK_FAILED, CHECK_FAULT_NETWORK},
    {break_neighbour, "neighbour", CHECK_FAILED, CHECK_FAULT_NETWORK},
    {break_prefix, "prefix", CHECK_FAILED, CHECK_FAULT_NETWORK},
    {break_resolver, "resolvers", CHECK_FAILED, CHECK_FAULT_NETWORK},
    {break_one_resolver, "resolvers", CHECK_WARNING, CHECK_FAULT_NETWORK},
    {break_all_resolvers, "resolvers", CHECK_WARNING, CHECK_FAULT_NETWORK},
    {break_permission, "service", CHECK_FAILED, CHECK_FAULT_HOST},
    {break_kernel, "service", CHECK_FAILED, CHECK_FAULT_HOST},
    {break_pool, "service", CHECK_FAILED, CHECK_FAULT_HOST},
    {break_patience, "service", CHECK_WARNING, CHECK_FAULT_NONE},
    {break_uniqueness, "address", CHECK_FAILED, CHECK_FAULT_NETWORK},
    {break_addressing, "address", CHECK_FAILED, CHECK_FAULT_NETWORK},
    {break_ipv6_address, "address", CHECK_FAILED, CHECK_FAULT_HOST},
    {break_namespace, "namespace", CHECK_FAILED, CHECK_FAULT_HOST},
    {break_translator, "fast-path", CHECK_FAILED, CHECK_FAULT_HOST},
    {break_fast_path, "fast-path", CHECK_WARNING, CHECK_FAULT_HOST},
    {break_slow_path, "slow-path", CHECK_FAILED, CHECK_FAULT_HOST},
    {break_ipv4_address, "ipv4-address", CHECK_FAILED, CHECK_FAULT_HOST},
    {break_ipv4_route, "ipv4-route", CHECK_FAILED, CHECK_FAULT_HOST},
    {break_rules, "rules", CHECK_FAILED, CHECK_FAULT_HOST},
    {break_competition, "competition", CHECK_WARNING, CHECK_FAULT_HOST},
    {break_singularity, "competition", CHECK_WARNING, CHECK_FAULT_HOST},
    {break_firewall, "firewall", CHECK_FAILED, CHECK_FAULT_HOST},
    {break_firewall_partly, "firewall", CHECK_WARNING, CHECK_FAULT_HOST},
    {break_nat64, "nat64", CHECK_FAILED, CHECK_FAULT_NAT64},
    {break_target, "ping", CHECK_FAILED, CHECK_FAULT_NAT64},
    {break_target, "tcp", CHECK_FAILED, CHECK_FAULT_NAT64},
    {break_ping, "ping", CHECK_WARNING, CHECK_FAULT_NAT64},
    {break_tcp, "tcp", CHECK_WARNING, CHECK_FAULT_NAT64},
    {break_mtu, "path-mtu", CHECK_FAILED, CHECK_FAULT_NETWORK},
};

static void
test_healthy_host (void)
{
  g_auto (CheckFacts) facts = {0};
  g_autoptr (GArray) findings = NULL;

  make_healthy (&facts);
  findings = check_findings_of (&facts);
  g_assert_cmpuint (findings->len, >, 15);
  g_assert_cmpuint (check_findings_count (findings, CHECK_OK), ==, findings->len);
}

/* Nothing known: nothing is claimed to have failed, and nothing crashes. */
static void
test_unknown_facts_are_no_faults (void)
{
  g_auto (CheckFacts) facts = {0};
  g_autoptr (GArray) findings = NULL;

  make_healthy (&facts);
  facts.is_root = FALSE;
  g_clear_pointer (&facts.firewall, g_array_unref);
  g_clear_pointer (&facts.target, g_free);
  g_clear_pointer (&facts.router, g_free);
  facts.is_up = facts.has_router = facts.router_is_resolved = CHECK_UNKNOWN;
  facts.has_namespace = facts.has_ipv6_address = facts.has_ipv4_address = CHECK_UNKNOWN;
  facts.has_ipv4_route = facts.may_send = facts.has_networkmanager = CHECK_UNKNOWN;
  set (&facts.plat, "unknown");
  findings = check_findings_of (&facts);
  g_assert_cmpuint (check_findings_count (findings, CHECK_FAILED), ==, 0);
  g_assert_cmpuint (check_findings_count (findings, CHECK_WARNING), ==, 0);
}

static const CheckFinding *
find (GArray *findings, const char *name)
{
  for (guint i = 0; i < findings->len; i++)
    {
      const CheckFinding *finding = &g_array_index (findings, CheckFinding, i);

      if (g_str_equal (finding->name, name))
        return finding;
    }
  g_assert_not_reached ();
}

static void
test_each_fault_has_its_finding (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_auto (CheckFacts) facts = {0};
      g_autoptr (GArray) findings = NULL;
      const CheckFinding *finding;

      make_healthy (&facts);
      faults[i].destroy (&facts);
      findings = check_findings_of (&facts);
      finding = find (findings, faults[i].check);
      g_test_message ("%s: %s", finding->name, finding->text);
      g_assert_cmpint (finding->result, ==, faults[i].result);
      g_assert_cmpint (finding->fault, ==, faults[i].fault);
      if (finding->result == CHECK_FAILED)
        g_assert_nonnull (finding->remedy);
    }
}

/* Without native IPv4 of a network being wrong, no translator is missed. */
static void
test_native_ipv4_needs_no_translator (void)
{
  g_auto (CheckFacts) facts = {0};
  g_autoptr (GArray) findings = NULL;

  make_healthy (&facts);
  set (&facts.state, "native");
  set (&facts.reason, "native-ipv4");
  set (&facts.pref64, "");
  set (&facts.translator, "");
  set (&facts.slow_path, "");
  findings = check_findings_of (&facts);
  g_assert_cmpuint (check_findings_count (findings, CHECK_FAILED), ==, 0);
  g_assert_cmpuint (check_findings_count (findings, CHECK_WARNING), ==, 0);
}

#define RULE(EXPRESSIONS)                                                                \
  "{\"nftables\": [{\"metainfo\": {\"version\": \"1.0.6\"}},"                            \
  " {\"table\": {\"family\": \"inet\", \"name\": \"f\"}},"                               \
  " {\"rule\": {\"family\": \"inet\", \"table\": \"f\", \"chain\": \"out\","             \
  " \"handle\": 3, \"expr\": [" EXPRESSIONS "]}}]}"
#define MATCH(KEY, RIGHT)                                                                \
  "{\"match\": {\"op\": \"==\", \"left\": {\"meta\": {\"key\": \"" KEY "\"}},"           \
  " \"right\": " RIGHT "}}"

static void
test_firewall_rules (void)
{
  static const struct
  {
    const char *json;
    const char *text; /* NULL: no such rule */
    gboolean is_conditional;
  } rows[] = {
      {RULE (MATCH ("oifname", "\"clat-wlan0\"") ", {\"drop\": null}"),
       "inet f out: oifname clat-wlan0 drop", FALSE},
      {RULE (MATCH ("iifname", "\"clat-*\"") ", {\"counter\": {\"packets\": 1}},"
                                             " {\"reject\": {\"type\": \"tcp reset\"}}"),
       "inet f out: iifname clat-* reject", FALSE},
      {RULE (MATCH ("oif", "{\"set\": [\"eth0\", \"wlan0\"]}") ", {\"drop\": null}"),
       "inet f out: oif wlan0 drop", FALSE},
      {RULE (MATCH ("oifname", "\"clat-wlan0\"") "," MATCH (
           "l4proto", "\"tcp\"") ","
                                 " {\"drop\": null}"),
       "inet f out: oifname clat-wlan0 ... drop", TRUE},
      {RULE (MATCH ("oifname", "\"clat-wlan0\"") ", {\"accept\": null}"), NULL, FALSE},
      {RULE (MATCH ("oifname", "\"eth0\"") ", {\"drop\": null}"), NULL, FALSE},
      {RULE ("{\"drop\": null}"), NULL, FALSE},
      {RULE (MATCH ("oifname", "7") ", 3, {\"match\": []}, {\"drop\": null}"), NULL,
       FALSE},
      {"{\"nftables\": [1, {\"rule\": 2}, {\"rule\": {}}]}", NULL, FALSE},
  };
  const char *const interfaces[] = {"wlan0", "clat-wlan0", NULL};

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GArray) rules = check_firewall_parse (rows[i].json, interfaces);
      const CheckFirewallRule *rule;

      g_test_message ("%s", rows[i].json);
      g_assert_nonnull (rules);
      g_assert_cmpuint (rules->len, ==, rows[i].text != NULL);
      if (rules->len == 0)
        continue;
      rule = &g_array_index (rules, CheckFirewallRule, 0);
      g_assert_cmpstr (rule->text, ==, rows[i].text);
      g_assert_cmpint (rule->is_conditional, ==, rows[i].is_conditional);
    }
}

#define CHAIN                                                                            \
  "{\"chain\": {\"family\": \"ip\", \"table\": \"filter\", \"name\": \"FORWARD\", "      \
  "\"hook\": \"forward\", \"policy\": \"drop\"}}"
#define IN_CHAIN(chain, expressions)                                                     \
  ", {\"rule\": {\"family\": \"ip\", \"table\": \"filter\", \"chain\": \"" chain         \
  "\", \"expr\": [" expressions "]}}"
#define FROM(interface)                                                                  \
  "{\"match\": {\"op\": \"==\", \"left\": {\"meta\": {\"key\": \"iifname\"}}, "          \
  "\"right\": \"" interface "\"}}, "

/* A policy drops what no rule may have accepted. */
static void
test_firewall_policy (void)
{
  static const struct
  {
    const char *rules;
    gboolean drops;
  } rows[] = {
      {"", TRUE},
      {IN_CHAIN ("FORWARD", "{\"accept\": null}"), FALSE},
      {IN_CHAIN ("FORWARD", "{\"jump\": {\"target\": \"mine\"}}"), FALSE},
      {IN_CHAIN ("FORWARD", FROM ("wlan0") "{\"accept\": null}"), FALSE},
      {IN_CHAIN ("FORWARD", FROM ("lo") "{\"accept\": null}"), TRUE},
      {IN_CHAIN ("FORWARD", "{\"counter\": null}, {\"drop\": null}"), TRUE},
      {IN_CHAIN ("OUTPUT", "{\"accept\": null}"), TRUE},
      {IN_CHAIN ("FORWARD", FROM ("lo") "{\"accept\": null}")
           IN_CHAIN ("FORWARD", "{\"accept\": null}"),
       FALSE},
  };
  const char *const interfaces[] = {"wlan0", "clat-wlan0", NULL};

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *json =
          g_strdup_printf ("{\"nftables\": [" CHAIN "%s]}", rows[i].rules);
      g_autoptr (GArray) rules = check_firewall_parse (json, interfaces);
      const CheckFirewallRule *rule;

      g_test_message ("%s", json);
      g_assert_cmpuint (rules->len, ==, rows[i].drops);
      if (rules->len == 0)
        continue;
      rule = &g_array_index (rules, CheckFirewallRule, 0);
      g_assert_cmpstr (rule->text, ==, "ip filter FORWARD: policy drop");
      g_assert_true (rule->is_conditional);
    }
}

static void
test_firewall_without_a_list (void)
{
  const char *const interfaces[] = {"wlan0", NULL};

  g_assert_null (check_firewall_parse ("", interfaces));
  g_assert_null (check_firewall_parse ("[]", interfaces));
  g_assert_null (check_firewall_parse ("{\"nftables\": 1}", interfaces));
}

static void
test_shortened_addresses (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } rows[] = {
      {"router fe80::1234:5678.", "router fe80::x."},
      {"2001:db8:1:2::c1a7 is", "2001:db8:x:x is"},
      {"64:ff9b::/96, from", "64:ff9b::/96, from"},
      {"2001:db8:64:ff9b::/96", "2001:db8:x:x/96"},
      {"192.0.0.2 through", "192.0.0.2 through"},
      {"198.51.100.1: no", "198.51.x.x: no"},
      {"52:54:00:12:34:56", "52:54:00:x:x:x"},
      {"fe80::1: 12:30:59, 1.2.3 add", "fe80::x: 12:30:59, 1.2.3 add"},
      {"Home (wlan0) v0.1.0", "Home (wlan0) v0.1.0"},
      {"\"2001:db8::1\",", "\"2001:db8:x:x\","},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *shortened = check_shorten (rows[i].text);

      g_assert_cmpstr (shortened, ==, rows[i].expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/check/healthy-host", test_healthy_host);
  g_test_add_func ("/check/unknown-facts-are-no-faults",
                   test_unknown_facts_are_no_faults);
  g_test_add_func ("/check/each-fault-has-its-finding", test_each_fault_has_its_finding);
  g_test_add_func ("/check/native-ipv4-needs-no-translator",
                   test_native_ipv4_needs_no_translator);
  g_test_add_func ("/check/firewall-rules", test_firewall_rules);
  g_test_add_func ("/check/firewall-policy", test_firewall_policy);
  g_test_add_func ("/check/firewall-without-a-list", test_firewall_without_a_list);
  g_test_add_func ("/check/shortened-addresses", test_shortened_addresses);
  return g_test_run ();
}
