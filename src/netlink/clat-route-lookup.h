/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's route lookup for an IPv6 destination: "ip -6 route get". */
#pragma once

#include "clat-rtnl.h"

G_BEGIN_DECLS

typedef struct
{
  int ifindex;
  struct in6_addr next_hop; /* :: if the destination is on the link */
  gboolean is_default;      /* the matching route is a default route */
} ClatRouteLookup;

/* Looks up a route by the interface; 0: by any. Error CLAT_ERROR_KERNEL if there is no
 * route to destination. */
gboolean clat_route_lookup (ClatRtnl *rtnl, int ifindex,
                            const struct in6_addr *destination, ClatRouteLookup *lookup,
                            GError **error);

/* Whether the interface has a default route by the router. */
gboolean clat_route_lookup_has_router (ClatRtnl *rtnl, int ifindex,
                                       const struct in6_addr *router);

G_END_DECLS
