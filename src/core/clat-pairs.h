/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pairs of addresses of one connection: the one of new connections, and those of
 * before a renumbering, which go on being translated as long as somebody needs them. */
#pragma once

#include "clat-actual.h"
#include "clat-pool.h"

G_BEGIN_DECLS

typedef struct
{
  ClatPair pairs[CLAT_MAX_PAIRS]; /* the IPv4 addresses are lent from the pool */
  struct in6_addr next_hops[CLAT_MAX_PAIRS];
  guint count;
} ClatPairs;

/* The first pair with an IPv4 address of the pool, and no IPv6 address yet. FALSE if the
 * pool has none. Does nothing if there is one. */
gboolean clat_pairs_begin (ClatPairs *self, ClatPool *pool, ClatPoolIsUsed is_used,
                           gpointer data);

/* Takes over a pair that an earlier life of the service has used, as the last one. FALSE
 * if its IPv4 address is not to be had. */
gboolean clat_pairs_adopt (ClatPairs *self, ClatPool *pool, const ClatPair *pair,
                           const struct in6_addr *next_hop);

/* Follows the addresses of the link: when another is chosen, the pair of the old one is
 * kept if that is still valid and the pool has another IPv4 address; pairs whose address
 * has gone are dropped. TRUE if anything is different now. */
gboolean clat_pairs_follow (ClatPairs *self, const ClatActual *actual, ClatPool *pool,
                            ClatPoolIsUsed is_used, gpointer data);

/* Drops the old pairs whose IPv4 address nobody uses. TRUE if there was one. */
gboolean clat_pairs_drop_unused (ClatPairs *self, ClatPool *pool, ClatPoolIsUsed is_used,
                                 gpointer data);

void clat_pairs_clear (ClatPairs *self, ClatPool *pool);

G_END_DECLS
