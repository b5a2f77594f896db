/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The slow path of one translator: clat-xlat, an unprivileged process, on a tun device in
 * the namespace. */
#pragma once

#include "clat-actual.h"
#include "clat-fd-store.h"
#include "clat-netns.h"
#include "clat-rtnl.h"
#include "clat-shared.h"

G_BEGIN_DECLS

typedef struct _ClatSlowPath ClatSlowPath;

/* name: of the translator, for the log, and for the store, in which the device outlives
 * us: what comes to it meanwhile waits. Calls function when the process has died, and
 * when it is time to start it again. */
ClatSlowPath *clat_slow_path_new (const char *name, const ClatFdStore *store,
                                  GSourceFunc function, gpointer data);

/* Ends the process and waits for it to finish what it has in hand; the device goes with
 * it unless it is in the store. Of another life than ours nothing is known. */
void clat_slow_path_free (ClatSlowPath *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatSlowPath, clat_slow_path_free)

ClatSlowPathState clat_slow_path_get_state (ClatSlowPath *self);

/* Of the process that runs. */
const ClatTranslation *clat_slow_path_get_translation (ClatSlowPath *self);

/* Starts clat-xlat, or one that is told otherwise after the end of the one that runs: the
 * device stays, packets wait in it, and none is lost. A process that does not start is
 * not an error but a state; a device that cannot be had is an error. rtnl is of the
 * namespace. */
gboolean clat_slow_path_start (ClatSlowPath *self, ClatNetns *netns, ClatRtnl *rtnl,
                               const ClatTranslation *translation, GError **error);

/* Ends the process and takes the device away, also one that the process of an earlier
 * life holds: it ends for that. */
gboolean clat_slow_path_stop (ClatSlowPath *self, ClatRtnl *rtnl, GError **error);

/* Adds what clat-xlat has counted in all its lives. */
void clat_slow_path_add_counters (ClatSlowPath *self,
                                  struct clat_counters counters[CLAT_N_DIRECTIONS]);

G_END_DECLS
