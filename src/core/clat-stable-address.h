/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stable opaque IPv6 addresses (RFC 7217), for prefixes of any length: the kernel
 * generates them only for prefixes from router advertisements. */
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

/* Longer prefixes have no address left: a router and a host use both of a /127 (RFC
 * 6164).
 */
#define CLAT_STABLE_ADDRESS_MAX_LENGTH 126

gboolean clat_ipv6_has_prefix (const ClatIpv6 *self, const struct in6_addr *address);

/* Whether no host may use the address: its interface identifier is all zeros (RFC 4291,
 * 2.6.1) or reserved (RFC 5453, RFC 2526). */
gboolean clat_stable_address_is_reserved (const ClatIpv6 *ipv6);

/* Generates the address in the prefix of other: always the same for identifier, prefix
 * and counter. FALSE if it is reserved. */
gboolean clat_stable_address_make (const guint8 identifier[CLAT_IDENTIFIER_LENGTH],
                                   const ClatIpv6 *other, guint8 counter, ClatIpv6 *made);

G_END_DECLS
