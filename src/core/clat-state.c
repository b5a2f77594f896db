/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of one connection. */
#include "clat-state.h"

#include <arpa/inet.h>
#include <string.h>

#include "clat-error.h"
#include "clat-other-clat.h"

static const char *const mode_names[] = {
    [CLAT_MODE_AUTO] = "auto",
    [CLAT_MODE_YES] = "yes",
    [CLAT_MODE_NO] = "no",
    [CLAT_MODE_FORCE] = "force",
};

static const char *const state_names[] = {
    [CLAT_STATE_DISABLED] = "disabled",   [CLAT_STATE_NATIVE] = "native",
    [CLAT_STATE_DELEGATED] = "delegated", [CLAT_STATE_SEARCHING] = "searching",
    [CLAT_STATE_PREPARING] = "preparing", [CLAT_STATE_ACTIVE] = "active",
    [CLAT_STATE_FAILED] = "failed",       [CLAT_STATE_UNSUPPORTED] = "unsupported",
};

static const char *const reason_names[] = {
    [CLAT_REASON_NONE] = "none",
    [CLAT_REASON_MODE_NO] = "mode-no",
    [CLAT_REASON_NATIVE_IPV4] = "native-ipv4",
    [CLAT_REASON_IPV6_MOSTLY_LEASE] = "ipv6-mostly-lease",
    [CLAT_REASON_NETWORKMANAGER_CLAT] = "networkmanager-clat",
    [CLAT_REASON_OTHER_CLAT] = "other-clat",
    [CLAT_REASON_NOT_CONNECTED] = "not-connected",
    [CLAT_REASON_NO_NAT64] = "no-nat64",
    [CLAT_REASON_WAITING_FOR_ADDRESS] = "waiting-for-address",
    [CLAT_REASON_NO_ADDRESS_FOR_CLAT] = "no-address-for-clat",
    [CLAT_REASON_DUPLICATE_ADDRESS] = "duplicate-address",
    [CLAT_REASON_NO_ROUTE_TO_NAT64] = "no-route-to-nat64",
    [CLAT_REASON_NO_IPV4_ADDRESS_LEFT] = "no-ipv4-address-left",
    [CLAT_REASON_LINK_UNSUPPORTED] = "link-unsupported",
    [CLAT_REASON_KERNEL_LACKS_FEATURE] = "kernel-lacks-feature",
    [CLAT_REASON_NO_PERMISSION] = "no-permission",
    [CLAT_REASON_KERNEL_ERROR] = "kernel-error",
};

gboolean
clat_mode_parse (const char *text, ClatMode *mode, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (mode_names); i++)
    if (g_str_equal (text, mode_names[i]))
      {
        *mode = i;
        return TRUE;
      }

  g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
               "'%s' is not a mode; expected auto, yes, no or force", text);
  return FALSE;
}

const char *
clat_mode_to_string (ClatMode mode)
{
  return mode_names[mode];
}

const char *
clat_state_to_string (ClatState state)
{
  return state_names[state];
}

const char *
clat_reason_to_string (ClatReason reason)
{
  return (guint)reason < G_N_ELEMENTS (reason_names) ? reason_names[reason] : NULL;
}

static ClatReason
reason_of_fault (const GError *fault)
{
  if (g_error_matches (fault, CLAT_ERROR, CLAT_ERROR_NO_PERMISSION))
    return CLAT_REASON_NO_PERMISSION;
  if (g_error_matches (fault, CLAT_ERROR, CLAT_ERROR_LACKS_FEATURE))
    return CLAT_REASON_KERNEL_LACKS_FEATURE;
  return CLAT_REASON_KERNEL_ERROR;
}

