/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The CLAT's IPv6 address and its next hop to the NAT64. */
#include "clat-addressing.h"

#include <arpa/inet.h>

#include "clat-prefix.h"
#include "clat-route-lookup.h"
#include "clat-uplink-address.h"

/* 192.0.0.170 (RFC 7050, 2.2): the route to the NAT64 is looked up for this address in
 * its prefix, to which no packets are sent. */
#define WELL_KNOWN_IPV4 0xc00000aa

static gboolean
has_duplicate (const ClatAddedIpv6List *list)
{
  for (guint i = 0; i < list->n; i++)
    if (list->addresses[i].is_duplicate)
      return TRUE;
  return FALSE;
}

/* The router that announced the prefix is the next hop to it (RFC 8028, 3), unless the
 * kernel has a more specific route. */
static void
prefer_router (ClatRouteLookup *path, ClatRtnl *rtnl, const ClatWanted *wanted)
{
  if (path->is_default && !IN6_IS_ADDR_UNSPECIFIED (&wanted->router)
      && clat_route_lookup_has_router (rtnl, path->ifindex, &wanted->router))
    path->next_hop = wanted->router;
}

/* An uplink without an address of its own on the link uses the host's route. */
static gboolean
look_up (int uplink, ClatRtnl *inside, ClatRtnl *host, const ClatWanted *wanted,
         const struct in6_addr *destination, ClatRouteLookup *path)
{
  gboolean is_own = wanted->address == CLAT_ADDRESS_OWN;
  ClatRtnl *rtnl = is_own ? inside : host;

  if (!clat_route_lookup (rtnl, is_own ? 0 : wanted->parent, destination, path, NULL)
      || path->ifindex != (is_own ? uplink : wanted->parent))
    return FALSE;

  prefer_router (path, rtnl, wanted);
  return TRUE;
}

void
clat_addressing_observe (ClatActual *actual, int uplink, ClatNamespace *namespace,
                         ClatRtnl *host, const ClatWanted *wanted)
{
  struct in_addr well_known = {htonl (WELL_KNOWN_IPV4)};
  struct in6_addr destination = clat_prefix_embed (&wanted->prefix, well_known);
  ClatRtnl *rtnl = clat_namespace_get_rtnl (namespace);
  ClatRouteLookup path;

  if (!look_up (uplink, rtnl, host, wanted, &destination, &path))
    {
      actual->addressing = CLAT_ADDRESSING_NO_ROUTE;
      return;
    }

  if (!clat_uplink_address_choose (actual, wanted, &path.next_hop, &destination,
                                   &actual->ipv6))
    {
      actual->addressing =
          clat_namespace_lost_address (namespace) || has_duplicate (&actual->added)
              ? CLAT_ADDRESSING_DUPLICATE
              : CLAT_ADDRESSING_NONE;
      return;
    }

  actual->addressing = CLAT_ADDRESSING_READY;
  actual->next_hop = path.next_hop;
}
