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

/* name: of the translator, for the log and for the store, which keeps the device open
 * over a restart of the service: packets queue in it meanwhile. Calls function when the
 * process has ended, and when it is time to start it again. */
ClatSlowPath *clat_slow_path_new (const char *name, const ClatFdStore *store,
                                  GSourceFunc function, gpointer data);

/* Ends the process, after the packets that it has read. The device vanishes unless it is
 * in the store. A process of a previous instance is not touched. */
void clat_slow_path_free (ClatSlowPath *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatSlowPath, clat_slow_path_free)

ClatSlowPathState clat_slow_path_get_state (ClatSlowPath *self);

/* The parameters of the running process. */
const ClatTranslation *clat_slow_path_get_translation (ClatSlowPath *self);

/* Starts clat-xlat. A running process with other parameters is ended first: the device
 * stays, packets queue in it, and none is lost. A process that does not start is not an
 * error but a state; a device that cannot be created is an error. rtnl: of the namespace.
 */
gboolean clat_slow_path_start (ClatSlowPath *self, ClatNetns *netns, ClatRtnl *rtnl,
                               const ClatTranslation *translation, GError **error);

/* Ends the process and removes the device, also one that the process of a previous
 * instance holds: that process ends, too. */
gboolean clat_slow_path_stop (ClatSlowPath *self, ClatRtnl *rtnl, GError **error);

/* Adds the counters of clat-xlat, over all its processes, and the packets that were lost
 * on the way to it. rtnl: of the namespace. */
void clat_slow_path_add_counters (ClatSlowPath *self, ClatRtnl *rtnl,
                                  struct clat_counters counters[CLAT_N_DIRECTIONS]);

G_END_DECLS
