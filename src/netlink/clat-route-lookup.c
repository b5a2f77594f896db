/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way to a destination of IPv6, as the kernel sees it. */
#include "clat-route-lookup.h"

#include "clat-default-route.h"

static void
keep_path (const struct nlmsghdr *message, gpointer data)
{
  const struct rtmsg *header = mnl_nlmsg_get_payload (message);
  const struct nlattr *attribute;
  ClatRouteLookup *path = data;

  if (message->nlmsg_type != RTM_NEWROUTE
      || mnl_nlmsg_get_payload_len (message) < sizeof *header)
    return;

  path->is_default = header->rtm_dst_len == 0;
  mnl_attr_for_each (attribute, message, sizeof *header)
    {
      if (mnl_attr_get_type (attribute) == RTA_OIF)
        path->ifindex = mnl_attr_get_u32 (attribute);
      else if (mnl_attr_get_type (attribute) == RTA_GATEWAY)
        clat_rtnl_read_ipv6 (attribute, &path->next_hop);
    }
}

static gboolean
find_path (ClatRtnl *rtnl, const struct in6_addr *destination, guint32 flags,
           ClatRouteLookup *path, GError **error)
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
clat_route_lookup (ClatRtnl *rtnl, const struct in6_addr *destination,
                   ClatRouteLookup *path, GError **error)
{
  ClatRouteLookup found = {0}, matched = {0};

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
