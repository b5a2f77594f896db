/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the routers of each link said last, so that a new translator need not ask them:
 * they may answer late (RFC 4861, 6.2.6 lets them wait for three seconds) or not at all.
 */
#pragma once

#include "clat-ndp.h"
#include "clat-slaac.h"

G_BEGIN_DECLS

typedef struct _ClatRaCache ClatRaCache;

ClatRaCache *clat_ra_cache_new (void);
void clat_ra_cache_free (ClatRaCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatRaCache, clat_ra_cache_free)

void clat_ra_cache_add (ClatRaCache *self, const ClatAdvertisement *advertisement);

/* What the routers of the link say of SLAAC. */
ClatSlaac clat_ra_cache_get_slaac (ClatRaCache *self, int link);

/* For clat_ra_cache_inject: as long as it was said. */
#define CLAT_RA_CACHE_FULL_LIFETIME G_MAXUINT32

/* Lets the interface of this thread's namespace hear what was said on the link, as if it
 * came from there now, but good for so many seconds at most. */
gboolean clat_ra_cache_inject (ClatRaCache *self, int link, int ifindex, guint32 longest,
                               GError **error);

/* Forgets all that was said on the link. */
void clat_ra_cache_forget (ClatRaCache *self, int link);

G_END_DECLS
