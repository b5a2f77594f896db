/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Proxy neighbours of an interface, by rtnetlink. The interface of one belongs to the
 * group in which the address is asked for (RFC 4291, 2.7.1), so that hardware, access
 * points and switches let the questions through. Without forwarding the kernel answers
 * none. */
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

/* Does nothing when there is no room. */
void clat_proxy_ndp_add (ClatProxyNdp *self, const struct in6_addr *address);

/* The order does not matter. */
gboolean clat_proxy_ndp_equal (const ClatProxyNdp *a, const ClatProxyNdp *b);

/* Those of ours, also of an earlier life. */
gboolean clat_proxy_ndp_read (ClatProxyNdp *self, ClatRtnl *rtnl, int ifindex,
                              GError **error);

/* Makes those that are there into those that are wanted. */
gboolean clat_proxy_ndp_change (const ClatProxyNdp *old, const ClatProxyNdp *new,
                                ClatRtnl *rtnl, int ifindex, GError **error);

G_END_DECLS
