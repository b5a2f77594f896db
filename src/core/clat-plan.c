/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan from the actual translator to the wanted one. */
#include "clat-plan.h"

/* Whether a route must go before any other is added: packets on it would be lost, or
 * should go elsewhere. */
static gboolean
has_wrong_route (const ClatWanted *wanted, const ClatActual *actual)
{
  return clat_plan_may_route (wanted, actual)
             ? !clat_wanted_has_default_route (wanted) && clat_actual_has_route (actual)
             : actual->n_routes > 0;
}

/* Whatever must not stay, outermost first: nothing is removed that another object uses.
 */
static ClatStep
next_removal (const ClatWanted *wanted, const ClatActual *actual)
{
  gboolean may_stay = clat_plan_may_translate (wanted, actual);

  if (has_wrong_route (wanted, actual))
    return CLAT_STEP_REMOVE_ROUTE;
  if (actual->refusal != CLAT_REFUSAL_NONE && !clat_plan_may_route (wanted, actual))
    return CLAT_STEP_REMOVE_REFUSAL;
  if (actual->has_stray_rules)
    return CLAT_STEP_REMOVE_STRAY_RULES;
  if (actual->n_ipv4s > 0 && !may_stay)
    return CLAT_STEP_REMOVE_IPV4;
  if (actual->has_datapath && !may_stay)
    return CLAT_STEP_REMOVE_DATAPATH;
  if (actual->slow != CLAT_SLOW_PATH_NONE && !may_stay)
    return CLAT_STEP_STOP_SLOW_PATH;
  if (actual->has_veth && !may_stay)
    return CLAT_STEP_REMOVE_VETH;
  if (actual->uplink != CLAT_UPLINK_NONE && !clat_plan_uplink_may_stay (wanted, actual))
    return CLAT_STEP_REMOVE_UPLINK;
  if (actual->has_namespace && !wanted->translator)
    return CLAT_STEP_REMOVE_NAMESPACE;
  return CLAT_STEP_NONE;
}

/* New addresses are added before old ones are removed. */
static ClatStep
next_ipv6 (const ClatWanted *wanted, const ClatActual *actual)
{
  struct in6_addr gateway = clat_plan_gateway (wanted);
  ClatIpv6 ipv6;

  if (clat_plan_ipv6_to_add (wanted, actual, &ipv6))
    return CLAT_STEP_ADD_IPV6;
  if (clat_plan_ipv6_to_remove (wanted, actual, &ipv6))
    return CLAT_STEP_REMOVE_IPV6;
  if (!IN6_ARE_ADDR_EQUAL (&gateway, &actual->gateway))
    return CLAT_STEP_SET_GATEWAY;
  return CLAT_STEP_NONE;
}

static gboolean
lacks_redirect (const ClatActual *actual)
{
  return clat_uplink_redirects (actual->uplink) && !actual->is_redirect_current;
}

/* All that does not need a prefix. On a link with neighbours the kernel solicits them as
 * soon as the uplink is up: the redirection comes first there. */
static ClatStep
next_for_link (const ClatWanted *wanted, const ClatActual *actual)
{
  if (!actual->has_namespace)
    return CLAT_STEP_MAKE_NAMESPACE;
  if (actual->uplink == CLAT_UPLINK_NONE)
    return CLAT_STEP_MAKE_UPLINK;
  if (clat_wanted_has_neighbours (wanted) && lacks_redirect (actual))
    return CLAT_STEP_SET_REDIRECT;
  if (actual->is_down)
    return CLAT_STEP_BRING_UP;
  if (actual->uplink_mtu != wanted->parent_mtu)
    return CLAT_STEP_SET_UPLINK_MTU;
  return next_ipv6 (wanted, actual);
}

