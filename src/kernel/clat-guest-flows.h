/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The flows of guests of the host that go on through a translator during a drain. */
#pragma once

#include <netinet/in.h>

#include "clat-rtnl.h"

G_BEGIN_DECLS

/* Sets the routing rules of the translator's flows: those that are open now, and were
 * translated by the host to one of its addresses; with no address, none. veth: the
 * ifindex of its interface on the host; 0: no translator. Rules of translators that do
 * not exist are removed. Returns the number of flows. */
guint clat_guest_flows_hold (ClatRtnl *host, int veth, const struct in_addr *addresses,
                             guint n_addresses, GError **error);

G_END_DECLS
