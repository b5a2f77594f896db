/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host's IPv6 addresses that a translator may share. Times are in µs of
 * CLOCK_BOOTTIME. */
#pragma once

#include "clat-actual.h"

G_BEGIN_DECLS

typedef struct
{
  ClatSourceAddress addresses[CLAT_MAX_ADDRESSES];
  gint64 until[CLAT_MAX_ADDRESSES]; /* the host has lost it; 0: has it */
  guint n;
} ClatSharedAddresses;

/* Follows the count usable addresses that the host has on the link: no temporary ones
 * (RFC 8981) if there is another that is not deprecated. One that the host has lost is
 * kept for some seconds, for the connections that use it: NetworkManager removes
 * addresses and adds them again to change their order. */
void clat_shared_addresses_follow (ClatSharedAddresses *self,
                                   const ClatSourceAddress *addresses, guint count,
                                   gint64 now);

/* One that the host has and that is not deprecated, lent; NULL without any. */
const struct in6_addr *
clat_shared_addresses_get_current (const ClatSharedAddresses *self);

/* When the next one ends, CLAT_NEVER if none does. */
gint64 clat_shared_addresses_get_next (const ClatSharedAddresses *self);

G_END_DECLS
