/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of what a translator needs from NetworkManager and from the network. */
#include "config.h"

#include <glib/gi18n.h>

#include "check-finding.h"
#include "clat-prefix.h"

static void
judge_networkmanager (const CheckFacts *facts, CheckFinding *finding)
{
  if (facts->has_networkmanager == CHECK_UNKNOWN)
    check_finding_skip (finding, _ ("It could not be queried."));
  else if (facts->has_networkmanager == CHECK_NO)
    check_finding_fail (finding, CHECK_FAULT_HOST,
                        _ ("Start it: systemctl start NetworkManager"),
                        _ ("It is not running."));
  else if (facts->is_activated == CHECK_NO)
    check_finding_warn (finding, CHECK_FAULT_NONE,
                        _ ("Wait, or see nmcli device and its log."),
                        _ ("It is still configuring %s."), facts->interface);
  else
    check_finding_ok (finding, _ ("It has configured %s."), facts->interface);
}

static gboolean
has_ipv6_method (const CheckFacts *facts, const char *method)
{
  return g_strcmp0 (facts->ipv6_method, method) == 0;
}

static void
judge_profile (const CheckFacts *facts, CheckFinding *finding)
{
  if (check_facts_is_state (facts, CLAT_STATE_DISABLED))
    check_finding_warn (finding, CHECK_FAULT_HOST,
                        _ ("To translate: clatctl set CONNECTION auto"),
                        _ ("The mode is \"%s\": IPv4 is never translated."), facts->mode);
  else if (has_ipv6_method (facts, "disabled") || has_ipv6_method (facts, "ignore")
           || has_ipv6_method (facts, "link-local"))
    check_finding_fail (
        finding, CHECK_FAULT_HOST,
        _ ("Enable it: nmcli connection modify CONNECTION ipv6.method auto"),
        _ ("IPv6 is off in the profile (ipv6.method=%s)."), facts->ipv6_method);
  else
    check_finding_ok (finding, _ ("The mode is \"%s\"."), facts->mode);
}

static void
judge_link (const CheckFacts *facts, CheckFinding *finding)
{
  if (facts->is_up == CHECK_UNKNOWN)
    check_finding_skip (finding, _ ("Its state could not be read."));
  else if (facts->is_up == CHECK_NO)
    check_finding_fail (finding, CHECK_FAULT_HOST, _ ("Connect it: nmcli device connect"),
                        _ ("%s is down."), facts->interface);
  else if (facts->has_carrier == CHECK_NO)
    check_finding_fail (finding, CHECK_FAULT_NETWORK,
                        _ ("Check the cable, the switch or the access point."),
                        _ ("%s has no carrier."), facts->interface);
  else if (check_facts_is_state (facts, CLAT_STATE_UNSUPPORTED))
    check_finding_fail (finding, CHECK_FAULT_HOST, _ ("Use another kind of connection."),
                        "%s", facts->state_text);
  else if (facts->ipv6_mtu == 0)
    check_finding_fail (
        finding, CHECK_FAULT_HOST,
        _ ("Enable IPv6: sysctl net.ipv6.conf.all.disable_ipv6, ipv6.method"),
        _ ("IPv6 is disabled on %s."), facts->interface);
  else
    check_finding_ok (finding, _ ("%s is up; its IPv6 MTU is %u."), facts->interface,
                      facts->ipv6_mtu);
}

static void
judge_router (const CheckFacts *facts, CheckFinding *finding)
{
  if (facts->has_router == CHECK_UNKNOWN)
    check_finding_skip (finding, _ ("The routes could not be read."));
  else if (facts->has_router == CHECK_NO)
    check_finding_fail (
        finding, CHECK_FAULT_NETWORK,
        _ ("See whether router advertisements arrive: tcpdump -i IFACE icmp6"),
        _ ("There is no IPv6 default route on %s."), facts->interface);
  else if (facts->router == NULL)
    check_finding_ok (finding, _ ("The IPv6 default route has no gateway."));
  else
    check_finding_ok (finding, _ ("The IPv6 default router is %s."), facts->router);
}

