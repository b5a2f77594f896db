/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv4 addresses and default routes, and the way to a destination, by rtnetlink. */
#include "clat-route.h"

#include <string.h>

typedef struct
{
  void (*function) (const ClatIpv4 *, gpointer);
  gpointer data;
} AddressListing;

typedef struct
{
  void (*function) (const ClatDefaultRoute *, gpointer);
  gpointer data;
} RouteListing;

static void
list_address (const struct nlmsghdr *message, gpointer data)
{
  const struct ifaddrmsg *header = mnl_nlmsg_get_payload (message);
  const struct nlattr *attribute;
  AddressListing *listing = data;
  ClatIpv4 ipv4 = {0};

  if (message->nlmsg_type != RTM_NEWADDR
      || mnl_nlmsg_get_payload_len (message) < sizeof *header
      || header->ifa_family != AF_INET)
    return;

  ipv4.ifindex = header->ifa_index;
  mnl_attr_for_each (attribute, message, sizeof *header)
    if (mnl_attr_get_type (attribute) == IFA_LOCAL
        && mnl_attr_get_payload_len (attribute) == sizeof ipv4.address)
      memcpy (&ipv4.address, mnl_attr_get_payload (attribute), sizeof ipv4.address);
  listing->function (&ipv4, listing->data);
}

gboolean
clat_ipv4_list (ClatRtnl *rtnl, void (*function) (const ClatIpv4 *, gpointer),
                gpointer data, GError **error)
{
  AddressListing listing = {function, data};
  ClatRtnlRequest request;
  struct ifaddrmsg *header =
      clat_rtnl_begin (&request, RTM_GETADDR, NLM_F_DUMP, sizeof *header);

  header->ifa_family = AF_INET;
  return clat_rtnl_ask (rtnl, &request, list_address, &listing, error);
}

static void
begin_address (ClatRtnlRequest *request, guint16 type, guint16 flags,
               const ClatIpv4 *ipv4)
{
  struct ifaddrmsg *header = clat_rtnl_begin (request, type, flags, sizeof *header);

  header->ifa_family = AF_INET;
  header->ifa_prefixlen = 32;
  header->ifa_index = ipv4->ifindex;
  mnl_attr_put_u32 (&request->header, IFA_LOCAL, ipv4->address.s_addr);
  mnl_attr_put_u32 (&request->header, IFA_ADDRESS, ipv4->address.s_addr);
}

gboolean
clat_ipv4_add (ClatRtnl *rtnl, const ClatIpv4 *ipv4, GError **error)
{
  ClatRtnlRequest request;

  /* Replacing makes a second start after a crash succeed. */
  begin_address (&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, ipv4);
  return clat_rtnl_talk (rtnl, &request, error);
}

gboolean
clat_ipv4_remove (ClatRtnl *rtnl, const ClatIpv4 *ipv4, GError **error)
{
  ClatRtnlRequest request;

  begin_address (&request, RTM_DELADDR, 0, ipv4);
  return clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_GONE, error);
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
list_next_hops (const struct nlattr *attribute, ClatDefaultRoute route,
                RouteListing *listing)
{
  const struct rtnexthop *hop = mnl_attr_get_payload (attribute);
  gssize left = mnl_attr_get_payload_len (attribute);

  while (left >= (gssize)sizeof *hop && hop->rtnh_len >= sizeof *hop
         && hop->rtnh_len <= left)
    {
      route.ifindex = hop->rtnh_ifindex;
      listing->function (&route, listing->data);
      left -= RTNH_ALIGN (hop->rtnh_len);
      hop = RTNH_NEXT (hop);
    }
}

gboolean
clat_default_route_is_meant (const struct nlmsghdr *message)
{
  const struct rtmsg *header = mnl_nlmsg_get_payload (message);

  return (message->nlmsg_type == RTM_NEWROUTE || message->nlmsg_type == RTM_DELROUTE)
         && mnl_nlmsg_get_payload_len (message) >= sizeof *header
         && header->rtm_family == AF_INET && header->rtm_dst_len == 0
         && header->rtm_type == RTN_UNICAST && !(header->rtm_flags & RTM_F_CLONED);
}

static void
list_route (const struct nlmsghdr *message, gpointer data)
{
  const struct rtmsg *header = mnl_nlmsg_get_payload (message);
  const struct nlattr *attribute, *next_hops = NULL;
  ClatDefaultRoute route = {0};

  if (!clat_default_route_is_meant (message))
    return;

  route.route.table = header->rtm_table;
  mnl_attr_for_each (attribute, message, sizeof *header)
    {
      switch (mnl_attr_get_type (attribute))
        {
        case RTA_OIF:
          route.ifindex = mnl_attr_get_u32 (attribute);
          break;
        case RTA_TABLE:
          route.route.table = mnl_attr_get_u32 (attribute);
          break;
        case RTA_PRIORITY:
          route.route.metric = mnl_attr_get_u32 (attribute);
          break;
        case RTA_METRICS:
          route.route.mtu = read_metric (attribute, RTAX_MTU);
          break;
        case RTA_PREFSRC:
          if (mnl_attr_validate (attribute, MNL_TYPE_U32) == 0)
            route.route.source.s_addr = mnl_attr_get_u32 (attribute);
          break;
        case RTA_MULTIPATH:
          next_hops = attribute;
          break;
        default:
          break;
        }
    }

  if (next_hops != NULL)
    list_next_hops (next_hops, route, data);
  else
    ((RouteListing *)data)->function (&route, ((RouteListing *)data)->data);
}

