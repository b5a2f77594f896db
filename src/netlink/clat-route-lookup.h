/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way to a destination of IPv6, as the kernel sees it. */
#pragma once

#include "clat-rtnl.h"

G_BEGIN_DECLS

typedef struct
{
  int ifindex;
  struct in6_addr next_hop; /* :: if the destination is on the link */
  gboolean is_default;      /* nothing more specific leads there */
} ClatRouteLookup;

/* Asks the kernel how it would send to destination. Error CLAT_ERROR_KERNEL if nothing
 * leads there. */
gboolean clat_route_lookup (ClatRtnl *rtnl, const struct in6_addr *destination,
                            ClatRouteLookup *path, GError **error);

/* Whether the router is one of the default routers of the interface. */
gboolean clat_route_lookup_has_router (ClatRtnl *rtnl, int ifindex,
                                       const struct in6_addr *router);

G_END_DECLS
