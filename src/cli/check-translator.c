/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of the translator and its namespace. */
#include "config.h"

#include <glib/gi18n.h>

#include "check-finding.h"

/* Where there is none, and whether that is right. TRUE: this was the finding. */
static gboolean
skip_without_translator (const CheckFacts *facts, CheckFinding *finding)
{
  if (check_facts_has_translator (facts))
    return FALSE;
  if (check_facts_need_translator (facts))
    check_finding_skip (finding, _ ("There is no translator yet."));
  else
    check_finding_skip (finding, _ ("No translator is needed."));
  return TRUE;
}

static void
judge_service (const CheckFacts *facts, CheckFinding *finding)
{
  if (check_facts_is_reason (facts, CLAT_REASON_NO_PERMISSION))
    check_finding_fail (finding, CHECK_FAULT_HOST,
                        _ ("Run it as root: systemctl restart clat-nm"), "%s",
                        facts->state_text);
  else if (check_facts_is_reason (facts, CLAT_REASON_KERNEL_LACKS_FEATURE)
           || check_facts_is_reason (facts, CLAT_REASON_KERNEL_ERROR))
    check_finding_fail (finding, CHECK_FAULT_HOST,
                        _ ("See the log: journalctl -u clat-nm"), "%s",
                        facts->state_text);
  else if (check_facts_is_reason (facts, CLAT_REASON_NO_IPV4_ADDRESS_LEFT))
    check_finding_fail (finding, CHECK_FAULT_HOST,
                        _ ("Set a larger ipv4-pool in clat-nm.conf."), "%s",
                        facts->state_text);
  else if (check_facts_is_state (facts, CLAT_STATE_PREPARING))
    check_finding_warn (finding, CHECK_FAULT_NONE, _ ("Wait: clatctl wait"), "%s",
                        facts->state_text);
  else
    check_finding_ok (finding, "%s", facts->state_text);
}

static void
judge_address (const CheckFacts *facts, CheckFinding *finding)
{
  if (check_facts_is_reason (facts, CLAT_REASON_DUPLICATE_ADDRESS)
      || facts->is_duplicate == CHECK_YES)
    check_finding_fail (
        finding, CHECK_FAULT_NETWORK,
        _ ("Another node has the address; the next one is tried. Check for a node "
           "that answers for every address."),
        _ ("Duplicate address detection has failed."));
  else if (check_facts_is_reason (facts, CLAT_REASON_NO_ADDRESS_FOR_CLAT))
    check_finding_fail (finding, CHECK_FAULT_NETWORK,
                        _ ("Try: clatctl set CONNECTION address=shared"), "%s",
                        facts->state_text);
  else if (skip_without_translator (facts, finding))
    return;
  else if (facts->has_ipv6_address == CHECK_NO)
    check_finding_fail (finding, CHECK_FAULT_HOST,
                        _ ("See the log: journalctl -u clat-nm"),
                        _ ("%s is missing in the namespace."), facts->ipv6_address);
  else if (facts->has_ipv6_address == CHECK_YES)
    check_finding_ok (finding, _ ("%s is in use, and no duplicate."),
                      facts->ipv6_address);
  else
    check_finding_ok (finding, _ ("%s; run as root to check it."), facts->ipv6_address);
}

static void
judge_namespace (const CheckFacts *facts, CheckFinding *finding)
{
  if (skip_without_translator (facts, finding))
    return;
  if (facts->has_namespace == CHECK_NO)
    check_finding_fail (finding, CHECK_FAULT_HOST, _ ("systemctl restart clat-nm"),
                        _ ("The namespace %s has no name any more: something has "
                           "removed it from /run/netns."),
                        facts->namespace);
  else
    check_finding_ok (finding, _ ("%s, connected by %s."), facts->namespace,
                      facts->uplink);
}

static void
judge_fast_path (const CheckFacts *facts, CheckFinding *finding)
{
  if (skip_without_translator (facts, finding))
    return;
  if (*facts->translator == '\0')
    check_finding_fail (finding, CHECK_FAULT_HOST,
                        _ ("See the log: journalctl -u clat-nm"),
                        _ ("Nothing translates packets."));
  else if (g_str_equal (facts->translator, "userspace"))
    check_finding_warn (finding, CHECK_FAULT_HOST,
                        _ ("See translator= in clat-nm.conf, and clatctl check."),
                        _ ("BPF is not used, only clat-xlat, which is slower."));
  else
    check_finding_ok (finding, _ ("BPF programs translate packets (%s)."),
                      facts->translator);
}

static void
judge_slow_path (const CheckFacts *facts, CheckFinding *finding)
{
  if (skip_without_translator (facts, finding))
    return;
  if (g_str_equal (facts->slow_path, "running"))
    check_finding_ok (finding, _ ("clat-xlat is running."));
  else
    check_finding_fail (finding, CHECK_FAULT_HOST,
                        _ ("See the log: journalctl -u clat-nm"),
                        _ ("clat-xlat is not running: fragments, options and ICMP "
                           "errors are dropped."));
}

const Check check_translator[] = {
    {"service", N_ ("Service"), judge_service},
    {"address", N_ ("IPv6 address"), judge_address},
    {"namespace", N_ ("Namespace"), judge_namespace},
    {"fast-path", N_ ("BPF"), judge_fast_path},
    {"slow-path", N_ ("Slow path"), judge_slow_path},
    {NULL, NULL, NULL},
};
