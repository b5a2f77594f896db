/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Default routes, by rtnetlink. */
#include "clat-default-route.h"

/* Behind the routes from router advertisements, to which the kernel gives 1024. */
#define GATEWAY_METRIC 4096

typedef struct
{
  int family;
  void (*function) (const ClatDefaultRoute *, gpointer);
  gpointer data;
} Listing;

/* Also of routes that end a lookup without an interface, as a kill switch has them; and
 * RTN_BROADCAST, see kernel's clat-refusal. */
static gboolean
is_lookup_result (guint8 type)
{
  return type == RTN_UNICAST || type == RTN_BLACKHOLE || type == RTN_UNREACHABLE
         || type == RTN_PROHIBIT || type == RTN_BROADCAST;
}

/* A route of some types of service only is left out. */
static gboolean
has_length (const struct nlmsghdr *message, guint8 length)
{
  const struct rtmsg *header = mnl_nlmsg_get_payload (message);

  return (message->nlmsg_type == RTM_NEWROUTE || message->nlmsg_type == RTM_DELROUTE)
         && mnl_nlmsg_get_payload_len (message) >= sizeof *header
         && header->rtm_dst_len == length && header->rtm_src_len == 0
         && header->rtm_tos == 0 && is_lookup_result (header->rtm_type)
         && !(header->rtm_flags & RTM_F_CLONED);
}

static gboolean
is_default (const struct nlmsghdr *message)
{
  return has_length (message, 0);
}

static gboolean
is_default_or_half (const struct nlmsghdr *message)
{
  return is_default (message) || has_length (message, 1);
}

gboolean
clat_default_route_is_notification (const struct nlmsghdr *message)
{
  const struct rtmsg *header = mnl_nlmsg_get_payload (message);

  return is_default_or_half (message)
         && (header->rtm_family == AF_INET
             || (header->rtm_dst_len == 0 && header->rtm_family == AF_INET6
                 && header->rtm_protocol != RTPROT_RA));
}

static guint32
read_metric (const struct nlattr *metrics, guint16 type)
{
  const struct nlattr *attribute;

  mnl_attr_for_each_nested (attribute, metrics)
    if (mnl_attr_get_type (attribute) == type
        && mnl_attr_validate (attribute, MNL_TYPE_U32) == 0)
      return mnl_attr_get_u32 (attribute);
  return 0;
}

static void
read_next_hop_attribute (const struct nlattr *attribute, ClatDefaultRoute *route)
{
  if (mnl_attr_get_type (attribute) != RTA_GATEWAY)
    return;
  if (mnl_attr_validate (attribute, MNL_TYPE_U32) == 0)
    route->route.gateway.s_addr = mnl_attr_get_u32 (attribute);
  else
    clat_rtnl_read_ipv6 (attribute, &route->gateway);
}

static void
list_next_hops (const struct nlattr *attribute, const ClatDefaultRoute *route,
                const Listing *listing)
{
  const struct rtnexthop *hop = mnl_attr_get_payload (attribute);
  gssize left = mnl_attr_get_payload_len (attribute);

  while (left >= (gssize)sizeof *hop && hop->rtnh_len >= sizeof *hop
         && hop->rtnh_len <= left)
    {
      const struct nlattr *inner = (const struct nlattr *)RTNH_DATA (hop);
      const char *end = (const char *)hop + hop->rtnh_len;
      ClatDefaultRoute of_hop = *route;

      of_hop.ifindex = hop->rtnh_ifindex;
      for (; mnl_attr_ok (inner, end - (const char *)inner);
           inner = mnl_attr_next (inner))
        read_next_hop_attribute (inner, &of_hop);
      listing->function (&of_hop, listing->data);
      left -= RTNH_ALIGN (hop->rtnh_len);
      hop = RTNH_NEXT (hop);
    }
}

static void
read_attribute (const struct nlattr *attribute, ClatDefaultRoute *route)
{
  switch (mnl_attr_get_type (attribute))
    {
    case RTA_DST:
      if (route->part == CLAT_DEFAULT_LOWER_HALF
          && mnl_attr_validate (attribute, MNL_TYPE_U32) == 0
          && mnl_attr_get_u32 (attribute) != 0)
        route->part = CLAT_DEFAULT_UPPER_HALF;
      break;
    case RTA_OIF:
      route->ifindex = mnl_attr_get_u32 (attribute);
      break;
    case RTA_TABLE:
      route->route.table = mnl_attr_get_u32 (attribute);
      break;
    case RTA_PRIORITY:
      route->route.metric = mnl_attr_get_u32 (attribute);
      break;
    case RTA_METRICS:
      route->route.mtu = read_metric (attribute, RTAX_MTU);
      break;
    case RTA_PREFSRC:
      if (mnl_attr_validate (attribute, MNL_TYPE_U32) == 0)
        route->route.source.s_addr = mnl_attr_get_u32 (attribute);
      break;
    default:
      read_next_hop_attribute (attribute, route);
      break;
    }
}

