/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The namespace of one translator, and the sockets that we keep in it. */
#pragma once

#include "clat-actual.h"
#include "clat-netns.h"
#include "clat-ra-cache.h"
#include "clat-rtnl.h"

G_BEGIN_DECLS

typedef struct _ClatNamespace ClatNamespace;

/* Both call function when something in the namespace has changed by itself: an address
 * has come, a router has gone. */
ClatNamespace *clat_namespace_make (const char *name, GSourceFunc function, gpointer data,
                                    GError **error);

/* Also one that has lost that name. NULL without error if there is none, or if somebody
 * else made it. host: of the host's namespace. */
ClatNamespace *clat_namespace_open (const char *name, ClatRtnl *host,
                                    GSourceFunc function, gpointer data, GError **error);

/* Closes our sockets; the namespace stays. */
void clat_namespace_free (ClatNamespace *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatNamespace, clat_namespace_free)

const char *clat_namespace_get_name (ClatNamespace *self);
ClatNetns *clat_namespace_get_netns (ClatNamespace *self);
ClatRtnl *clat_namespace_get_rtnl (ClatNamespace *self);

/* TRUE if the last address was given up because somebody else has it. */
gboolean clat_namespace_lost_address (ClatNamespace *self);

/* The routers that do not answer: then one that does again matters too. */
void clat_namespace_note_unreachable (ClatNamespace *self, const ClatActual *actual);

/* Whether that was noted last of the router. */
gboolean clat_namespace_was_unreachable (ClatNamespace *self,
                                         const struct in6_addr *router);

/* The uplink is about to come up. As soon as it has its link-local address it is given
 * what ra_cache has of the routers on that link, and they are solicited. The cache is
 * lent until then. */
void clat_namespace_expect_address (ClatNamespace *self, ClatRaCache *ra_cache, int link);

G_END_DECLS
