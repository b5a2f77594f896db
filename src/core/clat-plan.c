/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one way from what is there to what should be there. */
#include "clat-plan.h"

#include <string.h>

/* The IPv6 header is 20 octets longer than the IPv4 header, and a fragment header may
 * come in: packets of the host then never need to be fragmented by the translator. */
#define TRANSLATION_ROOM 28

/* IPv6 guarantees this much (RFC 8200, 5). */
#define IPV6_MIN_MTU 1280

/* Big enough for a packet that fills an Ethernet frame on the other side. */
#define VETH_MIN_MTU 1500

const char *
clat_step_to_string (ClatStep step)
{
  static const char *const names[] = {
      [CLAT_STEP_NONE] = "nothing to do",
      [CLAT_STEP_WAIT] = "wait",
      [CLAT_STEP_REMOVE_STRAY_RULES] = "remove rules of addresses that are gone",
      [CLAT_STEP_REMOVE_ROUTE] = "remove the IPv4 route",
      [CLAT_STEP_REMOVE_IPV4] = "remove the IPv4 address",
      [CLAT_STEP_REMOVE_DATAPATH] = "detach the data path",
      [CLAT_STEP_STOP_SLOW_PATH] = "stop the slow path",
      [CLAT_STEP_REMOVE_VETH] = "remove the veth pair",
      [CLAT_STEP_REMOVE_UPLINK] = "remove the uplink",
      [CLAT_STEP_REMOVE_NAMESPACE] = "remove the namespace",
      [CLAT_STEP_MAKE_NAMESPACE] = "make the namespace",
      [CLAT_STEP_MAKE_UPLINK] = "make the uplink",
      [CLAT_STEP_BRING_UP] = "bring the interfaces up",
      [CLAT_STEP_SET_UPLINK_MTU] = "set the MTU of the uplink",
      [CLAT_STEP_ADD_IPV6] = "add an IPv6 address",
      [CLAT_STEP_REMOVE_IPV6] = "remove an IPv6 address",
      [CLAT_STEP_SET_GATEWAY] = "set the IPv6 gateway",
      [CLAT_STEP_SET_REDIRECT] = "attach the redirection of the link",
      [CLAT_STEP_MAKE_VETH] = "make the veth pair",
      [CLAT_STEP_SET_VETH_MTU] = "set the MTU of the veth pair",
      [CLAT_STEP_SET_VRF] = "put the veth pair into the VRF",
      [CLAT_STEP_START_SLOW_PATH] = "start the slow path",
      [CLAT_STEP_SET_DATAPATH] = "attach the data path",
      [CLAT_STEP_ADD_IPV4] = "add the IPv4 address",
      [CLAT_STEP_ADD_ROUTE] = "add the IPv4 route",
  };

  return names[step];
}

gboolean
clat_plan_ipv6_to_add (const ClatWanted *wanted, const ClatActual *actual, ClatIpv6 *ipv6)
{
  return !actual->has_slaac && (wanted->lacks_slaac || actual->made.n > 0)
         && clat_static_ipv6_get_addition (&wanted->static_ipv6, wanted->identifier,
                                           &actual->made, ipv6);
}

gboolean
clat_plan_ipv6_to_remove (const ClatWanted *wanted, const ClatActual *actual,
                          ClatIpv6 *ipv6)
{
  static const ClatStaticIpv6 none = {0};

  /* What the network offers is better than what is like the host's own. */
  return clat_static_ipv6_get_removal (actual->has_slaac ? &none : &wanted->static_ipv6,
                                       wanted->identifier, &actual->made, ipv6);
}

/* Without address resolution any neighbour will do, and one for all destinations keeps
 * the kernel from remembering each of them. */
struct in6_addr
clat_plan_gateway (const ClatWanted *wanted)
{
  static const struct in6_addr any = {.s6_addr = {0xfe, 0x80, [15] = 1}};

  return wanted->redirects ? any : wanted->static_ipv6.gateway;
}

ClatTranslation
clat_plan_translation (const ClatWanted *wanted, const ClatActual *actual)
{
  ClatTranslation translation = {
      .prefix = wanted->prefix,
      .n_pairs = wanted->n_pairs,
      .mtu6 = MAX (actual->mtu6, IPV6_MIN_MTU),
      .lowest_ipv6_mtu = wanted->settings.lowest_ipv6_mtu,
      .reassembles = wanted->settings.reassembles,
  };

  memcpy (translation.pairs, wanted->pairs, sizeof translation.pairs);
  return translation;
}

ClatDatapath
clat_plan_datapath (const ClatWanted *wanted, const ClatActual *actual)
{
  ClatDatapath datapath = {
      .translation = clat_plan_translation (wanted, actual),
      .takes_nothing = wanted->settings.userspace || actual->lacks_fast_path,
  };

  memcpy (datapath.next_hops, wanted->next_hops, sizeof datapath.next_hops);
  return datapath;
}

