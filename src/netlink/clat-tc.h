/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bpf programs at the ingress of an interface (clsact and cls_bpf), by rtnetlink: in the
 * namespace of the socket. */
#pragma once

#include "clat-rtnl.h"

G_BEGIN_DECLS

/* Attaches the program, or exchanges it for the one that is there, in one step. */
gboolean clat_tc_set (ClatRtnl *rtnl, int ifindex, int program, const char *name,
                      GError **error);

/* The id of the program that is attached, 0 if there is none. */
gboolean clat_tc_get (ClatRtnl *rtnl, int ifindex, guint32 *id, GError **error);

/* That there is none is no error. */
gboolean clat_tc_remove (ClatRtnl *rtnl, int ifindex, GError **error);

/* The same on an interface that is somebody else's: next to their filters, before those
 * of a lower priority; what was there before is left. */
gboolean clat_tc_set_foreign (ClatRtnl *rtnl, int ifindex, int program, const char *name,
                              GError **error);
gboolean clat_tc_get_foreign (ClatRtnl *rtnl, int ifindex, guint32 *id, GError **error);
gboolean clat_tc_remove_foreign (ClatRtnl *rtnl, int ifindex, GError **error);

G_END_DECLS
