/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The proxy neighbour entries of an interface, by rtnetlink. With an entry the interface
 * joins the solicited-node multicast group of the address (RFC 4291, 2.7.1), so that
 * network cards, access points and switches forward neighbour solicitations to it.
 * Without forwarding the kernel answers none of them. */
#pragma once

#include <netinet/in.h>

#include "clat-rtnl.h"

G_BEGIN_DECLS

#define CLAT_MAX_PROXY_NDP 32

typedef struct
{
  struct in6_addr addresses[CLAT_MAX_PROXY_NDP];
  guint n;
} ClatProxyNdp;

/* Does nothing if the set is full. */
void clat_proxy_ndp_add (ClatProxyNdp *self, const struct in6_addr *address);

/* The order is ignored. */
gboolean clat_proxy_ndp_equal (const ClatProxyNdp *a, const ClatProxyNdp *b);

/* Reads our entries, also those of a previous instance. */
gboolean clat_proxy_ndp_read (ClatProxyNdp *self, ClatRtnl *rtnl, int ifindex,
                              GError **error);

/* Adds and removes entries, so that new replaces old. */
gboolean clat_proxy_ndp_change (const ClatProxyNdp *old, const ClatProxyNdp *new,
                                ClatRtnl *rtnl, int ifindex, GError **error);

G_END_DECLS
