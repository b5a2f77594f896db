/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unsolicited neighbour advertisements to the routers of a link (RFC 9131): they know the
 * address before the first packet to it arrives, which would wait for its resolution. The
 * kernel's own (ndisc_notify) go to all nodes, override other entries, and are sent only
 * after duplicate address detection. */
#pragma once

#include <netinet/in.h>

#include "clat-link.h"

G_BEGIN_DECLS

/* Sends one for an address of the link, which may be optimistic (RFC 4429): it overrides
 * no entry. To be called in the link's namespace. */
gboolean clat_neighbour_advertisement_send (const ClatLink *link,
                                            const struct in6_addr *address,
                                            GError **error);

G_END_DECLS
