/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Has native IPv4 given up on IPv6-mostly networks, and taken back: asks the DHCPv4
 * server for option 108, and NetworkManager for what follows from the answer. */
#pragma once

#include "clat-config.h"
#include "clat-ipv6-mostly.h"
#include "clat-kernel.h"
#include "clat-network-manager.h"
#include "clat-remembered-networks.h"

G_BEGIN_DECLS

typedef struct _ClatIpv4Switch ClatIpv4Switch;

/* All of it is lent. Calls function when the server has answered. */
ClatIpv4Switch *clat_ipv4_switch_new (ClatKernel *kernel, const ClatConfig *config,
                                      ClatNetworkManager *network_manager,
                                      ClatRememberedNetworks *without_nat64,
                                      GSourceFunc function, gpointer data);
void clat_ipv4_switch_free (ClatIpv4Switch *self);

/* The link may be another network now, or the profile was activated again. */
void clat_ipv4_switch_forget (ClatIpv4Switch *self);

/* Looks at the situation of the connection, and does what it calls for. */
void clat_ipv4_switch_follow (ClatIpv4Switch *self, const ClatProfile *profile,
                              const ClatSituation *situation, gint64 now);

/* As of then: whether native IPv4 may be given up, if the network says so and has a
 * NAT64.
 */
gboolean clat_ipv4_switch_is_allowed (ClatIpv4Switch *self);

/* As of then: whether there is neither IPv4 nor a NAT64, although the network has option
 * 108. */
gboolean clat_ipv4_switch_lacks_both (ClatIpv4Switch *self);

/* As of then: the end of the lease that is all that keeps native IPv4, in seconds of
 * CLOCK_REALTIME; 0: there is none. */
gint64 clat_ipv4_switch_get_lease_end (ClatIpv4Switch *self);

/* As of then: when to look at the situation again; CLAT_NEVER. */
gint64 clat_ipv4_switch_get_next (ClatIpv4Switch *self);

G_END_DECLS
