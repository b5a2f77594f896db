/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The DNS servers that the routers of a link announce (RFC 8106): those of the network
 * itself, whatever servers a profile or a VPN puts in their place (RFC 8880, 7.1). Time
 * is an argument, in µs of CLOCK_BOOTTIME. */
#pragma once

#include "clat-ra.h"

G_BEGIN_DECLS

/* Further ones are ignored: a node on the link must not be able to fill our memory. */
#define CLAT_RESOLVERS_MAX 8

typedef struct
{
  struct in6_addr address;
  gint64 expiry;
} ClatResolver;

/* In the order in which they were announced first. Zeroes: none. */
typedef struct
{
  ClatResolver resolvers[CLAT_RESOLVERS_MAX];
  guint count;
} ClatResolvers;

/* Adds the servers of an advertisement, renews the lifetime of those that are known, and
 * drops those that it withdraws. TRUE if there are others now than before. */
gboolean clat_resolvers_receive (ClatResolvers *self, const ClatRa *ra, gint64 now);

/* What was announced may be of another network: it expires then at the latest. */
void clat_resolvers_mark_stale (ClatResolvers *self, gint64 until);

/* Drops those that have expired. */
void clat_resolvers_expire (ClatResolvers *self, gint64 now);

/* Their addresses as text, as a strv. */
char **clat_resolvers_to_strv (const ClatResolvers *self);

G_END_DECLS