static void
judge_neighbour (const CheckFacts *facts, CheckFinding *finding)
{
  if (facts->router == NULL || facts->router_is_resolved == CHECK_UNKNOWN)
    check_finding_skip (finding, _ ("Nothing is known about it."));
  else if (facts->router_is_resolved == CHECK_NO)
    check_finding_fail (finding, CHECK_FAULT_NETWORK,
                        _ ("Check the router, and whether the link isolates hosts."),
                        _ ("%s does not answer neighbour discovery."), facts->router);
  else
    check_finding_ok (finding, _ ("%s answers neighbour discovery."), facts->router);
}

static char *
describe_source (const CheckFacts *facts)
{
  if (g_str_equal (facts->pref64_source, "ra"))
    return g_strdup_printf (_ ("%s, from router advertisements of %s."), facts->pref64,
                            facts->pref64_router);
  if (g_str_equal (facts->pref64_source, "dns"))
    return g_strdup_printf (_ ("%s, from the DNS64 of the network."), facts->pref64);
  if (g_str_equal (facts->pref64_source, "configuration"))
    return g_strdup_printf (_ ("%s, from the configuration."), facts->pref64);
  return g_strdup_printf (_ ("%s, from %s."), facts->pref64, facts->pref64_source);
}

static void
judge_prefix (const CheckFacts *facts, CheckFinding *finding)
{
  g_autofree char *source = describe_source (facts);

  if (*facts->pref64 == '\0' && !check_facts_need_translator (facts))
    check_finding_skip (finding, _ ("None is known, and none is needed."));
  else if (*facts->pref64 == '\0')
    check_finding_fail (
        finding, CHECK_FAULT_NETWORK,
        _ ("If the network has a NAT64: clatctl set CONNECTION prefix=PREFIX. Else it "
           "has no IPv4 at all."),
        _ ("The network announces no NAT64 prefix, by router advertisements or DNS64."));
  else if (facts->pref64_seconds >= 0)
    /* Translators: a sentence with the prefix and its source, then seconds. */
    check_finding_ok (finding, _ ("%s It expires in %u s."), source,
                      (guint)MIN (facts->pref64_seconds, G_MAXUINT));
  else
    check_finding_ok (finding, "%s", source);
}

static char *
describe_answers (const CheckFacts *facts)
{
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u of %u DNS server answers.",
                                       "%u of %u DNS servers answer.",
                                       facts->n_resolvers_asked),
                          facts->n_resolvers_answered, facts->n_resolvers_asked);
}

static void
judge_resolvers (const CheckFacts *facts, CheckFinding *finding)
{
  guint n = facts->resolvers != NULL ? facts->resolvers->len : 0;
  g_autofree char *answers = describe_answers (facts);

  if (facts->has_networkmanager != CHECK_YES)
    check_finding_skip (finding, _ ("They are not known."));
  else if (n == 0)
    check_finding_warn (finding, CHECK_FAULT_NETWORK,
                        _ ("Names only resolve if another connection has a resolver."),
                        _ ("The connection has no DNS servers."));
  else if (facts->n_resolvers_asked == 0)
    check_finding_skip (finding,
                        g_dngettext (GETTEXT_PACKAGE,
                                     "%u DNS server has no IPv6 address.",
                                     "None of %u DNS servers has an IPv6 address.", n),
                        n);
  else if (facts->n_resolvers_answered == 0)
    check_finding_fail (finding, CHECK_FAULT_NETWORK,
                        _ ("Names do not resolve. Check the DNS servers of the network."),
                        g_dngettext (GETTEXT_PACKAGE, "%u DNS server does not answer.",
                                     "None of %u DNS servers answers.",
                                     facts->n_resolvers_asked),
                        facts->n_resolvers_asked);
  else if (facts->n_resolvers_answered < facts->n_resolvers_asked)
    check_finding_warn (finding, CHECK_FAULT_NETWORK,
                        _ ("Names resolve slowly whenever the others are asked first."),
                        "%s", answers);
  else
    check_finding_ok (finding, "%s", answers);
}

const Check check_network[] = {
    {"networkmanager", N_ ("NetworkManager"), judge_networkmanager},
    {"profile", N_ ("Profile"), judge_profile},
    {"link", N_ ("Link"), judge_link},
    {"router", N_ ("Router"), judge_router},
    {"neighbour", N_ ("Neighbour"), judge_neighbour},
    {"prefix", N_ ("NAT64 prefix"), judge_prefix},
    {"resolvers", N_ ("Resolvers"), judge_resolvers},
    {NULL, NULL, NULL},
};
