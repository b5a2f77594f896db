/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of the NAT64 of one connection's network: from router advertisements,
 * from DNS, and from the configuration. */
#pragma once

#include "clat-dns-status.h"
#include "clat-kernel.h"
#include "clat-pairs.h"
#include "clat-pref64-record.h"
#include "clat-profile.h"

G_BEGIN_DECLS

typedef struct _ClatDiscovery ClatDiscovery;

/* Kernel and configuration are lent. Calls function when something may have changed. */
ClatDiscovery *clat_discovery_new (ClatKernel *kernel, const ClatConfig *config,
                                   GSourceFunc function, gpointer data);
void clat_discovery_free (ClatDiscovery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatDiscovery, clat_discovery_free)

/* The current profile, lent until the next call. */
void clat_discovery_set_profile (ClatDiscovery *self, const ClatProfile *profile);

/* The configuration has changed from that. */
void clat_discovery_reconfigure (ClatDiscovery *self, const ClatConfig *before);

/* Solicits routers and queries DNS servers again; negative answers of DNS are forgotten.
 */
void clat_discovery_refresh (ClatDiscovery *self);

/* The same only for DNS. */
void clat_discovery_refresh_dns (ClatDiscovery *self);

/* What the next instance is to know about the prefixes of the pairs. */
ClatPref64Record clat_discovery_make_record (ClatDiscovery *self, const ClatPairs *pairs);

/* Takes over the prefixes of a previous instance: that of new connections, if it is from
 * DNS, for as long as if this instance had learned it, otherwise for as long as routers
 * need to confirm it; those of old pairs until they expire, or for half an hour if that
 * is not known. */
void clat_discovery_adopt (ClatDiscovery *self, const ClatPairs *pairs,
                           const ClatPref64Record *record, gint64 now);

/* The network may be another one now: what was announced is valid for this long, and less
 * preferred than anything announced from now on. */
#define CLAT_DISCOVERY_STALE_SECONDS 5
void clat_discovery_mark_stale (ClatDiscovery *self, gint64 now);

/* Whether everything is stale but the prefix in use, which a router has announced again:
 * then addresses of prefixes that it does not announce are left over from another
 * network. */
gboolean clat_discovery_is_renewed (ClatDiscovery *self, gint64 now);

void clat_discovery_receive (ClatDiscovery *self, const ClatAdvertisement *advertisement);

/* Queries the DNS servers if the configuration allows it and only a prefix is missing
 * (RFC 7050, 3; RFC 8781, 5.1). */
void clat_discovery_follow_dns (ClatDiscovery *self, gboolean lacks_only_prefix);

/* These routers, and no others, are unreachable. TRUE if that may change the prefix in
 * use. */
gboolean clat_discovery_set_unreachable (ClatDiscovery *self,
                                         const struct in6_addr *routers, guint count,
                                         gint64 now);

/* Removes what has expired. */
void clat_discovery_expire (ClatDiscovery *self, gint64 now);

/* The known prefixes and routers. */
ClatPref64Table *clat_discovery_get_table (ClatDiscovery *self);

/* Whether a router has advertised, and whether one is a default router. */
gboolean clat_discovery_has_router (ClatDiscovery *self);
gboolean clat_discovery_has_default_router (ClatDiscovery *self, gint64 now);

ClatDnsStatus clat_discovery_get_dns_status (ClatDiscovery *self);

/* When routers were last solicited, in µs of CLOCK_BOOTTIME. */
gint64 clat_discovery_get_solicited (ClatDiscovery *self);

G_END_DECLS
