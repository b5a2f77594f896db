/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pairs of an IPv4 and an IPv6 address of one connection, each with the NAT64 prefix
 * that it was made with. The first is for new connections; the others are from before the
 * network renumbered or changed its prefix, and are translated as long as they are in
 * use. */
#pragma once

#include "clat-actual.h"
#include "clat-pool.h"
#include "clat-pref64.h"

G_BEGIN_DECLS

typedef struct
{
  ClatPair pairs[CLAT_MAX_PAIRS]; /* the IPv4 addresses are lent by the pool */
  struct in6_addr next_hops[CLAT_MAX_PAIRS];
  guint count;
} ClatPairs;

/* Adds the first pair, with an IPv4 address of the pool and no IPv6 address yet, unless
 * it exists. Pairs whose IPv4 address is not of the pool's prefix any more are dropped.
 * FALSE if the pool is empty. */
gboolean clat_pairs_begin (ClatPairs *self, ClatPool *pool, ClatPoolIsUsed is_used,
                           gpointer data);

/* Adds a pair of a previous instance of the service as the last one. FALSE if its IPv4
 * address is not available. */
gboolean clat_pairs_adopt (ClatPairs *self, ClatPool *pool, const ClatPair *pair,
                           const struct in6_addr *next_hop);

/* Follows the IPv6 addresses of the uplink, and the prefix in use of pref64s. When
 * another address or prefix is chosen, the old pair is kept if its own are still valid
 * and the pool has another IPv4 address. Pairs whose IPv6 address or prefix is not valid
 * any more are dropped. TRUE if anything changed. */
gboolean clat_pairs_follow (ClatPairs *self, const ClatActual *actual,
                            ClatPref64Table *pref64s, ClatPool *pool,
                            ClatPoolIsUsed is_used, gpointer data);

/* Drops all pairs but the first whose IPv4 address is not in use. TRUE if there was one.
 */
gboolean clat_pairs_drop_unused (ClatPairs *self, ClatPool *pool, ClatPoolIsUsed is_used,
                                 gpointer data);

void clat_pairs_clear (ClatPairs *self, ClatPool *pool);

G_END_DECLS
