/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets up the uplink: the interface of the namespace through which a translator reaches
 * the connection's link. Its kinds are in core/clat-uplink-kind. */
#pragma once

#include "clat-namespace.h"
#include "clat-wanted.h"

G_BEGIN_DECLS

/* Adds the uplink on the wanted parent, down. host: of the host's namespace, which has
 * the parent. */
gboolean clat_uplink_make (ClatNamespace *self, const ClatWanted *wanted, ClatRtnl *host,
                           GError **error);

/* Brings it up. As soon as it has a link-local address, the cached router advertisements
 * of the parent's link are injected, which gives it a SLAAC address. ra_cache is lent
 * until then. */
gboolean clat_uplink_bring_up (ClatNamespace *self, int ifindex, int parent,
                               ClatRaCache *ra_cache, GError **error);

/* Injects the cached router advertisements of the link; see clat_ra_cache_inject. */
gboolean clat_uplink_inject (ClatNamespace *self, ClatRaCache *ra_cache, int link,
                             guint32 longest, GError **error);

G_END_DECLS
