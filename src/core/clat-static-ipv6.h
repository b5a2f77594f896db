/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv6 where no router gives it: the host's addresses and gateway were set by hand, and
 * the CLAT gets an address of the same prefix and the same gateway. */
#pragma once

#include "clat-stable-address.h"

G_BEGIN_DECLS

#define CLAT_MAX_STATIC_IPV6 8

/* How many addresses of a prefix are tried (RFC 7217, 6: IDGEN_RETRIES). */
#define CLAT_STATIC_IPV6_TRIES 3

#define CLAT_MAX_ADDED_IPV6 (CLAT_MAX_STATIC_IPV6 * CLAT_STATIC_IPV6_TRIES)

/* What the host has on the link. */
typedef struct
{
  guint n_addresses;
  ClatIpv6 addresses[CLAT_MAX_STATIC_IPV6];
  struct in6_addr gateway; /* ::, none */
} ClatStaticIpv6;

/* An address of the CLAT that is not from SLAAC. */
typedef struct
{
  ClatIpv6 ipv6;
  gboolean is_duplicate; /* somebody else has it; it stays as a note of that */
} ClatAddedIpv6;

typedef struct
{
  guint n;
  ClatAddedIpv6 addresses[CLAT_MAX_ADDED_IPV6];
} ClatAddedIpv6List;

/* The next address to add; FALSE if none is missing, or if none is left to try. */
gboolean clat_static_ipv6_get_addition (const ClatStaticIpv6 *self,
                                        const guint8 identifier[CLAT_IDENTIFIER_LENGTH],
                                        const ClatAddedIpv6List *list,
                                        ClatIpv6 *addition);

/* The next address to remove; FALSE if each that is there belongs there. */
gboolean clat_static_ipv6_get_removal (const ClatStaticIpv6 *self,
                                       const guint8 identifier[CLAT_IDENTIFIER_LENGTH],
                                       const ClatAddedIpv6List *list, ClatIpv6 *removal);

G_END_DECLS
