/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BPF programs at the hooks of an interface (clsact and cls_bpf), by rtnetlink: in the
 * namespace of the socket. */
#pragma once

#include "clat-rtnl.h"

G_BEGIN_DECLS

typedef enum
{
  CLAT_TC_INGRESS,
  CLAT_TC_EGRESS,
} ClatTcHook;

/* At the ingress. Attaches the program, or replaces the attached one atomically. */
gboolean clat_tc_set (ClatRtnl *rtnl, int ifindex, int program, const char *name,
                      GError **error);

/* The id of the attached program, 0 if there is none. */
gboolean clat_tc_get (ClatRtnl *rtnl, int ifindex, guint32 *id, GError **error);

/* A missing program is not an error. */
gboolean clat_tc_remove (ClatRtnl *rtnl, int ifindex, GError **error);

/* The same in the host's namespace: beside the filters of other programs, at the highest
 * priority. Removal leaves their filters and qdisc. */
gboolean clat_tc_set_foreign (ClatRtnl *rtnl, int ifindex, ClatTcHook hook, int program,
                              const char *name, GError **error);
gboolean clat_tc_get_foreign (ClatRtnl *rtnl, int ifindex, ClatTcHook hook, guint32 *id,
                              GError **error);
gboolean clat_tc_remove_foreign (ClatRtnl *rtnl, int ifindex, ClatTcHook hook,
                                 GError **error);

G_END_DECLS
