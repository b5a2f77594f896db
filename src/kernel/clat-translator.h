/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One translator in the kernel: namespace, uplink, veth, data path, IPv4 address and
 * route. What is there is always read from the kernel, also what an earlier life left. */
#pragma once

#include "clat-actual.h"
#include "clat-bpf.h"
#include "clat-fd-store.h"
#include "clat-ra-cache.h"
#include "clat-rtnl.h"
#include "clat-wanted.h"

G_BEGIN_DECLS

typedef struct _ClatTranslator ClatTranslator;

/* rtnl: of the host's namespace, lent, as are ra_cache and store. Calls function when
 * something in the translator's namespace has changed by itself: an address has come, a
 * router has gone.
 */
ClatTranslator *clat_translator_new (const char *name, ClatRtnl *rtnl,
                                     ClatRaCache *ra_cache, const ClatFdStore *store,
                                     GSourceFunc function, gpointer data);

/* Forgets the translator; what is in the kernel stays. */
void clat_translator_free (ClatTranslator *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatTranslator, clat_translator_free)

/* Goes from what is there to what is wanted as far as can be gone now, and tells in
 * actual how far that is. After an error everything is taken away. */
gboolean clat_translator_apply (ClatTranslator *self, const ClatWanted *wanted,
                                ClatActual *actual, GError **error);

/* What is there; nothing if that cannot be read. */
void clat_translator_inspect (ClatTranslator *self, ClatActual *actual);

/* A router has spoken on the link. Children of the link hear that themselves; others are
 * configured. */
void clat_translator_receive (ClatTranslator *self, int link);

/* See clat_kernel_mark_stale; link is that of the uplink's parent. */
void clat_translator_mark_stale (ClatTranslator *self, int link, guint seconds);

gboolean clat_translator_read_counters (ClatTranslator *self,
                                        struct clat_counters counters[CLAT_N_DIRECTIONS],
                                        GError **error);

G_END_DECLS
