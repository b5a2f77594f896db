/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's route lookup for an IPv6 destination: "ip -6 route get". */
#include "clat-route-lookup.h"

#include "clat-default-route.h"

static void
parse_route (const struct nlmsghdr *message, gpointer data)
{
  const struct rtmsg *header = mnl_nlmsg_get_payload (message);
  const struct nlattr *attribute;
  ClatRouteLookup *lookup = data;

  if (message->nlmsg_type != RTM_NEWROUTE
      || mnl_nlmsg_get_payload_len (message) < sizeof *header)
    return;

  lookup->is_default = header->rtm_dst_len == 0;
  mnl_attr_for_each (attribute, message, sizeof *header)
    {
      if (mnl_attr_get_type (attribute) == RTA_OIF)
        lookup->ifindex = mnl_attr_get_u32 (attribute);
      else if (mnl_attr_get_type (attribute) == RTA_GATEWAY)
        clat_rtnl_read_ipv6 (attribute, &lookup->next_hop);
    }
}

static gboolean
look_up (ClatRtnl *rtnl, int ifindex, const struct in6_addr *destination, guint32 flags,
         ClatRouteLookup *lookup, GError **error)
{
  ClatRtnlRequest request;
  struct rtmsg *header = clat_rtnl_begin (&request, RTM_GETROUTE, 0, sizeof *header);

  header->rtm_family = AF_INET6;
  header->rtm_dst_len = 128;
  header->rtm_flags = flags;
  mnl_attr_put (&request.header, RTA_DST, sizeof *destination, destination);
  if (ifindex != 0)
    mnl_attr_put_u32 (&request.header, RTA_OIF, ifindex);
  return clat_rtnl_ask (rtnl, &request, parse_route, lookup, error);
}

gboolean
clat_route_lookup (ClatRtnl *rtnl, int ifindex, const struct in6_addr *destination,
                   ClatRouteLookup *lookup, GError **error)
{
  ClatRouteLookup found = {0}, matched = {0};

  /* RTM_F_FIB_MATCH returns the matching route, and so its prefix length, but not which
   * nexthop of a multipath route is used: ask twice. */
  if (!look_up (rtnl, ifindex, destination, 0, &found, error)
      || !look_up (rtnl, ifindex, destination, RTM_F_FIB_MATCH, &matched, error))
    return FALSE;

  found.is_default = matched.is_default;
  *lookup = found;
  return TRUE;
}

typedef struct
{
  int ifindex;
  const struct in6_addr *router;
  gboolean found;
} Search;

static void
find_router (const ClatDefaultRoute *route, gpointer data)
{
  Search *search = data;

  search->found |= route->ifindex == search->ifindex
                   && IN6_ARE_ADDR_EQUAL (&route->gateway, search->router);
}

gboolean
clat_route_lookup_has_router (ClatRtnl *rtnl, int ifindex, const struct in6_addr *router)
{
  Search search = {ifindex, router, FALSE};

  return clat_default_route_list (rtnl, AF_INET6, find_router, &search, NULL)
         && search.found;
}