static void
list_route (const struct nlmsghdr *message, gpointer data)
{
  const struct rtmsg *header = mnl_nlmsg_get_payload (message);
  const struct nlattr *attribute, *next_hops = NULL;
  const Listing *listing = data;
  ClatDefaultRoute route = {0};

  if (header->rtm_family != listing->family)
    return;

  route.protocol = header->rtm_protocol;
  route.type = header->rtm_type;
  route.route.table = header->rtm_table;
  route.part = header->rtm_dst_len == 0 ? CLAT_DEFAULT_WHOLE : CLAT_DEFAULT_LOWER_HALF;
  mnl_attr_for_each (attribute, message, sizeof *header)
    {
      if (mnl_attr_get_type (attribute) == RTA_MULTIPATH)
        next_hops = attribute;
      else
        read_attribute (attribute, &route);
    }

  route.is_multipath = next_hops != NULL;
  if (route.is_multipath)
    list_next_hops (next_hops, &route, listing);
  else
    listing->function (&route, listing->data);
}

static gboolean
list_routes (ClatRtnl *rtnl, ClatRtnlFilter filter, Listing *listing, GError **error)
{
  ClatRtnlRequest request;
  struct rtmsg *header =
      clat_rtnl_begin (&request, RTM_GETROUTE, NLM_F_DUMP, sizeof *header);

  header->rtm_family = listing->family;
  return clat_rtnl_ask_for (rtnl, &request, filter, list_route, listing, error);
}

gboolean
clat_default_route_list (ClatRtnl *rtnl, int family,
                         void (*function) (const ClatDefaultRoute *, gpointer),
                         gpointer data, GError **error)
{
  Listing listing = {family, function, data};

  return list_routes (rtnl, is_default, &listing, error);
}

gboolean
clat_default_route_list_parts (ClatRtnl *rtnl,
                               void (*function) (const ClatDefaultRoute *, gpointer),
                               gpointer data, GError **error)
{
  Listing listing = {AF_INET, function, data};

  return list_routes (rtnl, is_default_or_half, &listing, error);
}

/* With preferred source and MTU: the kernel distinguishes otherwise equal routes by them.
 */
static struct rtmsg *
begin_route (ClatRtnlRequest *request, guint16 type, guint16 flags,
             const ClatDefaultRoute *route)
{
  struct rtmsg *header = clat_rtnl_begin (request, type, flags, sizeof *header);
  struct nlattr *metrics;

  header->rtm_family = AF_INET;
  header->rtm_protocol = RTPROT_STATIC;
  header->rtm_scope =
      route->route.gateway.s_addr != 0 ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
  header->rtm_type = route->type;
  mnl_attr_put_u32 (&request->header, RTA_TABLE, route->route.table);
  mnl_attr_put_u32 (&request->header, RTA_PRIORITY, route->route.metric);
  mnl_attr_put_u32 (&request->header, RTA_OIF, route->ifindex);
  if (route->route.gateway.s_addr != 0)
    {
      /* The kernel looks the gateway up, for another table than the main one also by the
       * rules: those of a kill switch would refuse it. */
      if (route->route.table != RT_TABLE_MAIN)
        header->rtm_flags = RTNH_F_ONLINK;
      mnl_attr_put_u32 (&request->header, RTA_GATEWAY, route->route.gateway.s_addr);
    }
  if (route->route.source.s_addr != 0)
    mnl_attr_put_u32 (&request->header, RTA_PREFSRC, route->route.source.s_addr);
  if (route->route.mtu != 0)
    {
      metrics = mnl_attr_nest_start (&request->header, RTA_METRICS);
      mnl_attr_put_u32 (&request->header, RTAX_MTU, route->route.mtu);
      mnl_attr_nest_end (&request->header, metrics);
    }
  return header;
}

gboolean
clat_default_route_add (ClatRtnl *rtnl, const ClatDefaultRoute *route, GError **error)
{
  ClatRtnlRequest request;

  begin_route (&request, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND, route);
  return clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_EXISTS, error);
}

gboolean
clat_default_route_remove (ClatRtnl *rtnl, const ClatDefaultRoute *route, GError **error)
{
  ClatRtnlRequest request;
  struct rtmsg *header;

  /* Whatever program added it. */
  header = begin_route (&request, RTM_DELROUTE, 0, route);
  header->rtm_protocol = RTPROT_UNSPEC;
  header->rtm_scope = RT_SCOPE_NOWHERE;
  return clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_GONE, error);
}

static void
begin_gateway (ClatRtnlRequest *request, guint16 type, guint16 flags, int ifindex,
               const struct in6_addr *address)
{
  struct rtmsg *header = clat_rtnl_begin (request, type, flags, sizeof *header);

  header->rtm_family = AF_INET6;
  header->rtm_protocol = RTPROT_STATIC;
  header->rtm_type = RTN_UNICAST;
  header->rtm_table = RT_TABLE_MAIN;
  /* The gateway need not be in an on-link prefix. */
  header->rtm_flags = RTNH_F_ONLINK;
  mnl_attr_put_u32 (&request->header, RTA_PRIORITY, GATEWAY_METRIC);
  mnl_attr_put_u32 (&request->header, RTA_OIF, ifindex);
  mnl_attr_put (&request->header, RTA_GATEWAY, sizeof *address, address);
}

gboolean
clat_gateway_add (ClatRtnl *rtnl, int ifindex, const struct in6_addr *address,
                  GError **error)
{
  ClatRtnlRequest request;

  begin_gateway (&request, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, ifindex, address);
  return clat_rtnl_talk (rtnl, &request, error);
}

gboolean
clat_gateway_remove (ClatRtnl *rtnl, int ifindex, const struct in6_addr *address,
                     GError **error)
{
  ClatRtnlRequest request;

  begin_gateway (&request, RTM_DELROUTE, 0, ifindex, address);
  return clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_GONE, error);
}
