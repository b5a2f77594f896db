/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The routers of one link: lifetime, preference, and the prefixes that they announce.
 * Time is an argument, in µs of CLOCK_BOOTTIME. */
#pragma once

#include "clat-expiry.h"
#include "clat-ra.h"

G_BEGIN_DECLS

/* The limit of routers: any node on the link can send router advertisements, and must not
 * fill our memory. */
#define CLAT_ROUTERS_MAX 16

typedef struct _ClatRouters ClatRouters;

ClatRouters *clat_routers_new (void);
void clat_routers_free (ClatRouters *self);

/* Records an advertisement. If there are too many routers, the one whose lifetime ends
 * first is dropped, but never the one with the address used. TRUE if something but the
 * lifetimes changed. */
gboolean clat_routers_receive (ClatRouters *self, const struct in6_addr *address,
                               const ClatRa *ra, const struct in6_addr *used, gint64 now);

/* These routers, and no others, are unreachable. TRUE if that changed. */
gboolean clat_routers_set_unreachable (ClatRouters *self, const struct in6_addr *routers,
                                       guint count);

gboolean clat_routers_has (ClatRouters *self, const struct in6_addr *address);

/* Whether it is a default router and reachable. TRUE, too, for an address without an
 * advertisement. */
gboolean clat_routers_is_alive (ClatRouters *self, const struct in6_addr *address,
                                gint64 now);

/* Whether any of them is a default router, reachable or not. */
gboolean clat_routers_has_default (ClatRouters *self, gint64 now);

ClatRaPreference clat_routers_get_preference (ClatRouters *self,
                                              const struct in6_addr *address);

/* When its lifetime as a default router ends; CLAT_NEVER if it is not one. */
gint64 clat_routers_get_end (ClatRouters *self, const struct in6_addr *address,
                             gint64 now);

/* The link may be another network now: announced prefixes are valid until then at most,
 * and only as long as the router announces no others. */
void clat_routers_mark_stale (ClatRouters *self, gint64 until);

/* The prefixes that it announces for addresses on the link; returns how many. */
guint clat_routers_get_networks (ClatRouters *self, const struct in6_addr *address,
                                 gint64 now, ClatNetwork networks[CLAT_RA_MAX]);

G_END_DECLS
