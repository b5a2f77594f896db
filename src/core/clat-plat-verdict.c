/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verdict on the NAT64 of a network in words. */
#include "clat-plat-verdict.h"

#include <arpa/inet.h>

const char *
clat_plat_state_to_string (ClatPlatState state)
{
  switch (state)
    {
    case CLAT_PLAT_UNKNOWN:
      return "unknown";
    case CLAT_PLAT_REACHABLE:
      return "reachable";
    case CLAT_PLAT_UNREACHABLE:
      return "unreachable";
    }
  g_return_val_if_reached ("unknown");
}

static char *
explain_silence (const ClatPlatVerdict *verdict)
{
  char target[INET_ADDRSTRLEN];

  if (verdict->target.s_addr == 0)
    return g_strdup_printf ("None of %u packets in %u s was answered.",
                            verdict->n_packets, verdict->seconds);
  inet_ntop (AF_INET, &verdict->target, target, sizeof target);
  return g_strdup_printf ("None of %u packets in %u s was answered, nor a ping to %s.",
                          verdict->n_packets, verdict->seconds, target);
}

char *
clat_plat_explain (const ClatPlatVerdict *verdict)
{
  char router[INET6_ADDRSTRLEN];

  if (verdict->state == CLAT_PLAT_UNKNOWN)
    return g_strdup ("No packet has come from the NAT64 yet.");
  if (verdict->state == CLAT_PLAT_REACHABLE)
    return g_strdup ("Packets come from the NAT64.");

  inet_ntop (AF_INET6, &verdict->router, router, sizeof router);
  switch (verdict->cause)
    {
    case CLAT_PLAT_CAUSE_ERRORS:
      return g_strdup_printf ("The router %s cannot forward packets to it (ICMPv6 "
                              "destination unreachable, code %u).",
                              router, verdict->error_code);
    case CLAT_PLAT_CAUSE_ROUTER:
      return g_strdup_printf ("The router %s does not answer neighbour solicitations.",
                              router);
    case CLAT_PLAT_CAUSE_FILTER:
      return g_strdup_printf ("None of %u packets in %u s was answered, nor a ping to "
                              "the router, which the host reaches: the network may "
                              "pass only the host's own address.",
                              verdict->n_packets, verdict->seconds);
    case CLAT_PLAT_CAUSE_NONE:
    case CLAT_PLAT_CAUSE_SILENCE:
      return explain_silence (verdict);
    }
  g_return_val_if_reached (NULL);
}
