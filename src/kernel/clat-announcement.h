/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Announces a translator's IPv6 address to its neighbours: once when it comes into use,
 * and when its MAC address changes. */
#pragma once

#include <netinet/in.h>

#include "clat-link.h"
#include "clat-namespace.h"
#include "clat-observe.h"

G_BEGIN_DECLS

/* What was last announced; zero for nothing. */
typedef struct
{
  struct in6_addr address;
  guint8 mac[CLAT_MAC_LENGTH];
  gboolean is_to_be_repeated;
} ClatAnnouncement;

/* Sends what the neighbours do not know yet. parent: ifindex in the namespace of host.
 *
 * With the MAC address of the parent, that of the host's addresses has changed too. The
 * kernel relies on the router learning it from the next neighbour solicitation, whose
 * source is the address for which the first packet is sent; packets that the CLAT hands
 * straight to the parent make it the link-local one. So the host's addresses are
 * announced as well: the router would send to the old MAC address until it finds it
 * unreachable. */
gboolean clat_announcement_update (ClatAnnouncement *self, ClatNamespace *namespace,
                                   ClatRtnl *host, int parent,
                                   const ClatObserved *observed, GError **error);

/* Neighbours may be others now: the address is announced once more. */
void clat_announcement_repeat (ClatAnnouncement *self);

G_END_DECLS