guint
clat_plan_route_mtu (const ClatActual *actual)
{
  return MAX (actual->mtu6, IPV6_MIN_MTU) - TRANSLATION_ROOM;
}

guint
clat_plan_veth_mtu (const ClatActual *actual)
{
  return MAX (actual->mtu6, VETH_MIN_MTU);
}

static gboolean
is_on_link (const ClatWanted *wanted, const ClatActual *actual)
{
  return actual->parent == wanted->parent
         || (wanted->lower != 0 && actual->parent == wanted->lower);
}

/* What finds neighbours is for links that have some, whether it is a child or not. */
static gboolean
uplink_fits (const ClatWanted *wanted, const ClatActual *actual)
{
  gboolean has_neighbours =
      actual->uplink != CLAT_UPLINK_REDIRECT || actual->has_neighbours;

  return is_on_link (wanted, actual) && has_neighbours != wanted->redirects;
}

/* What stands may stay: the connection is on that interface. */
static gboolean
fits (const ClatWanted *wanted, const ClatActual *actual)
{
  return wanted->translator
         && (actual->uplink == CLAT_UPLINK_NONE || uplink_fits (wanted, actual));
}

/* It is known what to translate, and the link takes it. */
static gboolean
passes (const ClatWanted *wanted, const ClatActual *actual)
{
  return fits (wanted, actual) && wanted->prefix.length != 0 && wanted->n_pairs > 0
         && !IN6_IS_ADDR_UNSPECIFIED (&wanted->pairs[0].ipv6)
         && actual->uplink != CLAT_UPLINK_NONE
         && actual->addressing == CLAT_ADDRESSING_READY;
}

static gboolean
wants_ipv4 (const ClatWanted *wanted, struct in_addr address)
{
  for (guint i = 0; i < wanted->n_pairs; i++)
    if (wanted->pairs[i].ipv4.s_addr == address.s_addr)
      return TRUE;
  return FALSE;
}

/* The host has one of the addresses that are translated. */
static gboolean
has_wanted_ipv4 (const ClatWanted *wanted, const ClatActual *actual)
{
  for (guint i = 0; i < actual->n_ipv4s; i++)
    if (wants_ipv4 (wanted, actual->ipv4s[i].address))
      return TRUE;
  return FALSE;
}

/* There is all that a packet needs on its way. */
static gboolean
has_foundation (const ClatWanted *wanted, const ClatActual *actual)
{
  gboolean needs_slow = wanted->settings.userspace || actual->lacks_fast_path;

  return passes (wanted, actual) && actual->has_veth && actual->has_datapath
         && (actual->uplink != CLAT_UPLINK_REDIRECT || actual->has_redirect)
         && (actual->slow == CLAT_SLOW_PATH_RUNNING || !needs_slow) && !actual->is_down
         && has_wanted_ipv4 (wanted, actual);
}

static gboolean
has_ipv4_with_rules (const ClatActual *actual, struct in_addr address)
{
  for (guint i = 0; i < actual->n_ipv4s; i++)
    if (actual->ipv4s[i].address.s_addr == address.s_addr)
      return actual->ipv4s[i].has_rules;
  return FALSE;
}

const struct in_addr *
clat_plan_missing_ipv4 (const ClatWanted *wanted, const ClatActual *actual)
{
  for (guint i = 0; i < wanted->n_pairs; i++)
    if (!has_ipv4_with_rules (actual, wanted->pairs[i].ipv4))
      return &wanted->pairs[i].ipv4;
  return NULL;
}

const struct in_addr *
clat_plan_surplus_ipv4 (const ClatWanted *wanted, const ClatActual *actual)
{
  gboolean may_stay = passes (wanted, actual);

  for (guint i = 0; i < actual->n_ipv4s; i++)
    if (!may_stay || !wants_ipv4 (wanted, actual->ipv4s[i].address))
      return &actual->ipv4s[i].address;
  return NULL;
}

/* The route of our own table is for what comes from our addresses, the other one for new
 * connections; the one that stands on the other comes last. */
static guint
get_routes (const ClatWanted *wanted, const ClatActual *actual, ClatRoute routes[2])
{
  const ClatRoute route = {
      .table = wanted->table,
      .metric = wanted->metric,
      .mtu = clat_plan_route_mtu (actual),
      .source = wanted->pairs[0].ipv4,
  };

  if (!has_foundation (wanted, actual))
    return 0;

  routes[0] = routes[1] = route;
  routes[0].table = actual->own_table;
  routes[0].metric = 0;
  /* What comes here has one; and a VRF does not let it be named in another table. */
  routes[0].source.s_addr = 0;
  return wanted->drains ? 1 : 2;
}

