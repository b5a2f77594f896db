/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One translator in the kernel: namespace, uplink, veth pair, data path, IPv4 addresses
 * and routes. Its state is always read from the kernel, also that of a previous instance.
 */
#pragma once

#include "clat-actual.h"
#include "clat-fd-store.h"
#include "clat-plat.h"
#include "clat-pref64-record.h"
#include "clat-ra-cache.h"
#include "clat-rtnl.h"
#include "clat-shared.h"
#include "clat-wanted.h"

G_BEGIN_DECLS

typedef struct _ClatTranslator ClatTranslator;

/* rtnl: of the host's namespace, lent, as are ra_cache and store. Calls function when the
 * kernel has changed something in the translator's namespace: an address was added, a
 * router became unreachable. */
ClatTranslator *clat_translator_new (const char *name, ClatRtnl *rtnl,
                                     ClatRaCache *ra_cache, const ClatFdStore *store,
                                     GSourceFunc function, gpointer data);

/* Frees our state; the translator in the kernel stays. */
void clat_translator_free (ClatTranslator *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatTranslator, clat_translator_free)

/* Follows the plan to the wanted translator until it is complete or has to wait, and
 * returns the actual one. After an error the translator is removed. */
gboolean clat_translator_apply (ClatTranslator *self, const ClatWanted *wanted,
                                ClatActual *actual, GError **error);

/* Reads the actual translator; empty if it cannot be read. */
void clat_translator_inspect (ClatTranslator *self, ClatActual *actual);

/* To call for each router advertisement on the link. An ipvlan or macvlan uplink receives
 * it itself; into a redirecting uplink on the link it is injected. */
void clat_translator_receive (ClatTranslator *self, int link);

/* See clat_kernel_mark_stale; link: ifindex of the uplink's parent. */
void clat_translator_mark_stale (ClatTranslator *self, int link, guint seconds);

gboolean clat_translator_read_counters (ClatTranslator *self,
                                        struct clat_counters counters[CLAT_N_DIRECTIONS],
                                        GError **error);

/* See clat_kernel_read_plat and those after it. */
gboolean clat_translator_read_plat (ClatTranslator *self, ClatPlatEvidence *evidence);
void clat_translator_set_plat (ClatTranslator *self, const ClatPlatVerdict *verdict,
                               guint reports);
void clat_translator_forget_plat (ClatTranslator *self);
gboolean clat_translator_read_pref64s (ClatTranslator *self, ClatPref64Record *record);
void clat_translator_store_pref64s (ClatTranslator *self, const ClatPref64Record *record);
gboolean clat_translator_ping_router (ClatTranslator *self, const struct in6_addr *source,
                                      const struct in6_addr *router, GError **error);
gboolean clat_translator_ping_router_from_host (ClatTranslator *self, int ifindex,
                                                const struct in6_addr *source,
                                                const struct in6_addr *router,
                                                GError **error);

G_END_DECLS
