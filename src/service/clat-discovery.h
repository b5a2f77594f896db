/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the network of one connection says of its NAT64: its routers, its DNS servers, and
 * the configuration, which is asked here too. */
#pragma once

#include "clat-kernel.h"
#include "clat-profile.h"

G_BEGIN_DECLS

typedef struct _ClatDiscovery ClatDiscovery;

/* Kernel and configuration are lent. Calls function when something may be other than it
 * was. */
ClatDiscovery *clat_discovery_new (ClatKernel *kernel, const ClatConfig *config,
                                   GSourceFunc function, gpointer data);
void clat_discovery_free (ClatDiscovery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatDiscovery, clat_discovery_free)

/* The profile, as it is now: lent until the next one is. */
void clat_discovery_set_profile (ClatDiscovery *self, const ClatProfile *profile);

/* Asks routers and DNS servers anew. */
void clat_discovery_refresh (ClatDiscovery *self);

/* What an earlier life of the service believed in, until the network has had time to say
 * whether it is still right. */
void clat_discovery_adopt (ClatDiscovery *self, const ClatPrefix *prefix,
                           const struct in6_addr *router, gint64 now);

/* The network may be another one now: what was heard is good for this long, and second to
 * what is heard from now on. */
#define CLAT_DISCOVERY_STALE_SECONDS 5
void clat_discovery_mark_stale (ClatDiscovery *self, gint64 now);

/* Whether all is in doubt but for the prefix in use, which a router has named since: then
 * addresses that it does not announce are left of another network. */
gboolean clat_discovery_is_renewed (ClatDiscovery *self, gint64 now);

void clat_discovery_receive (ClatDiscovery *self, const ClatAdvertisement *advertisement);

/* Asks the DNS servers if they are to be asked and a prefix is all that is missing (RFC
 * 7050, 3; RFC 8781, 5.1). */
void clat_discovery_follow_dns (ClatDiscovery *self, gboolean lacks_only_prefix);

/* These routers do not answer. TRUE if that may make another prefix the best one. */
gboolean clat_discovery_set_unreachable (ClatDiscovery *self,
                                         const struct in6_addr *routers, guint count,
                                         gint64 now);

/* Forgets what is not good any more. */
void clat_discovery_expire (ClatDiscovery *self, gint64 now);

/* The prefixes and the routers that are known. */
ClatPref64Table *clat_discovery_get_table (ClatDiscovery *self);

/* A router has spoken; the DNS servers have said that there is no NAT64. */
gboolean clat_discovery_has_router (ClatDiscovery *self);
gboolean clat_discovery_dns_has_none (ClatDiscovery *self);

/* When the routers were last asked. */
gint64 clat_discovery_get_asked (ClatDiscovery *self);

G_END_DECLS
