/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opaque IPv6 addresses (RFC 7217), for prefixes of any length: the kernel makes them
 * only for those that routers advertise. */
#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

#define CLAT_IDENTIFIER_LENGTH 16

/* An address and the length of its prefix, in bits. */
typedef struct
{
  struct in6_addr address;
  guint length;
} ClatIpv6;

/* Longer ones have no room for a further host: a router and a host take what a /127 has
 * (RFC 6164). */
#define CLAT_STABLE_ADDRESS_MAX_LENGTH 126

gboolean clat_ipv6_has_prefix (const ClatIpv6 *self, const struct in6_addr *address);

/* Whether no host may have it: its identifier is all zeros (RFC 4291, 2.6.1) or reserved
 * (RFC 5453, RFC 2526). */
gboolean clat_stable_address_is_reserved (const ClatIpv6 *ipv6);

/* The address number counter of the prefix that other is of; the same each time. FALSE if
 * it is reserved. */
gboolean clat_stable_address_make (const guint8 identifier[CLAT_IDENTIFIER_LENGTH],
                                   const ClatIpv6 *other, guint8 counter, ClatIpv6 *made);

G_END_DECLS
