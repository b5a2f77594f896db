/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of the uplink's IPv6 addresses the CLAT uses. */
#pragma once

#include <glib.h>
#include <netinet/in.h>

#include "clat-actual.h"
#include "clat-wanted.h"

G_BEGIN_DECLS

/* Chooses the address for packets by next_hop to destination, an address in the NAT64
 * prefix: one from a prefix that the router next_hop announced, if that is the one that
 * announced the NAT64 prefix (RFC 6724, rule 5.5). FALSE if no address suits. */
gboolean clat_uplink_address_choose (const ClatActual *actual, const ClatWanted *wanted,
                                     const struct in6_addr *next_hop,
                                     const struct in6_addr *destination,
                                     struct in6_addr *address);

G_END_DECLS
