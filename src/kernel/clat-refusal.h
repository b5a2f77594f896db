/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The refusal of IPv4 packets from programs that are bound to the interface of a
 * connection with a translator, by a routing rule and a route that is looked up last.
 *
 * An interface without IPv4 has no route for them. The kernel then assumes that each
 * destination is on the link: it sends ARP requests with the address of a translator, and
 * the program gets an error after seconds. A route that ends the lookup with an error
 * changes nothing about that. */
#pragma once

#include "clat-actual.h"
#include "clat-rtnl.h"

G_BEGIN_DECLS

/* Fills in the refusal of actual, and whether there is a stray one. veth: the ifindex of
 * the translator's interface, 0 if there is none. routes: all ClatDefaultRoute. */
gboolean clat_refusal_observe (ClatRtnl *host, int veth, int parent, const GArray *routes,
                               ClatActual *actual, GError **error);

gboolean clat_refusal_add (ClatRtnl *host, int veth, int parent, GError **error);

gboolean clat_refusal_remove (ClatRtnl *host, int veth, GError **error);

/* Removes those whose translator does not exist. */
gboolean clat_refusal_remove_stray (ClatRtnl *host, GError **error);

G_END_DECLS
