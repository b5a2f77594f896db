/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IPv4 addresses of a translator in the host's namespace, with the routing rules that
 * keep their packets on its connection, and its routes. */
#pragma once

#include "clat-actual.h"
#include "clat-rtnl.h"
#include "clat-wanted.h"

G_BEGIN_DECLS

/* Fills in the addresses, rules and routes of actual. veth: the ifindex of the
 * translator's interface, 0 if there is none. */
gboolean clat_host_ipv4_observe (ClatRtnl *host, int veth, const ClatWanted *wanted,
                                 ClatActual *actual, GError **error);

/* Adds the address and its missing rules; other rules for the address are removed. */
gboolean clat_host_ipv4_add (ClatRtnl *host, int veth, const ClatWanted *wanted,
                             const ClatHostIpv4 *ipv4, GError **error);

/* Removes the rules, unless the host has the address with another peer, too; then the
 * address. */
gboolean clat_host_ipv4_remove (ClatRtnl *host, int veth, const ClatHostIpv4 *ipv4,
                                GError **error);

/* Removes those of our rules whose address the host no longer has. */
gboolean clat_host_ipv4_remove_stray_rules (ClatRtnl *host, GError **error);

G_END_DECLS
