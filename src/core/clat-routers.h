/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the routers of one link say of themselves, and of the link's prefixes. Time is an
 * argument, in µs of CLOCK_BOOTTIME. */
#pragma once

#include "clat-ra.h"

G_BEGIN_DECLS

#define CLAT_NEVER G_MAXINT64

/* More are not remembered: whoever may send advertisements on the link must not be able
 * to fill our memory. */
#define CLAT_ROUTERS_MAX 16

typedef struct _ClatRouters ClatRouters;

ClatRouters *clat_routers_new (void);
void clat_routers_free (ClatRouters *self);

/* What the router says now. When there are too many, the one that is first to be no
 * default router is forgotten, but never used. TRUE if something is other than before,
 * but for the times. */
gboolean clat_routers_receive (ClatRouters *self, const struct in6_addr *router,
                               const ClatRa *ra, const struct in6_addr *used, gint64 now);

/* These routers, and no others, do not answer. TRUE if that is new. */
gboolean clat_routers_set_unreachable (ClatRouters *self, const struct in6_addr *routers,
                                       guint count);

gboolean clat_routers_has (ClatRouters *self, const struct in6_addr *router);

/* Whether it is a default router and answers. Of one that has not been heard nothing bad
 * is known. */
gboolean clat_routers_is_alive (ClatRouters *self, const struct in6_addr *router,
                                gint64 now);

ClatRaPreference clat_routers_get_preference (ClatRouters *self,
                                              const struct in6_addr *router);

/* When it stops being a default router, CLAT_NEVER if it is none or always. */
gint64 clat_routers_get_end (ClatRouters *self, const struct in6_addr *router,
                             gint64 now);

/* What was announced may be of another network: it is good until then at most, and not
 * beside what the router announces from now on. */
void clat_routers_mark_stale (ClatRouters *self, gint64 until);

/* The prefixes that it announces for addresses on the link; returns how many. */
guint clat_routers_get_networks (ClatRouters *self, const struct in6_addr *router,
                                 gint64 now, ClatNetwork networks[CLAT_RA_MAX]);

G_END_DECLS
