/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interface of a namespace through which a translator reaches the connection's link.
 */
#pragma once

#include "clat-namespace.h"
#include "clat-wanted.h"

G_BEGIN_DECLS

/* A child of the parent that is wanted, or what takes its place, down. host: of the
 * host's namespace, where the parent is. */
gboolean clat_uplink_make (ClatNamespace *self, const ClatWanted *wanted, ClatRtnl *host,
                           GError **error);

/* Brings it up, with a SLAAC address of its own soon. It learns at once what ra_cache
 * knows of the routers on the parent's link; ra_cache is lent until the address has come.
 */
gboolean clat_uplink_bring_up (ClatNamespace *self, int ifindex, int parent,
                               ClatRaCache *ra_cache, GError **error);

/* Lets the uplink hear what the routers of the link have said; see clat_ra_cache_inject.
 */
gboolean clat_uplink_inject (ClatNamespace *self, ClatRaCache *ra_cache, int link,
                             guint32 longest, GError **error);

G_END_DECLS
