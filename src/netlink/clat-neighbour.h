/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IPv6 neighbour table: unreachable routers, and whether one is resolved. */
#pragma once

#include <netinet/in.h>

#include "clat-rtnl.h"

G_BEGIN_DECLS

/* Calls function for each router on the link without a link-layer address: neighbour
 * discovery has failed (NUD_FAILED; RFC 4861, 7.3), or is under way (NUD_INCOMPLETE). */
gboolean clat_neighbour_list_unresolved_routers (
    ClatRtnl *rtnl, int ifindex,
    void (*function) (const struct in6_addr *, gboolean has_failed, gpointer),
    gpointer data, GError **error);

/* Whether the message is about a router; has_failed: neighbour discovery of it failed. */
gboolean clat_neighbour_is_router (const struct nlmsghdr *message, gboolean *has_failed);

/* Whether neighbour discovery has lately confirmed this neighbour. */
gboolean clat_neighbour_is_reachable (ClatRtnl *rtnl, int ifindex,
                                      const struct in6_addr *address);

G_END_DECLS
