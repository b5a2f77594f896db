/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one translator has in the host's namespace besides its interface: IPv4 addresses,
 * each with the rules that keep it on its connection, and routes. */
#pragma once

#include "clat-actual.h"
#include "clat-rtnl.h"
#include "clat-wanted.h"

G_BEGIN_DECLS

/* Fills in what of actual is of the host's side; veth is the ifindex of the translator's
 * interface, 0 if there is none. */
gboolean clat_host_ipv4_observe (ClatRtnl *host, int veth, const ClatWanted *wanted,
                                 ClatActual *actual, GError **error);

/* Adds the address and its rules, those of them that are not there; rules of the same
 * address that lead elsewhere go. */
gboolean clat_host_ipv4_add (ClatRtnl *host, int veth, const ClatWanted *wanted,
                             struct in_addr address, GError **error);

/* Removes the rules, then the address. */
gboolean clat_host_ipv4_remove (ClatRtnl *host, int veth, struct in_addr address,
                                GError **error);

/* Removes the rules of ours whose address is not on the host any more. */
gboolean clat_host_ipv4_remove_stray_rules (ClatRtnl *host, GError **error);

G_END_DECLS
