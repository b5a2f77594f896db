/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pool of IPv4 addresses for connections: 192.0.0.0/29 (RFC 7335) by default. */
#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

/* A host has a handful of links: a larger pool would be of no use. The gateway and one
 * host need an address each. */
#define CLAT_POOL_MIN_LENGTH 24
#define CLAT_POOL_MAX_LENGTH 31

typedef struct _ClatPool ClatPool;

/* text: an IPv4 prefix such as "192.0.0.0/29". */
ClatPool *clat_pool_new (const char *text, GError **error);
void clat_pool_free (ClatPool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatPool, clat_pool_free)

/* Another prefix, which clat_pool_new accepts. What is lent stays lent until it is given
 * back. */
void clat_pool_change (ClatPool *self, const char *text);

/* Whether the address is of the prefix, lent or not. */
gboolean clat_pool_contains (const ClatPool *self, struct in_addr address);

/* TRUE if the address is in use already on this host. */
typedef gboolean (*ClatPoolIsUsed) (struct in_addr address, gpointer data);

/* The gateway of the default routes to all translators: the first address that is neither
 * lent nor in use, counted from the second one of the prefix. FALSE if none is left. */
gboolean clat_pool_get_gateway (const ClatPool *self, ClatPoolIsUsed is_used,
                                gpointer data, struct in_addr *gateway);

/* Lends an address that is neither lent nor in use nor the gateway. RFC 7335, 4: two
 * mechanisms on one host must not use the same address. FALSE if none is left. */
gboolean clat_pool_take (ClatPool *self, ClatPoolIsUsed is_used, gpointer data,
                         struct in_addr *address);

/* Lends this address. FALSE if it is lent already or not in the pool. */
gboolean clat_pool_take_this (ClatPool *self, struct in_addr address);

void clat_pool_give_back (ClatPool *self, struct in_addr address);

G_END_DECLS
