/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unsolicited neighbour advertisements of an address. The kernel's own (ndisc_notify) are
 * sent only after duplicate address detection, and always override. */
#pragma once

#include <netinet/in.h>

#include "clat-link.h"

G_BEGIN_DECLS

/* Sends one for an address of the link. To be called in the link's namespace.
 *
 * For a new address, which may be optimistic (RFC 4429), it goes to the routers and
 * overrides no entry: they know the address before the first packet to it arrives, which
 * would wait for its resolution (RFC 9131, 4.1). With overrides, it goes to all nodes:
 * the MAC address has changed, and what they send to the old one is lost until they find
 * it unreachable (RFC 4861, 7.2.6). */
gboolean clat_neighbour_advertisement_send (const ClatLink *link,
                                            const struct in6_addr *address,
                                            gboolean overrides, GError **error);

G_END_DECLS