static ClatVerdict
judge_addressing (const ClatSituation *self)
{
  if (!self->is_overdue)
    return (ClatVerdict){CLAT_STATE_PREPARING, CLAT_REASON_WAITING_FOR_ADDRESS};

  switch (self->addressing)
    {
    case CLAT_ADDRESSING_DUPLICATE:
      return (ClatVerdict){CLAT_STATE_FAILED, CLAT_REASON_DUPLICATE_ADDRESS};
    case CLAT_ADDRESSING_NO_ROUTE:
      return (ClatVerdict){CLAT_STATE_FAILED, CLAT_REASON_NO_ROUTE_TO_NAT64};
    case CLAT_ADDRESSING_NONE:
    case CLAT_ADDRESSING_READY:
      return (ClatVerdict){CLAT_STATE_FAILED, CLAT_REASON_NO_ADDRESS_FOR_CLAT};
    }
  g_return_val_if_reached ((ClatVerdict){0});
}

gboolean
clat_situation_is_delegated (const ClatSituation *self)
{
  return self->is_delegated || (self->other_clat != NULL && !self->has_native_ipv4);
}

ClatVerdict
clat_situation_judge (const ClatSituation *self)
{
  /* First a CLAT that is not ours, with which IPv4 works in each mode, then the user's
   * setting, then what makes a CLAT unnecessary, then what is missing. */
  if (self->is_delegated)
    return (ClatVerdict){CLAT_STATE_DELEGATED, CLAT_REASON_NETWORKMANAGER_CLAT};
  /* Two would have two addresses of 192.0.0.0/29, and two default routes. */
  if (clat_situation_is_delegated (self))
    return (ClatVerdict){CLAT_STATE_DELEGATED, CLAT_REASON_OTHER_CLAT};
  if (self->mode == CLAT_MODE_NO)
    return (ClatVerdict){CLAT_STATE_DISABLED, CLAT_REASON_MODE_NO};
  if (self->has_native_ipv4 && self->mode != CLAT_MODE_FORCE)
    return (ClatVerdict){CLAT_STATE_NATIVE, self->lease_end != 0
                                                ? CLAT_REASON_IPV6_MOSTLY_LEASE
                                                : CLAT_REASON_NATIVE_IPV4};
  if (!self->is_supported)
    return (ClatVerdict){CLAT_STATE_UNSUPPORTED, CLAT_REASON_LINK_UNSUPPORTED};
  if (!self->is_connected)
    return (ClatVerdict){CLAT_STATE_SEARCHING, CLAT_REASON_NOT_CONNECTED};
  if (self->pref64 == NULL)
    return (ClatVerdict){CLAT_STATE_SEARCHING, CLAT_REASON_NO_NAT64};
  if (!self->has_ipv4_to_give)
    return (ClatVerdict){CLAT_STATE_FAILED, CLAT_REASON_NO_IPV4_ADDRESS_LEFT};
  if (self->fault != NULL)
    return (ClatVerdict){CLAT_STATE_FAILED, reason_of_fault (self->fault)};
  if (self->addressing != CLAT_ADDRESSING_READY)
    return judge_addressing (self);
  if (!self->is_complete)
    return (ClatVerdict){CLAT_STATE_PREPARING, CLAT_REASON_NONE};
  return (ClatVerdict){CLAT_STATE_ACTIVE, CLAT_REASON_NONE};
}

/* Whether a prefix may still be announced. On a network with IPv4 nothing is prepared:
 * native IPv4 is known by the time NetworkManager has settled. */
static gboolean
may_find_nat64 (const ClatSituation *self)
{
  return self->is_connected && self->is_settled && self->has_router;
}

ClatGoal
clat_situation_goal (const ClatSituation *self)
{
  switch (clat_situation_judge (self).state)
    {
    case CLAT_STATE_PREPARING:
    case CLAT_STATE_ACTIVE:
    case CLAT_STATE_FAILED:
      return self->has_ipv4_to_give ? CLAT_GOAL_TRANSLATOR : CLAT_GOAL_NOTHING;
    case CLAT_STATE_SEARCHING:
      return may_find_nat64 (self) ? CLAT_GOAL_PREPARATION : CLAT_GOAL_NOTHING;
    case CLAT_STATE_NATIVE:
      return self->is_draining ? CLAT_GOAL_DRAIN : CLAT_GOAL_NOTHING;
    case CLAT_STATE_DISABLED:
    case CLAT_STATE_DELEGATED:
    case CLAT_STATE_UNSUPPORTED:
      return CLAT_GOAL_NOTHING;
    }
  g_return_val_if_reached (CLAT_GOAL_NOTHING);
}

