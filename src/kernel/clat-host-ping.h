/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pings of a router from an address of the host, whose answers are counted. */
#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

typedef struct _ClatHostPing ClatHostPing;

/* From the source, on that interface, to that router. */
ClatHostPing *clat_host_ping_new (int ifindex, const struct in6_addr *source,
                                  const struct in6_addr *router, GError **error);
void clat_host_ping_free (ClatHostPing *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatHostPing, clat_host_ping_free)

/* Whether it was made for these. */
gboolean clat_host_ping_is_for (const ClatHostPing *self, int ifindex,
                                const struct in6_addr *source,
                                const struct in6_addr *router);

gboolean clat_host_ping_send (ClatHostPing *self, GError **error);

/* Since the last call. */
guint clat_host_ping_count_answers (ClatHostPing *self);

G_END_DECLS