static ClatStep
next_for_translation (const ClatWanted *wanted, const ClatActual *actual)
{
  ClatTranslation translation = clat_plan_translation (wanted, actual);
  ClatDatapath datapath = clat_plan_datapath (wanted, actual);

  if (lacks_redirect (actual))
    return CLAT_STEP_SET_REDIRECT;
  if (!actual->has_veth)
    return CLAT_STEP_MAKE_VETH;
  if (actual->veth_mtu != clat_plan_veth_mtu (actual))
    return CLAT_STEP_SET_VETH_MTU;
  if (actual->has_multicast)
    return CLAT_STEP_CLEAR_MULTICAST;
  if (actual->lacks_forwarding)
    return CLAT_STEP_SET_FORWARDING;
  if (actual->vrf != wanted->vrf)
    return CLAT_STEP_SET_VRF;
  if (actual->slow == CLAT_SLOW_PATH_NONE || actual->slow == CLAT_SLOW_PATH_ORPHANED
      || (actual->slow == CLAT_SLOW_PATH_RUNNING
          && !clat_translation_equal (&actual->slow_translation, &translation)))
    return CLAT_STEP_START_SLOW_PATH;
  if (datapath.slow_path_only && actual->slow != CLAT_SLOW_PATH_RUNNING)
    return CLAT_STEP_WAIT;
  if (!actual->has_datapath || !clat_datapath_equal (&actual->datapath, &datapath))
    return CLAT_STEP_SET_DATAPATH;
  return CLAT_STEP_NONE;
}

/* The kernel makes a second address with the same peer a secondary one, and removes that
 * together with the first: the address that has the peer goes first. If it belongs to an
 * older pair, the host has it without the peer by then. */
static ClatStep
next_ipv4 (const ClatWanted *wanted, const ClatActual *actual)
{
  const ClatHostIpv4 *surplus = clat_plan_surplus_ipv4 (wanted, actual);
  ClatHostIpv4 missing;

  if (!clat_plan_missing_ipv4 (wanted, actual, &missing))
    return CLAT_STEP_NONE;
  return surplus != NULL && surplus->peer.s_addr == missing.peer.s_addr
             ? CLAT_STEP_REMOVE_IPV4
             : CLAT_STEP_ADD_IPV4;
}

static ClatStep
next_refusal (const ClatWanted *wanted, const ClatActual *actual)
{
  ClatRefusal due = clat_plan_may_route (wanted, actual) && actual->is_refusal_due
                        ? CLAT_REFUSAL_RIGHT
                        : CLAT_REFUSAL_NONE;

  if (actual->refusal == due)
    return CLAT_STEP_NONE;
  return due == CLAT_REFUSAL_RIGHT ? CLAT_STEP_ADD_REFUSAL : CLAT_STEP_REMOVE_REFUSAL;
}

/* New routes and addresses are added before old ones are removed, but see next_ipv4. */
static ClatStep
next_for_host (const ClatWanted *wanted, const ClatActual *actual)
{
  ClatStep step = next_ipv4 (wanted, actual);
  ClatRoute route;

  if (step != CLAT_STEP_NONE)
    return step;
  if (clat_plan_missing_route (wanted, actual, &route))
    return CLAT_STEP_ADD_ROUTE;
  if (clat_plan_surplus_route (wanted, actual) != NULL)
    return CLAT_STEP_REMOVE_ROUTE;
  if (clat_plan_surplus_ipv4 (wanted, actual) != NULL)
    return CLAT_STEP_REMOVE_IPV4;
  return next_refusal (wanted, actual);
}

/* Whatever is missing, innermost first. */
static ClatStep
next_addition (const ClatWanted *wanted, const ClatActual *actual)
{
  ClatStep step = next_for_link (wanted, actual);

  if (step != CLAT_STEP_NONE || wanted->prefix.length == 0)
    return step;
  if (!clat_plan_may_translate (wanted, actual))
    return CLAT_STEP_WAIT;

  step = next_for_translation (wanted, actual);
  return step != CLAT_STEP_NONE ? step : next_for_host (wanted, actual);
}

ClatStep
clat_plan_next (const ClatWanted *wanted, const ClatActual *actual)
{
  ClatStep step = next_removal (wanted, actual);

  if (step != CLAT_STEP_NONE || !wanted->translator)
    return step;
  return next_addition (wanted, actual);
}

static gboolean
is_optimistic (const ClatActual *actual)
{
  for (guint i = 0; i < actual->n_addresses; i++)
    if (IN6_ARE_ADDR_EQUAL (&actual->addresses[i].address, &actual->ipv6))
      return actual->addresses[i].is_optimistic;
  return FALSE;
}

gboolean
clat_plan_may_advertise (const ClatActual *actual, ClatStep next)
{
  if (actual->addressing != CLAT_ADDRESSING_READY || actual->is_down)
    return FALSE;
  if (clat_uplink_redirects (actual->uplink)
      && !(actual->has_neighbours && actual->is_redirect_current))
    return FALSE;
  return next == CLAT_STEP_SET_DATAPATH || !is_optimistic (actual);
}

gboolean
clat_plan_may_override (const ClatActual *actual)
{
  return !is_optimistic (actual);
}
