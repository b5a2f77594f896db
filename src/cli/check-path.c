/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of the NAT64, by what the service knows and by packets through the translator.
 */
#include "config.h"

#include <glib/gi18n.h>

#include "check-finding.h"
#include "clat-plat-verdict.h"

/* TRUE: this was the finding. */
static gboolean
skip (const CheckFacts *facts, CheckAnswer answer, CheckFinding *finding)
{
  if (!check_facts_has_translator (facts))
    check_finding_skip (finding, _ ("There is no translator."));
  else if (facts->target == NULL)
    check_finding_skip (finding, _ ("Not tried: give an IPv4 address with --target."));
  else if (answer == CHECK_UNKNOWN)
    check_finding_skip (finding, _ ("It could not be tried."));
  else
    return FALSE;
  return TRUE;
}

static gboolean
is_plat (const CheckFacts *facts, ClatPlatState state)
{
  return g_strcmp0 (facts->plat, clat_plat_state_to_string (state)) == 0;
}

static void
judge_nat64 (const CheckFacts *facts, CheckFinding *finding)
{
  if (!check_facts_has_translator (facts))
    check_finding_skip (finding, _ ("There is no translator."));
  else if (is_plat (facts, CLAT_PLAT_UNREACHABLE))
    check_finding_fail (finding, CHECK_FAULT_NAT64,
                        _ ("Tell the network's operator: the NAT64 is down, or filters "
                           "this host."),
                        "%s", facts->plat_text);
  else if (is_plat (facts, CLAT_PLAT_REACHABLE))
    check_finding_ok (finding, "%s", facts->plat_text);
  else
    check_finding_skip (finding, _ ("Nothing has come from it yet."));
}

/* The target itself may be down, or not answer pings. */
static gboolean
has_answered (const CheckFacts *facts)
{
  return facts->target_pings == CHECK_YES || facts->target_accepts == CHECK_YES;
}

static void
judge_ping (const CheckFacts *facts, CheckFinding *finding)
{
  if (skip (facts, facts->target_pings, finding))
    return;
  if (facts->target_pings == CHECK_YES)
    check_finding_ok (finding, _ ("%s answers through the translator."), facts->target);
  else if (has_answered (facts))
    check_finding_warn (finding, CHECK_FAULT_NAT64,
                        _ ("The target or the NAT64 does not answer pings; TCP works."),
                        _ ("%s does not answer."), facts->target);
  else
    check_finding_fail (finding, CHECK_FAULT_NAT64,
                        _ ("Try another --target; if none answers, the NAT64 is down."),
                        _ ("%s does not answer."), facts->target);
}

static void
judge_tcp (const CheckFacts *facts, CheckFinding *finding)
{
  if (skip (facts, facts->target_accepts, finding))
    return;
  if (facts->target_accepts == CHECK_YES)
    check_finding_ok (finding, _ ("%s answers at port %u."), facts->target,
                      facts->target_port);
  else if (has_answered (facts))
    check_finding_warn (finding, CHECK_FAULT_NAT64,
                        _ ("The target or a firewall drops that port; ping works."),
                        _ ("%s does not answer at port %u."), facts->target,
                        facts->target_port);
  else
    check_finding_fail (finding, CHECK_FAULT_NAT64,
                        _ ("Try another --target; if none answers, the NAT64 is down."),
                        _ ("%s does not answer at port %u."), facts->target,
                        facts->target_port);
}

static void
judge_mtu (const CheckFacts *facts, CheckFinding *finding)
{
  if (skip (facts, facts->target_pings, finding))
    return;
  if (facts->target_pings == CHECK_NO || facts->target_pings_full == CHECK_UNKNOWN)
    check_finding_skip (finding, _ ("Nothing is known without an answer to ping."));
  else if (facts->target_pings_full == CHECK_NO)
    check_finding_fail (
        finding, CHECK_FAULT_NETWORK,
        _ ("Packets too big are dropped on the way and no router says so. Set a lower "
           "MTU, or tell the network's operator."),
        _ ("Packets of %u bytes are not answered, small ones are."),
        facts->path_mtu != 0 ? facts->path_mtu : facts->mtu);
  else
    check_finding_ok (finding, _ ("Packets of %u bytes are answered (MTU %u)."),
                      facts->path_mtu != 0 ? facts->path_mtu : facts->mtu, facts->mtu);
}

const Check check_path[] = {
    {"nat64", N_ ("NAT64"), judge_nat64},
    {"ping", N_ ("Ping"), judge_ping},
    {"tcp", N_ ("TCP"), judge_tcp},
    {"path-mtu", N_ ("Path MTU"), judge_mtu},
    {NULL, NULL, NULL},
};
