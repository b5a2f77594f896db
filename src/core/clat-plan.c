/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one way from what is there to what should be there. */
#include "clat-plan.h"

/* The IPv6 header is 20 octets longer than the IPv4 header, and a fragment header may
 * come in: packets of the host then never need to be fragmented by the translator. */
#define TRANSLATION_ROOM 28

/* IPv6 guarantees this much (RFC 8200, 5). */
#define IPV6_MIN_MTU 1280

/* Big enough for a packet that fills an Ethernet frame on the other side. */
#define VETH_MIN_MTU 1500

const char *
clat_uplink_to_string (ClatUplink uplink)
{
  switch (uplink)
    {
    case CLAT_UPLINK_NONE:
      return "";
    case CLAT_UPLINK_IPVLAN:
      return "ipvlan";
    case CLAT_UPLINK_MACVLAN:
      return "macvlan";
    }
  g_return_val_if_reached ("");
}

const char *
clat_slow_state_to_string (ClatSlowState state)
{
  switch (state)
    {
    case CLAT_SLOW_NONE:
    case CLAT_SLOW_ORPHANED:
      return "";
    case CLAT_SLOW_RUNNING:
      return "running";
    case CLAT_SLOW_BROKEN:
      return "broken";
    }
  g_return_val_if_reached ("");
}

const char *
clat_translator_kind_to_string (ClatTranslatorKind kind)
{
  switch (kind)
    {
    case CLAT_TRANSLATOR_NONE:
      return "";
    case CLAT_TRANSLATOR_BPF:
      return "bpf";
    case CLAT_TRANSLATOR_USERSPACE:
      return "userspace";
    }
  g_return_val_if_reached ("");
}

const char *
clat_step_to_string (ClatStep step)
{
  static const char *const names[] = {
      [CLAT_STEP_NONE] = "nothing to do",
      [CLAT_STEP_WAIT] = "wait",
      [CLAT_STEP_REMOVE_ROUTE] = "remove the IPv4 route",
      [CLAT_STEP_REMOVE_IPV4] = "remove the IPv4 address",
      [CLAT_STEP_REMOVE_DATAPATH] = "detach the data path",
      [CLAT_STEP_REMOVE_SLOW] = "stop the slow path",
      [CLAT_STEP_REMOVE_VETH] = "remove the veth pair",
      [CLAT_STEP_REMOVE_UPLINK] = "remove the uplink",
      [CLAT_STEP_REMOVE_NAMESPACE] = "remove the namespace",
      [CLAT_STEP_MAKE_NAMESPACE] = "make the namespace",
      [CLAT_STEP_MAKE_UPLINK] = "make the uplink",
      [CLAT_STEP_RAISE_LINKS] = "bring the interfaces up",
      [CLAT_STEP_SET_UPLINK_MTU] = "set the MTU of the uplink",
      [CLAT_STEP_MAKE_VETH] = "make the veth pair",
      [CLAT_STEP_SET_VETH_MTU] = "set the MTU of the veth pair",
      [CLAT_STEP_SET_SLOW] = "start the slow path",
      [CLAT_STEP_SET_DATAPATH] = "attach the data path",
      [CLAT_STEP_ADD_IPV4] = "add the IPv4 address",
      [CLAT_STEP_SET_ROUTE] = "set the IPv4 route",
  };

  return names[step];
}

gboolean
clat_translation_equal (const ClatTranslation *a, const ClatTranslation *b)
{
  return clat_prefix_equal (&a->prefix, &b->prefix) && a->ipv4.s_addr == b->ipv4.s_addr
         && IN6_ARE_ADDR_EQUAL (&a->ipv6, &b->ipv6) && a->mtu6 == b->mtu6
         && a->lowest_ipv6_mtu == b->lowest_ipv6_mtu && a->reassembles == b->reassembles;
}

gboolean
clat_datapath_equal (const ClatDatapath *a, const ClatDatapath *b)
{
  return clat_translation_equal (&a->translation, &b->translation)
         && IN6_ARE_ADDR_EQUAL (&a->next_hop, &b->next_hop)
         && a->takes_nothing == b->takes_nothing;
}

gboolean
clat_route_equal (const ClatRoute *a, const ClatRoute *b)
{
  return a->table == b->table && a->metric == b->metric && a->mtu == b->mtu;
}

ClatTranslation
clat_plan_translation (const ClatWanted *wanted, const ClatActual *actual)
{
  return (ClatTranslation){
      .prefix = wanted->prefix,
      .ipv4 = wanted->ipv4,
      .ipv6 = actual->ipv6,
      .mtu6 = MAX (actual->mtu6, IPV6_MIN_MTU),
      .lowest_ipv6_mtu = wanted->settings.lowest_ipv6_mtu,
      .reassembles = wanted->settings.reassembles,
  };
}

