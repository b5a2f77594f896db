/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the service says about a connection, in the user's language. */
#include "config.h"

#include "cli-reason.h"

#include <glib/gi18n.h>

#include "clat-state.h"
#include "cli-sentence.h"

/* The sentences of clat_plat_explain(). */
static const char *const of_plat[] = {
    N_ ("No packet has come from the NAT64 yet."),
    N_ ("Packets come from the NAT64."),
    N_ ("The router %s cannot forward packets to it (ICMPv6 destination unreachable, "
        "code %s)."),
    N_ ("The router %s does not answer neighbour solicitations."),
    N_ ("None of %s packets in %s s was answered, nor a ping to the router, which the "
        "host reaches: the network may pass only the host's own address."),
    N_ ("None of %s packets in %s s was answered, nor a ping to %s."),
    N_ ("None of %s packets in %s s was answered."),
    NULL,
};

#define SENTENCES(...)                                                                   \
  (const char *const[])                                                                  \
  {                                                                                      \
    __VA_ARGS__, NULL                                                                    \
  }

#define SETTING_UP_FAILED SENTENCES (N_ ("Setting up failed: %s. Next try after %s s."))

/* Those of clat_situation_explain(). */
static const char *const *const of_reasons[] = {
    [CLAT_REASON_NONE] = SENTENCES (
        N_ ("The translator is being set up."),
        N_ ("The network's NAT64 at %s does not answer. %s"),
        N_ ("IPv4 works through the network's NAT64 at %s, but clat-xlat keeps ending: "
            "packets that the fast path does not handle are dropped."),
        N_ ("IPv4 works through the network's NAT64 at %s for programs bound to the "
            "interface; the profile sets ipv4.never-default."),
        N_ ("IPv4 works through the network's NAT64 at %s, although the DNS server that "
            "named it does not answer any more."),
        N_ ("IPv4 works through the network's NAT64 at %s, with the IPv6 address of the "
            "host."),
        N_ ("IPv4 works through the network's NAT64 at %s.")),
    [CLAT_REASON_MODE_NO] = SENTENCES (
        N_ ("CLAT is disabled for this connection by ipv4.clat=no in its profile; "
            "clatctl can set another mode."),
        N_ ("CLAT is disabled for this connection.")),
    [CLAT_REASON_NATIVE_IPV4] = SENTENCES (N_ ("The network has native IPv4.")),
    [CLAT_REASON_IPV6_MOSTLY_LEASE] = SENTENCES (
        N_ ("The network is IPv6-mostly; native IPv4 stays until the connections that "
            "use it have ended, or its DHCPv4 lease at an unknown time UTC."),
        N_ ("The network is IPv6-mostly; native IPv4 stays until the connections that "
            "use it have ended, or its DHCPv4 lease at %s UTC.")),
    [CLAT_REASON_NETWORKMANAGER_CLAT] = SENTENCES (
        N_ ("IPv4 works through NetworkManager's own CLAT, with the address %s.")),
    [CLAT_REASON_OTHER_CLAT] = SENTENCES (
        N_ ("Another CLAT (of an unknown program, on the interface %s) has the IPv4 "
            "default route, with the address %s."),
        N_ ("Another CLAT (%s, on the interface %s) has the IPv4 default route, with the "
            "address %s.")),
    [CLAT_REASON_NOT_CONNECTED] =
        SENTENCES (N_ ("NetworkManager has not configured the interface yet.")),
    [CLAT_REASON_NO_NAT64] = SENTENCES (
        N_ ("The network says that hosts can do without IPv4 (DHCPv4 option 108), but "
            "names no NAT64: native IPv4 is requested within 30 seconds."),
        N_ ("The network has no NAT64: neither its routers nor its DNS servers announce "
            "a prefix."),
        N_ ("The network has not announced a NAT64 prefix."),
        N_ ("The network has not announced a NAT64 prefix, some DNS servers do not "
            "answer, and the others name none."),
        N_ ("The network has not announced a NAT64 prefix, and DNS does not answer."),
        N_ ("No router has sent an advertisement on this link."),
        N_ ("No router has sent an advertisement on this link, and the DNS servers name "
            "none."),
        N_ ("No router has sent an advertisement on this link, some DNS servers do not "
            "answer, and the others name none."),
        N_ ("No router has sent an advertisement on this link, and DNS does not "
            "answer.")),
    [CLAT_REASON_WAITING_FOR_ADDRESS] = SENTENCES (
        N_ ("Waiting for a router: none on this link advertises itself as a default "
            "router."),
        N_ ("Waiting for an IPv6 address for the translator.")),
    [CLAT_REASON_NO_ADDRESS_FOR_CLAT] = SENTENCES (
        N_ ("No IPv6 address is available for the translator: no router advertises a "
            "prefix for stateless address autoconfiguration (SLAAC), and the host has no "
            "static address with a prefix.")),
    [CLAT_REASON_DUPLICATE_ADDRESS] = SENTENCES (
        N_ ("Each IPv6 address tried for the translator is in use by another host on the "
            "link.")),
    [CLAT_REASON_NO_ROUTE_TO_NAT64] = SENTENCES (
        N_ ("There is no route to the NAT64 prefix: no router on this link advertises "
            "itself as a default router."),
        N_ ("There is no IPv6 route to the NAT64 prefix on this link.")),
    [CLAT_REASON_NO_IPV4_ADDRESS_LEFT] =
        SENTENCES (N_ ("Every address of the IPv4 pool is in use on this host.")),
    [CLAT_REASON_LINK_UNSUPPORTED] = SENTENCES (
        N_ ("This kind of interface cannot carry a CLAT; Ethernet, Wi-Fi, modem, PPP, "
            "WireGuard and tun interfaces can.")),
    [CLAT_REASON_KERNEL_LACKS_FEATURE] = SETTING_UP_FAILED,
    [CLAT_REASON_NO_PERMISSION] = SETTING_UP_FAILED,
    [CLAT_REASON_KERNEL_ERROR] = SETTING_UP_FAILED,
};

static const char *const *
find_sentences (const char *reason)
{
  for (gsize i = 0; i < G_N_ELEMENTS (of_reasons); i++)
    if (g_str_equal (clat_reason_to_string (i), reason))
      return of_reasons[i];
  return NULL;
}

char *
cli_reason_explain (const char *reason, const char *text)
{
  const char *const *sentences = find_sentences (reason);

  return sentences != NULL ? cli_sentence_translate (sentences, of_plat, text) : NULL;
}

char *
cli_reason_explain_plat (const char *text)
{
  return cli_sentence_translate (of_plat, NULL, text);
}
