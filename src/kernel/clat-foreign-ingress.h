/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bpf program at the ingress of an interface that is not ours, before those of others:
 * by tcx where the kernel has it (6.6), as there a program of others may end the matter
 * before any filter is asked; else by clsact. */
#pragma once

#include "clat-rtnl.h"

G_BEGIN_DECLS

/* Attaches the program, or exchanges it for the one of that name that is there, in one
 * step. rtnl: of this thread's namespace. */
gboolean clat_foreign_ingress_set (ClatRtnl *rtnl, int ifindex, int program,
                                   const char *name, GError **error);

/* The id of the program of that name, 0 if there is none. */
gboolean clat_foreign_ingress_get (ClatRtnl *rtnl, int ifindex, const char *name,
                                   guint32 *id, GError **error);

/* That there is none is no error, nor that there is no such interface. */
gboolean clat_foreign_ingress_remove (ClatRtnl *rtnl, int ifindex, const char *name,
                                      GError **error);

G_END_DECLS
