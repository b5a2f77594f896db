/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network namespace of one translator, and our sockets in it. */
#pragma once

#include "clat-actual.h"
#include "clat-netns.h"
#include "clat-ra-cache.h"
#include "clat-rtnl.h"

G_BEGIN_DECLS

typedef struct _ClatNamespace ClatNamespace;

/* Both call function when the kernel has changed something in the namespace: an address
 * was added, a router became unreachable. */
ClatNamespace *clat_namespace_make (const char *name, GSourceFunc function, gpointer data,
                                    GError **error);

/* Also opens one that has lost its name. NULL without error if there is none, or if
 * another program created it. host: of the host's namespace. */
ClatNamespace *clat_namespace_open (const char *name, ClatRtnl *host,
                                    GSourceFunc function, gpointer data, GError **error);

/* Closes our sockets; the namespace stays. */
void clat_namespace_free (ClatNamespace *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatNamespace, clat_namespace_free)

const char *clat_namespace_get_name (ClatNamespace *self);
ClatNetns *clat_namespace_get_netns (ClatNamespace *self);
ClatRtnl *clat_namespace_get_rtnl (ClatNamespace *self);

/* TRUE if the last address was removed because another node has it. */
gboolean clat_namespace_lost_address (ClatNamespace *self);

/* Records the unreachable routers: while there are some, a reachable one matters too. */
void clat_namespace_note_unreachable (ClatNamespace *self, const ClatActual *actual);

/* Whether the router was unreachable when that was recorded last. */
gboolean clat_namespace_was_unreachable (ClatNamespace *self,
                                         const struct in6_addr *router);

/* To call before the uplink comes up: as soon as it has its link-local address, the
 * cached router advertisements of that link are injected, and routers are solicited. The
 * cache is lent until then. */
void clat_namespace_expect_address (ClatNamespace *self, ClatRaCache *ra_cache, int link);

G_END_DECLS
