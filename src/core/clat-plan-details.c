/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The details of the plan's steps. */
#include "clat-plan-details.h"

#include <string.h>

#include "clat-route-metric.h"

/* The IPv6 header is 20 octets longer than the IPv4 header, and a fragment header has 8:
 * with this room the translator never has to fragment packets of the host. */
#define TRANSLATION_ROOM 28

/* RFC 8200, 5. */
#define IPV6_MIN_MTU 1280

/* Room for a packet that fills an Ethernet frame on the IPv4 side of the NAT64. */
#define VETH_MIN_MTU 1500

static gboolean
is_added (const ClatAddedIpv6List *list, const struct in6_addr *address)
{
  for (guint i = 0; i < list->n; i++)
    if (IN6_ARE_ADDR_EQUAL (&list->addresses[i].ipv6.address, address))
      return TRUE;
  return FALSE;
}

/* Without a prefix on the link: the address belongs to the host, or is routed to it. */
static gboolean
get_given_to_add (const ClatWanted *wanted, const ClatActual *actual, ClatIpv6 *ipv6)
{
  for (guint i = 0; i < wanted->n_given; i++)
    if (!is_added (&actual->added, &wanted->given[i].address))
      {
        *ipv6 = (ClatIpv6){wanted->given[i].address, 128};
        return TRUE;
      }
  return FALSE;
}

static gboolean
get_given_to_remove (const ClatWanted *wanted, const ClatActual *actual, ClatIpv6 *ipv6)
{
  for (guint i = 0; i < actual->added.n; i++)
    {
      const ClatIpv6 *added = &actual->added.addresses[i].ipv6;

      if (clat_wanted_find_given (wanted, &added->address) != NULL)
        continue;
      *ipv6 = *added;
      return TRUE;
    }
  return FALSE;
}

gboolean
clat_plan_ipv6_to_add (const ClatWanted *wanted, const ClatActual *actual, ClatIpv6 *ipv6)
{
  if (wanted->address != CLAT_ADDRESS_OWN)
    return get_given_to_add (wanted, actual, ipv6);
  return !actual->has_slaac && (wanted->lacks_slaac || actual->added.n > 0)
         && clat_static_ipv6_get_addition (&wanted->static_ipv6, wanted->identifier,
                                           &actual->added, ipv6);
}

gboolean
clat_plan_ipv6_to_remove (const ClatWanted *wanted, const ClatActual *actual,
                          ClatIpv6 *ipv6)
{
  static const ClatStaticIpv6 none = {0};

  if (wanted->address != CLAT_ADDRESS_OWN)
    return get_given_to_remove (wanted, actual, ipv6);
  /* With SLAAC, addresses derived from the host's static ones are not needed. */
  return clat_static_ipv6_get_removal (actual->has_slaac ? &none : &wanted->static_ipv6,
                                       wanted->identifier, &actual->added, ipv6);
}

/* Without address resolution any next hop will do; one for all destinations saves the
 * kernel a neighbour entry for each of them. */
struct in6_addr
clat_plan_gateway (const ClatWanted *wanted)
{
  static const struct in6_addr any = {.s6_addr = {0xfe, 0x80, [15] = 1}};

  return clat_wanted_has_neighbours (wanted) ? wanted->static_ipv6.gateway : any;
}

ClatTranslation
clat_plan_translation (const ClatWanted *wanted, const ClatActual *actual)
{
  ClatTranslation translation = {
      .n_pairs = wanted->n_pairs,
      .gateway = wanted->ipv4_gateway,
      .mtu6 = MAX (actual->mtu6, IPV6_MIN_MTU),
      .lowest_ipv6_mtu = wanted->settings.lowest_ipv6_mtu,
      .reassembles = wanted->settings.reassembles,
      .private_destinations = wanted->settings.private_destinations,
  };

  memcpy (translation.pairs, wanted->pairs, sizeof translation.pairs);
  return translation;
}

/* The link that packets can be sent to from the host's namespace as if from the uplink:
 * it has the same MAC address, and its next hop is a router. A sibling is not of the
 * parent itself. */