gboolean
clat_situation_ends_connections (const ClatSituation *self)
{
  switch (clat_situation_judge (self).state)
    {
    case CLAT_STATE_DISABLED:
    case CLAT_STATE_DELEGATED:
    case CLAT_STATE_NATIVE:
    case CLAT_STATE_SEARCHING:
      return self->mode == CLAT_MODE_NO || self->is_connected;
    case CLAT_STATE_PREPARING:
    case CLAT_STATE_ACTIVE:
      return TRUE;
    case CLAT_STATE_FAILED:
    case CLAT_STATE_UNSUPPORTED:
      return FALSE;
    }
  g_return_val_if_reached (FALSE);
}

static char *
explain_active (const ClatSituation *self)
{
  g_autofree char *prefix = clat_prefix_to_string (&self->pref64->prefix);

  if (self->plat_fault != NULL)
    return g_strdup_printf ("The network's NAT64 at %s does not answer. %s", prefix,
                            self->plat_fault);
  if (self->is_limited)
    return g_strdup_printf ("IPv4 works through the network's NAT64 at %s, but clat-xlat "
                            "keeps ending: packets "
                            "that the fast path does not handle are dropped.",
                            prefix);
  if (self->is_never_default)
    return g_strdup_printf (
        "IPv4 works through the network's NAT64 at %s for programs bound to the "
        "interface; the profile sets ipv4.never-default.",
        prefix);
  if (self->pref64->source == CLAT_PREF64_SOURCE_DNS
      && self->dns == CLAT_DNS_STATUS_SILENT)
    return g_strdup_printf ("IPv4 works through the network's NAT64 at %s, although the "
                            "DNS server that named it does not answer any more.",
                            prefix);
  if (self->is_shared)
    return g_strdup_printf ("IPv4 works through the network's NAT64 at %s, with the IPv6 "
                            "address of the host.",
                            prefix);
  return g_strdup_printf ("IPv4 works through the network's NAT64 at %s.", prefix);
}

static char *
explain_lease (const ClatSituation *self)
{
  g_autoptr (GDateTime) end = g_date_time_new_from_unix_utc (self->lease_end);
  g_autofree char *time =
      end == NULL ? NULL : g_date_time_format (end, "%Y-%m-%d %H:%M:%S");

  return g_strdup_printf (
      "The network is IPv6-mostly; native IPv4 stays until the connections that use it "
      "have ended, or its DHCPv4 lease at %s UTC.",
      time == NULL ? "an unknown time" : time);
}

static char *
explain_delegated (const ClatSituation *self)
{
  char address[INET_ADDRSTRLEN];

  inet_ntop (AF_INET, &self->delegated_ipv4, address, sizeof address);
  return g_strdup_printf ("IPv4 works through NetworkManager's own CLAT, with the "
                          "address %s.",
                          address);
}

static char *
explain_other_clat (const ClatSituation *self)
{
  const char *program = clat_other_clat_get_program (self->other_clat);
  char address[INET_ADDRSTRLEN];

  inet_ntop (AF_INET, &self->delegated_ipv4, address, sizeof address);
  return g_strdup_printf ("Another CLAT (%s, on the interface %s) has the IPv4 default "
                          "route, with the address %s.",
                          program == NULL ? "of an unknown program" : program,
                          self->other_clat, address);
}

