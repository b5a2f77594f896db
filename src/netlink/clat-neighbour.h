/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv6 neighbours that do not answer, by rtnetlink. */
#pragma once

#include <netinet/in.h>

#include "clat-rtnl.h"

G_BEGIN_DECLS

/* Calls function for each router on the link whose link-layer address the kernel does not
 * know: it has asked in vain (RFC 4861, 7.3), or is asking. */
gboolean clat_neighbour_list_unknown_routers (ClatRtnl *rtnl, int ifindex,
                                              void (*function) (const struct in6_addr *,
                                                                gboolean in_vain,
                                                                gpointer),
                                              gpointer data, GError **error);

/* Whether the message is of a router, and that it was asked in vain. */
gboolean clat_neighbour_is_router (const struct nlmsghdr *message, gboolean *in_vain);

G_END_DECLS
