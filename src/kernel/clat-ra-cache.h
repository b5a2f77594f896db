/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The latest router advertisement of each router on each link, so that a new translator
 * need not wait for the answer to a router solicitation: it may come late (RFC
 * 4861, 6.2.6 allows three seconds between advertisements) or not at all. */
#pragma once

#include "clat-ndp.h"
#include "clat-slaac.h"

G_BEGIN_DECLS

typedef struct _ClatRaCache ClatRaCache;

ClatRaCache *clat_ra_cache_new (void);
void clat_ra_cache_free (ClatRaCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatRaCache, clat_ra_cache_free)

void clat_ra_cache_add (ClatRaCache *self, const ClatAdvertisement *advertisement);

/* Whether the routers of the link offer SLAAC. */
ClatSlaac clat_ra_cache_get_slaac (ClatRaCache *self, int link);

/* For clat_ra_cache_inject: does not limit the lifetimes. */
#define CLAT_RA_CACHE_FULL_LIFETIME G_MAXUINT32

/* Injects the link's advertisements into the interface, in this thread's namespace, as if
 * received now. No lifetime is longer than longest seconds. */
gboolean clat_ra_cache_inject (ClatRaCache *self, int link, int ifindex, guint32 longest,
                               GError **error);

/* Drops the advertisements of the link. */
void clat_ra_cache_forget (ClatRaCache *self, int link);

G_END_DECLS