static int
get_direct (const ClatWanted *wanted, const ClatActual *actual)
{
  gboolean has_own_mac =
      actual->uplink == CLAT_UPLINK_NONE || actual->uplink == CLAT_UPLINK_MACVLAN;

  return has_own_mac || actual->lacks_direct || actual->parent != wanted->parent
                 || IN6_IS_ADDR_UNSPECIFIED (&wanted->next_hops[0])
             ? 0
             : actual->parent;
}

ClatDatapath
clat_plan_datapath (const ClatWanted *wanted, const ClatActual *actual)
{
  ClatDatapath datapath = {
      .translation = clat_plan_translation (wanted, actual),
      .slow_path_only = wanted->settings.userspace || actual->lacks_fast_path,
  };

  memcpy (datapath.next_hops, wanted->next_hops, sizeof datapath.next_hops);
  if (!datapath.slow_path_only)
    datapath.direct = get_direct (wanted, actual);
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

/* The parent itself, or the interface whose children its siblings are. */
static gboolean
is_on_link (const ClatWanted *wanted, const ClatActual *actual)
{
  return actual->parent == wanted->parent
         || (wanted->lower != 0 && actual->parent == wanted->lower);
}

/* A child resolves neighbours, a redirecting uplink only where the link has some. */
static gboolean
is_of_right_kind (const ClatWanted *wanted, const ClatActual *actual)
{
  gboolean has_neighbours =
      !clat_uplink_redirects (actual->uplink) || actual->has_neighbours;

  return has_neighbours == clat_wanted_has_neighbours (wanted)
         && actual->address == wanted->address;
}

gboolean
clat_plan_uplink_may_stay (const ClatWanted *wanted, const ClatActual *actual)
{
  return wanted->translator
         && (actual->uplink == CLAT_UPLINK_NONE
             || (is_on_link (wanted, actual) && is_of_right_kind (wanted, actual)));
}

gboolean
clat_plan_may_translate (const ClatWanted *wanted, const ClatActual *actual)
{
  return clat_plan_uplink_may_stay (wanted, actual) && wanted->prefix.length != 0
         && wanted->n_pairs > 0 && !IN6_IS_ADDR_UNSPECIFIED (&wanted->pairs[0].ipv6)
         && actual->uplink != CLAT_UPLINK_NONE
         && actual->addressing == CLAT_ADDRESSING_READY;
}

static const ClatPair *
find_pair (const ClatPair *pairs, guint n_pairs, struct in_addr address)
{
  for (guint i = 0; i < n_pairs; i++)
    if (pairs[i].ipv4.s_addr == address.s_addr)
      return &pairs[i];
  return NULL;
}

static gboolean
wants_ipv4 (const ClatWanted *wanted, struct in_addr address)
{
  return find_pair (wanted->pairs, wanted->n_pairs, address) != NULL;
}

gboolean
clat_plan_has_ended (const ClatWanted *wanted, struct in_addr address)
{
  return wanted->ends_connections && !wants_ipv4 (wanted, address);
}

gboolean
clat_plan_changes_pair (const ClatWanted *wanted, const ClatActual *actual,
                        struct in_addr address)
{
  const ClatTranslation *translation = &actual->datapath.translation;
  const ClatPair *before = find_pair (translation->pairs, translation->n_pairs, address);
  const ClatPair *after = find_pair (wanted->pairs, wanted->n_pairs, address);

  return wanted->ends_connections && before != NULL && after != NULL
         && !clat_pair_has_same_ipv6 (before, after);
}

static gboolean
has_wanted_ipv4 (const ClatWanted *wanted, const ClatActual *actual)
{
  for (guint i = 0; i < actual->n_ipv4s; i++)
    if (wants_ipv4 (wanted, actual->ipv4s[i].address))
      return TRUE;
  return FALSE;
}

gboolean
clat_plan_may_route (const ClatWanted *wanted, const ClatActual *actual)
{
  gboolean needs_slow_path = wanted->settings.userspace || actual->lacks_fast_path;

  return clat_plan_may_translate (wanted, actual) && actual->has_veth
         && actual->has_datapath
         && (!clat_uplink_redirects (actual->uplink) || actual->has_redirect)
         && (actual->slow == CLAT_SLOW_PATH_RUNNING || !needs_slow_path)
         && !actual->is_down && has_wanted_ipv4 (wanted, actual);
}

/* The peer of the address of pair i. Masquerading chooses the first address whose peer is
 * the gateway: only that of new connections has it. */
static struct in_addr
get_peer (const ClatWanted *wanted, guint i)
{
  return i == 0 && wanted->ipv4_gateway.s_addr != 0 ? wanted->ipv4_gateway
                                                    : wanted->pairs[i].ipv4;
}

static gboolean
is_address_of_pair (const ClatHostIpv4 *ipv4, const ClatWanted *wanted, guint i)
{
  return ipv4->address.s_addr == wanted->pairs[i].ipv4.s_addr
         && ipv4->peer.s_addr == get_peer (wanted, i).s_addr;
}

static gboolean
has_pair_with_rules (const ClatWanted *wanted, const ClatActual *actual, guint i)
{
  for (guint j = 0; j < actual->n_ipv4s; j++)
    if (is_address_of_pair (&actual->ipv4s[j], wanted, i) && actual->ipv4s[j].has_rules)
      return TRUE;
  return FALSE;
}

/* Older pairs first: an address that loses the gateway as its peer gets a twin without it
 * before. */
gboolean
clat_plan_missing_ipv4 (const ClatWanted *wanted, const ClatActual *actual,
                        ClatHostIpv4 *ipv4)
{
  for (guint i = wanted->n_pairs; i > 0; i--)
    if (!has_pair_with_rules (wanted, actual, i - 1))
      {
        *ipv4 = (ClatHostIpv4){
            .address = wanted->pairs[i - 1].ipv4,
            .peer = get_peer (wanted, i - 1),
            .has_rules = TRUE,
        };
        return TRUE;
      }
  return FALSE;
}

static gboolean
is_surplus (const ClatHostIpv4 *ipv4, const ClatWanted *wanted, const ClatActual *actual)
{
  if (!clat_plan_may_translate (wanted, actual))
    return TRUE;
  for (guint i = 0; i < wanted->n_pairs; i++)
    if (is_address_of_pair (ipv4, wanted, i))
      return FALSE;
  return TRUE;
}

const ClatHostIpv4 *
clat_plan_surplus_ipv4 (const ClatWanted *wanted, const ClatActual *actual)
{
  const ClatHostIpv4 *surplus = NULL;

  for (guint i = 0; i < actual->n_ipv4s; i++)
    {
      const ClatHostIpv4 *ipv4 = &actual->ipv4s[i];

      if (is_surplus (ipv4, wanted, actual)
          && (surplus == NULL || ipv4->peer.s_addr == wanted->ipv4_gateway.s_addr))
        surplus = ipv4;
    }
  return surplus;
}

/* The routes that should exist; returns how many. The one in our own table carries
 * packets from our addresses, the other one new connections. That comes second, because
 * it needs the first. */
static guint
get_routes (const ClatWanted *wanted, const ClatActual *actual, ClatRoute routes[2])
{
  const ClatRoute route = {
      .table = wanted->table,
      .metric = clat_route_metric_add_penalty (wanted->metric, wanted->penalty),
      .mtu = clat_plan_route_mtu (actual),
      .source = wanted->pairs[0].ipv4,
      .gateway = wanted->ipv4_gateway,
  };

  if (!clat_plan_may_route (wanted, actual))
    return 0;

  routes[0] = routes[1] = route;
  routes[0].table = actual->own_table;
  routes[0].metric = 0;
  /* Packets that our rules route have a source already, and the kernel rejects a
   * preferred source outside the VRF's table. */
  routes[0].source.s_addr = 0;
  return clat_wanted_has_default_route (wanted) ? 2 : 1;
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
