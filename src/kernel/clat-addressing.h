/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The CLAT's IPv6 address and its next hop to the NAT64. */
#pragma once

#include "clat-actual.h"
#include "clat-namespace.h"
#include "clat-wanted.h"

G_BEGIN_DECLS

/* Fills in actual's addressing and, when it is ready, ipv6 and next_hop, from the
 * uplink's addresses and the data path in actual and the routes of the namespace. wanted
 * has a prefix. */
void clat_addressing_observe (ClatActual *actual, int uplink, ClatNamespace *namespace,
                              ClatRtnl *host, const ClatWanted *wanted);

G_END_DECLS
