/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Proxy neighbours of an interface, by rtnetlink. The interface of one belongs to the
 * group in which the address is asked for (RFC 4291, 2.7.1), so that hardware, access
 * points and switches let the questions through. Without forwarding the kernel answers
 * none. */
#pragma once

#include <netinet/in.h>

#include "clat-rtnl.h"

G_BEGIN_DECLS

#define CLAT_MAX_PROXIES 32

typedef struct
{
  struct in6_addr addresses[CLAT_MAX_PROXIES];
  guint n;
} ClatProxies;

/* Does nothing when there is no room. */
void clat_proxies_add (ClatProxies *self, const struct in6_addr *address);

/* The order does not matter. */
gboolean clat_proxies_equal (const ClatProxies *a, const ClatProxies *b);

/* Those of ours, also of an earlier life. */
gboolean clat_proxies_read (ClatProxies *self, ClatRtnl *rtnl, int ifindex,
                            GError **error);

/* Makes those that are there into those that are wanted. */
gboolean clat_proxies_change (const ClatProxies *old, const ClatProxies *new,
                              ClatRtnl *rtnl, int ifindex, GError **error);

G_END_DECLS
