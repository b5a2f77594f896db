/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of the host's IPv4: address, routes, and what else is in the way. */
#include "config.h"

#include <glib/gi18n.h>

#include "check-finding.h"

static gboolean
skip (const CheckFacts *facts, CheckAnswer answer, CheckFinding *finding)
{
  if (check_facts_has_translator (facts) && answer != CHECK_UNKNOWN)
    return FALSE;
  check_finding_skip (finding, check_facts_has_translator (facts)
                                   ? _ ("It could not be read.")
                                   : _ ("There is no translator."));
  return TRUE;
}

static void
judge_ipv4_address (const CheckFacts *facts, CheckFinding *finding)
{
  if (skip (facts, facts->has_ipv4_address, finding))
    return;
  if (facts->has_ipv4_address == CHECK_NO)
    check_finding_fail (
        finding, CHECK_FAULT_HOST, _ ("Something removes it: see ip monitor address."),
        _ ("%s is not on %s."), facts->ipv4_address, facts->host_interface);
  else
    check_finding_ok (finding, _ ("%s is on %s."), facts->ipv4_address,
                      facts->host_interface);
}

static void
judge_ipv4_route (const CheckFacts *facts, CheckFinding *finding)
{
  if (skip (facts, facts->has_ipv4_route, finding))
    return;
  if (facts->has_ipv4_route == CHECK_NO)
    check_finding_fail (
        finding, CHECK_FAULT_HOST,
        _ ("See ipv4.never-default of the profile, and ip monitor route."),
        _ ("No IPv4 default route leads to %s."), facts->host_interface);
  else
    check_finding_ok (finding, _ ("An IPv4 default route leads to %s."),
                      facts->host_interface);
}

static void
judge_rules (const CheckFacts *facts, CheckFinding *finding)
{
  if (skip (facts, facts->may_send, finding))
    return;
  if (facts->may_send == CHECK_NO)
    check_finding_fail (finding, CHECK_FAULT_HOST,
                        _ ("See ip rule and ip route show table all."),
                        _ ("A routing rule or a route keeps packets of %s from leaving."),
                        facts->ipv4_address);
  else
    check_finding_ok (finding, _ ("Packets of %s may leave."), facts->ipv4_address);
}

static void
judge_competition (const CheckFacts *facts, CheckFinding *finding)
{
  if (check_facts_is_reason (facts, CLAT_REASON_OTHER_CLAT))
    check_finding_warn (finding, CHECK_FAULT_HOST, _ ("Stop one of the two."), "%s",
                        facts->state_text);
  else if (!check_facts_has_translator (facts) || facts->default_source == NULL)
    check_finding_skip (finding, _ ("No IPv4 default route is in use."));
  else if (g_str_equal (facts->default_source, facts->ipv4_address))
    check_finding_ok (finding, _ ("Programs use this translator for IPv4."));
  else
    check_finding_warn (
        finding, CHECK_FAULT_HOST,
        _ ("This is right for a VPN, and for another connection with IPv4."),
        _ ("Programs use %s on %s for IPv4, not this translator."), facts->default_source,
        facts->default_interface != NULL ? facts->default_interface : "?");
}

static const CheckFirewallRule *
find_rule (const CheckFacts *facts, gboolean is_conditional)
{
  for (guint i = 0; i < facts->firewall->len; i++)
    {
      const CheckFirewallRule *rule =
          &g_array_index (facts->firewall, CheckFirewallRule, i);

      if (rule->is_conditional == is_conditional)
        return rule;
    }
  return NULL;
}

static void
judge_firewall (const CheckFacts *facts, CheckFinding *finding)
{
  const CheckFirewallRule *rule;

  if (facts->firewall == NULL)
    {
      check_finding_skip (finding, facts->is_root
                                       ? _ ("The rules of nftables could not be listed.")
                                       : _ ("Run as root to look for rules that drop."));
      return;
    }
  if ((rule = find_rule (facts, FALSE)) != NULL)
    check_finding_fail (finding, CHECK_FAULT_HOST,
                        _ ("Remove the rule, or accept before."),
                        _ ("A rule drops everything: %s"), rule->text);
  else if ((rule = find_rule (facts, TRUE)) != NULL)
    check_finding_warn (finding, CHECK_FAULT_HOST, _ ("See whether that is wanted."),
                        _ ("A rule drops some packets: %s"), rule->text);
  else
    check_finding_ok (finding, _ ("No rule drops what is on the interfaces."));
}

const Check check_host[] = {
    {"ipv4-address", N_ ("IPv4 address"), judge_ipv4_address},
    {"ipv4-route", N_ ("IPv4 route"), judge_ipv4_route},
    {"rules", N_ ("Routing rules"), judge_rules},
    {"competition", N_ ("Other IPv4"), judge_competition},
    {"firewall", N_ ("Firewall"), judge_firewall},
    {NULL, NULL, NULL},
};