ClatDatapath
clat_plan_datapath (const ClatWanted *wanted, const ClatActual *actual)
{
  return (ClatDatapath){
      .translation = clat_plan_translation (wanted, actual),
      .next_hop = actual->next_hop,
      .takes_nothing = wanted->settings.userspace || actual->lacks_fast_path,
  };
}

ClatRoute
clat_plan_route (const ClatWanted *wanted, const ClatActual *actual)
{
  return (ClatRoute){
      .table = wanted->table,
      .metric = wanted->metric,
      .mtu = MAX (actual->mtu6, IPV6_MIN_MTU) - TRANSLATION_ROOM,
  };
}

guint
clat_plan_veth_mtu (const ClatActual *actual)
{
  return MAX (actual->mtu6, VETH_MIN_MTU);
}

/* What stands in the way, outermost first. */
static ClatStep
next_removal (const ClatWanted *wanted, const ClatActual *actual)
{
  gboolean fits =
      wanted->translator
      && (actual->uplink == CLAT_UPLINK_NONE || actual->parent == wanted->parent);
  gboolean passes = fits && wanted->prefix.length != 0
                    && actual->uplink != CLAT_UPLINK_NONE
                    && actual->addressing == CLAT_ADDRESSING_READY;
  gboolean has_translator =
      actual->has_datapath
      && (actual->slow == CLAT_SLOW_RUNNING
          || !(wanted->settings.userspace || actual->lacks_fast_path));
  gboolean has_foundation =
      passes && actual->has_veth && has_translator && !actual->is_down;
  gboolean has_right_ipv4 = passes && actual->ipv4.s_addr == wanted->ipv4.s_addr;

  if (actual->has_route && !(has_foundation && actual->has_ipv4 && has_right_ipv4))
    return CLAT_STEP_REMOVE_ROUTE;
  if (actual->has_ipv4 && !has_right_ipv4)
    return CLAT_STEP_REMOVE_IPV4;
  if (actual->has_datapath && !passes)
    return CLAT_STEP_REMOVE_DATAPATH;
  if (actual->slow != CLAT_SLOW_NONE && !passes)
    return CLAT_STEP_REMOVE_SLOW;
  if (actual->has_veth && !passes)
    return CLAT_STEP_REMOVE_VETH;
  if (actual->uplink != CLAT_UPLINK_NONE && !fits)
    return CLAT_STEP_REMOVE_UPLINK;
  if (actual->has_namespace && !wanted->translator)
    return CLAT_STEP_REMOVE_NAMESPACE;
  return CLAT_STEP_NONE;
}

/* What is missing, innermost first. */
static ClatStep
next_addition (const ClatWanted *wanted, const ClatActual *actual)
{
  ClatTranslation translation = clat_plan_translation (wanted, actual);
  ClatDatapath datapath = clat_plan_datapath (wanted, actual);
  ClatRoute route = clat_plan_route (wanted, actual);

  if (!actual->has_namespace)
    return CLAT_STEP_MAKE_NAMESPACE;
  if (actual->uplink == CLAT_UPLINK_NONE)
    return CLAT_STEP_MAKE_UPLINK;
  if (actual->is_down)
    return CLAT_STEP_RAISE_LINKS;
  if (actual->uplink_mtu != wanted->parent_mtu)
    return CLAT_STEP_SET_UPLINK_MTU;
  if (wanted->prefix.length == 0)
    return CLAT_STEP_NONE;
  if (actual->addressing != CLAT_ADDRESSING_READY)
    return CLAT_STEP_WAIT;
  if (!actual->has_veth)
    return CLAT_STEP_MAKE_VETH;
  if (actual->veth_mtu != clat_plan_veth_mtu (actual))
    return CLAT_STEP_SET_VETH_MTU;
  if (actual->slow == CLAT_SLOW_NONE || actual->slow == CLAT_SLOW_ORPHANED
      || (actual->slow == CLAT_SLOW_RUNNING
          && !clat_translation_equal (&actual->slow_translation, &translation)))
    return CLAT_STEP_SET_SLOW;
  if (datapath.takes_nothing && actual->slow != CLAT_SLOW_RUNNING)
    return CLAT_STEP_WAIT;
  if (!actual->has_datapath || !clat_datapath_equal (&actual->datapath, &datapath))
    return CLAT_STEP_SET_DATAPATH;
  if (!actual->has_ipv4)
    return CLAT_STEP_ADD_IPV4;
  if (!actual->has_route || !clat_route_equal (&actual->route, &route))
    return CLAT_STEP_SET_ROUTE;
  return CLAT_STEP_NONE;
}

ClatStep
clat_plan_next (const ClatWanted *wanted, const ClatActual *actual)
{
  ClatStep step = next_removal (wanted, actual);

  if (step != CLAT_STEP_NONE || !wanted->translator)
    return step;
  return next_addition (wanted, actual);
}