gboolean
clat_default_route_list (ClatRtnl *rtnl,
                         void (*function) (const ClatDefaultRoute *, gpointer),
                         gpointer data, GError **error)
{
  RouteListing listing = {function, data};
  ClatRtnlRequest request;
  struct rtmsg *header =
      clat_rtnl_begin (&request, RTM_GETROUTE, NLM_F_DUMP, sizeof *header);

  header->rtm_family = AF_INET;
  return clat_rtnl_ask (rtnl, &request, list_route, &listing, error);
}

/* With its source and its MTU, by which the kernel tells routes apart that are the same
 * otherwise. */
static void
begin_route (ClatRtnlRequest *request, guint16 type, guint16 flags,
             const ClatDefaultRoute *route)
{
  struct rtmsg *header = clat_rtnl_begin (request, type, flags, sizeof *header);
  struct nlattr *metrics;

  header->rtm_family = AF_INET;
  header->rtm_protocol = RTPROT_STATIC;
  header->rtm_scope = RT_SCOPE_LINK;
  header->rtm_type = RTN_UNICAST;
  mnl_attr_put_u32 (&request->header, RTA_TABLE, route->route.table);
  mnl_attr_put_u32 (&request->header, RTA_PRIORITY, route->route.metric);
  mnl_attr_put_u32 (&request->header, RTA_OIF, route->ifindex);
  if (route->route.source.s_addr != 0)
    mnl_attr_put_u32 (&request->header, RTA_PREFSRC, route->route.source.s_addr);
  metrics = mnl_attr_nest_start (&request->header, RTA_METRICS);
  mnl_attr_put_u32 (&request->header, RTAX_MTU, route->route.mtu);
  mnl_attr_nest_end (&request->header, metrics);
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

  begin_route (&request, RTM_DELROUTE, 0, route);
  return clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_GONE, error);
}

static void
keep_path (const struct nlmsghdr *message, gpointer data)
{
  const struct rtmsg *header = mnl_nlmsg_get_payload (message);
  const struct nlattr *attribute;
  ClatPath *path = data;

  if (message->nlmsg_type != RTM_NEWROUTE
      || mnl_nlmsg_get_payload_len (message) < sizeof *header)
    return;

  path->is_default = header->rtm_dst_len == 0;
  mnl_attr_for_each (attribute, message, sizeof *header)
    {
      if (mnl_attr_get_type (attribute) == RTA_OIF)
        path->ifindex = mnl_attr_get_u32 (attribute);
      else if (mnl_attr_get_type (attribute) == RTA_GATEWAY
               && mnl_attr_get_payload_len (attribute) == sizeof path->next_hop)
        memcpy (&path->next_hop, mnl_attr_get_payload (attribute), sizeof path->next_hop);
    }
}

static gboolean
find_path (ClatRtnl *rtnl, const struct in6_addr *destination, guint32 flags,
           ClatPath *path, GError **error)
{
  ClatRtnlRequest request;
  struct rtmsg *header = clat_rtnl_begin (&request, RTM_GETROUTE, 0, sizeof *header);

  header->rtm_family = AF_INET6;
  header->rtm_dst_len = 128;
  header->rtm_flags = flags;
  mnl_attr_put (&request.header, RTA_DST, sizeof *destination, destination);
  return clat_rtnl_ask (rtnl, &request, keep_path, path, error);
}

gboolean
clat_path_get (ClatRtnl *rtnl, const struct in6_addr *destination, ClatPath *path,
               GError **error)
{
  ClatPath found = {0}, matched = {0};

  /* The length is told of the route, the next hop of several of one route is told
   * without. */
  if (!find_path (rtnl, destination, 0, &found, error)
      || !find_path (rtnl, destination, RTM_F_FIB_MATCH, &matched, error))
    return FALSE;

  found.is_default = matched.is_default;
  *path = found;
  return TRUE;
}

/* For the function that looks for one router. */
typedef struct
{
  int ifindex;
  const struct in6_addr *router;
  gboolean found;
} Search;

static void
find_router (const struct nlmsghdr *message, gpointer data)
{
  const struct rtmsg *header = mnl_nlmsg_get_payload (message);
  ClatPath path = {0};
  Search *search = data;

  keep_path (message, &path);
  search->found |= path.is_default && path.ifindex == search->ifindex
                   && header->rtm_type == RTN_UNICAST
                   && IN6_ARE_ADDR_EQUAL (&path.next_hop, search->router);
}

gboolean
clat_path_has_router (ClatRtnl *rtnl, int ifindex, const struct in6_addr *router)
{
  Search search = {ifindex, router, FALSE};
  ClatRtnlRequest request;
  struct rtmsg *header =
      clat_rtnl_begin (&request, RTM_GETROUTE, NLM_F_DUMP, sizeof *header);

  header->rtm_family = AF_INET6;
  return clat_rtnl_ask (rtnl, &request, find_router, &search, NULL) && search.found;
}
