/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv6 neighbours that do not answer, by rtnetlink. */
#pragma once

#include <netinet/in.h>

#include "clat-rtnl.h"

G_BEGIN_DECLS

/* Calls function for each router on the link that the kernel has asked in vain for its
 * link-layer address (RFC 4861, 7.3). */
gboolean clat_neighbour_list_silent_routers (ClatRtnl *rtnl, int ifindex,
                                             void (*function) (const struct in6_addr *,
                                                               gpointer),
                                             gpointer data, GError **error);

/* Whether the message is of a router. */
gboolean clat_neighbour_is_router (const struct nlmsghdr *message, gboolean *is_silent);

G_END_DECLS
