/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A BPF program at a hook of an interface in the host's namespace, beside those of other
 * services: by tcx where the kernel has it (6.6), because a tcx program of another
 * service can end the processing before any tc filter; else by clsact. At the ingress
 * ours comes first, at the egress last, where it ends the processing. */
#pragma once

#include "clat-rtnl.h"
#include "clat-tc.h"

G_BEGIN_DECLS

/* Attaches the program, or replaces the one of that name atomically. rtnl: of this
 * thread's namespace. */
gboolean clat_foreign_hook_set (ClatRtnl *rtnl, int ifindex, ClatTcHook hook, int program,
                                const char *name, GError **error);

/* The id of the program of that name, 0 if there is none. */
gboolean clat_foreign_hook_get (ClatRtnl *rtnl, int ifindex, ClatTcHook hook,
                                const char *name, guint32 *id, GError **error);

/* A missing program, or interface, is not an error. */
gboolean clat_foreign_hook_remove (ClatRtnl *rtnl, int ifindex, ClatTcHook hook,
                                   const char *name, GError **error);

G_END_DECLS