static const char *
describe_dns (ClatDnsStatus status)
{
  switch (status)
    {
    case CLAT_DNS_STATUS_NONE:
      return ", and the DNS servers name none";
    case CLAT_DNS_STATUS_PARTIAL:
      return ", some DNS servers do not answer, and the others name none";
    case CLAT_DNS_STATUS_SILENT:
      return ", and DNS does not answer";
    case CLAT_DNS_STATUS_UNKNOWN:
    case CLAT_DNS_STATUS_FOUND:
      return "";
    }
  g_return_val_if_reached ("");
}

static char *
explain_no_nat64 (const ClatSituation *self)
{
  if (self->lacks_both)
    return g_strdup ("The network says that hosts can do without IPv4 (DHCPv4 option "
                     "108), but names no NAT64: native IPv4 is requested within 30 "
                     "seconds.");
  if (self->has_router && self->dns == CLAT_DNS_STATUS_NONE)
    return g_strdup ("The network has no NAT64: neither its routers nor its DNS servers "
                     "announce a prefix.");
  return g_strdup_printf ("%s%s.",
                          self->has_router
                              ? "The network has not announced a NAT64 prefix"
                              : "No router has sent an advertisement on this link",
                          describe_dns (self->dns));
}

static const char *
explain_no_route (const ClatSituation *self)
{
  return self->lacks_router ? "There is no route to the NAT64 prefix: no router on this "
                              "link advertises itself as a default router."
                            : "There is no IPv6 route to the NAT64 prefix on this link.";
}

char *
clat_situation_explain (const ClatSituation *self)
{
  switch (clat_situation_judge (self).reason)
    {
    case CLAT_REASON_NONE:
      return self->is_complete ? explain_active (self)
                               : g_strdup ("The translator is being set up.");
    case CLAT_REASON_MODE_NO:
      return g_strdup (
          self->is_ipv4_clat_no
              ? "CLAT is disabled for this connection by ipv4.clat=no in its "
                "profile; clatctl can set another mode."
              : "CLAT is disabled for this connection.");
    case CLAT_REASON_NATIVE_IPV4:
      return g_strdup ("The network has native IPv4.");
    case CLAT_REASON_IPV6_MOSTLY_LEASE:
      return explain_lease (self);
    case CLAT_REASON_NETWORKMANAGER_CLAT:
      return explain_delegated (self);
    case CLAT_REASON_OTHER_CLAT:
      return explain_other_clat (self);
    case CLAT_REASON_NOT_CONNECTED:
      return g_strdup ("NetworkManager has not configured the interface yet.");
    case CLAT_REASON_NO_NAT64:
      return explain_no_nat64 (self);
    case CLAT_REASON_WAITING_FOR_ADDRESS:
      return g_strdup (self->lacks_router
                           ? "Waiting for a router: none on this link advertises itself "
                             "as a default router."
                           : "Waiting for an IPv6 address for the translator.");
    case CLAT_REASON_NO_ADDRESS_FOR_CLAT:
      return g_strdup (
          "No IPv6 address is available for the translator: no router advertises a "
          "prefix for stateless address autoconfiguration (SLAAC), and the host has no "
          "static address with a prefix.");
    case CLAT_REASON_DUPLICATE_ADDRESS:
      return g_strdup ("Each IPv6 address tried for the translator is in use by another "
                       "host on the link.");
    case CLAT_REASON_NO_ROUTE_TO_NAT64:
      return g_strdup (explain_no_route (self));
    case CLAT_REASON_NO_IPV4_ADDRESS_LEFT:
      return g_strdup ("Every address of the IPv4 pool is in use on this host.");
    case CLAT_REASON_LINK_UNSUPPORTED:
      return g_strdup ("This kind of interface cannot carry a CLAT; Ethernet, Wi-Fi, "
                       "modem, PPP, WireGuard and tun interfaces can.");
    case CLAT_REASON_KERNEL_LACKS_FEATURE:
    case CLAT_REASON_NO_PERMISSION:
    case CLAT_REASON_KERNEL_ERROR:
      return g_strdup_printf ("Setting up failed: %s. Next try after %u s.",
                              self->fault->message, self->retry_pause);
    }
  g_return_val_if_reached (NULL);
}
