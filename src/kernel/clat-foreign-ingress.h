/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A BPF program at the ingress of an interface that is not ours, before other programs:
 * by tcx where the kernel has it (6.6), because a tcx program of another service can end
 * the processing before any tc filter; else by clsact. */
#pragma once

#include "clat-rtnl.h"

G_BEGIN_DECLS

/* Attaches the program, or replaces the one of that name atomically. rtnl: of this
 * thread's namespace. */
gboolean clat_foreign_ingress_set (ClatRtnl *rtnl, int ifindex, int program,
                                   const char *name, GError **error);

/* The id of the program of that name, 0 if there is none. */
gboolean clat_foreign_ingress_get (ClatRtnl *rtnl, int ifindex, const char *name,
                                   guint32 *id, GError **error);

/* A missing program, or interface, is not an error. */
gboolean clat_foreign_ingress_remove (ClatRtnl *rtnl, int ifindex, const char *name,
                                      GError **error);

G_END_DECLS