static gboolean
is_among (const ClatRoute *route, const ClatRoute *routes, guint count)
{
  for (guint i = 0; i < count; i++)
    if (clat_route_equal (route, &routes[i]))
      return TRUE;
  return FALSE;
}

gboolean
clat_plan_missing_route (const ClatWanted *wanted, const ClatActual *actual,
                         ClatRoute *route)
{
  ClatRoute routes[2];
  guint count = get_routes (wanted, actual, routes);

  for (guint i = 0; i < count; i++)
    if (!is_among (&routes[i], actual->routes, actual->n_routes))
      {
        *route = routes[i];
        return TRUE;
      }
  return FALSE;
}

const ClatRoute *
clat_plan_surplus_route (const ClatWanted *wanted, const ClatActual *actual)
{
  ClatRoute routes[2];
  guint count = get_routes (wanted, actual, routes);
  const ClatRoute *surplus = NULL;

  for (guint i = 0; i < actual->n_routes; i++)
    {
      const ClatRoute *route = &actual->routes[i];

      if (!is_among (route, routes, count)
          && (surplus == NULL || route->table != actual->own_table))
        surplus = route;
    }
  return surplus;
}

/* Whether there is a route that must not wait until better ones are there. */
static gboolean
has_wrong_route (const ClatWanted *wanted, const ClatActual *actual)
{
  return has_foundation (wanted, actual)
             ? wanted->drains && clat_actual_has_route (actual)
             : actual->n_routes > 0;
}

/* What stands in the way, outermost first. */
static ClatStep
next_removal (const ClatWanted *wanted, const ClatActual *actual)
{
  gboolean may_stay = passes (wanted, actual);

  if (has_wrong_route (wanted, actual))
    return CLAT_STEP_REMOVE_ROUTE;
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
  if (actual->uplink != CLAT_UPLINK_NONE && !fits (wanted, actual))
    return CLAT_STEP_REMOVE_UPLINK;
  if (actual->has_namespace && !wanted->translator)
    return CLAT_STEP_REMOVE_NAMESPACE;
  return CLAT_STEP_NONE;
}

/* A new address comes before an old one goes. */
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
  return actual->uplink == CLAT_UPLINK_REDIRECT && !actual->has_current_redirect;
}

/* What the link needs, before anything is translated. Where it has neighbours they are
 * asked as soon as the uplink is up. */
static ClatStep
next_for_link (const ClatWanted *wanted, const ClatActual *actual)
{
  if (!actual->has_namespace)
    return CLAT_STEP_MAKE_NAMESPACE;
  if (actual->uplink == CLAT_UPLINK_NONE)
    return CLAT_STEP_MAKE_UPLINK;
  if (!wanted->redirects && lacks_redirect (actual))
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
  if (actual->vrf != wanted->vrf)
    return CLAT_STEP_SET_VRF;
  if (actual->slow == CLAT_SLOW_PATH_NONE || actual->slow == CLAT_SLOW_PATH_ORPHANED
      || (actual->slow == CLAT_SLOW_PATH_RUNNING
          && !clat_translation_equal (&actual->slow_translation, &translation)))
    return CLAT_STEP_START_SLOW_PATH;
  if (datapath.takes_nothing && actual->slow != CLAT_SLOW_PATH_RUNNING)
    return CLAT_STEP_WAIT;
  if (!actual->has_datapath || !clat_datapath_equal (&actual->datapath, &datapath))
    return CLAT_STEP_SET_DATAPATH;
  return CLAT_STEP_NONE;
}

/* The new ones are there before the old ones go. */
static ClatStep
next_for_host (const ClatWanted *wanted, const ClatActual *actual)
{
  ClatRoute route;

  if (clat_plan_missing_ipv4 (wanted, actual) != NULL)
    return CLAT_STEP_ADD_IPV4;
  if (clat_plan_missing_route (wanted, actual, &route))
    return CLAT_STEP_ADD_ROUTE;
  if (clat_plan_surplus_route (wanted, actual) != NULL)
    return CLAT_STEP_REMOVE_ROUTE;
  if (clat_plan_surplus_ipv4 (wanted, actual) != NULL)
    return CLAT_STEP_REMOVE_IPV4;
  return CLAT_STEP_NONE;
}

/* What is missing, innermost first. */
static ClatStep
next_addition (const ClatWanted *wanted, const ClatActual *actual)
{
  ClatStep step = next_for_link (wanted, actual);

  if (step != CLAT_STEP_NONE || wanted->prefix.length == 0)
    return step;
  if (!passes (wanted, actual))
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
