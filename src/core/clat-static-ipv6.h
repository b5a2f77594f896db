/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The CLAT's addresses on links where the host's IPv6 addresses and gateway are static:
 * the CLAT gets an address in the same prefix, and the same gateway. */
#pragma once

#include "clat-stable-address.h"

G_BEGIN_DECLS

#define CLAT_MAX_STATIC_IPV6 8

/* How many addresses of a prefix are tried (RFC 7217, 6: IDGEN_RETRIES). */
#define CLAT_STATIC_IPV6_TRIES 3

#define CLAT_MAX_ADDED_IPV6 (CLAT_MAX_STATIC_IPV6 * CLAT_STATIC_IPV6_TRIES)

/* The static IPv6 configuration of the host on the link. */
typedef struct
{
  guint n_addresses;
  ClatIpv6 addresses[CLAT_MAX_STATIC_IPV6];
  struct in6_addr gateway; /* :: for none */
} ClatStaticIpv6;

/* An address of the CLAT that the service added: it is not from SLAAC. */
typedef struct
{
  ClatIpv6 ipv6;
  gboolean is_duplicate; /* another node has it; kept so that it is not tried again */
} ClatAddedIpv6;

typedef struct
{
  guint n;
  ClatAddedIpv6 addresses[CLAT_MAX_ADDED_IPV6];
} ClatAddedIpv6List;

/* The next address to add. FALSE if none is missing, or none is left to try. */
gboolean clat_static_ipv6_get_addition (const ClatStaticIpv6 *self,
                                        const guint8 identifier[CLAT_IDENTIFIER_LENGTH],
                                        const ClatAddedIpv6List *list,
                                        ClatIpv6 *addition);

/* The next address to remove: one that does not fit self. FALSE if there is none. */
gboolean clat_static_ipv6_get_removal (const ClatStaticIpv6 *self,
                                       const guint8 identifier[CLAT_IDENTIFIER_LENGTH],
                                       const ClatAddedIpv6List *list, ClatIpv6 *removal);

G_END_DECLS
