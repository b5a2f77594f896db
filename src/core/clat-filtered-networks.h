/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The networks on which only the host's own IPv6 address passes, as far as this instance
 * of the service has found out. */
#pragma once

#include "clat-prefix.h"

G_BEGIN_DECLS

#define CLAT_MAX_FILTERED_NETWORKS 16

/* How a network is recognized when the host is connected to it again. */
typedef struct
{
  char uuid[64]; /* of the profile */
  struct in6_addr router;
  ClatPrefix prefix; /* of its NAT64 */
} ClatFilteredNetwork;

/* Starts with all zeros. */
typedef struct
{
  ClatFilteredNetwork networks[CLAT_MAX_FILTERED_NETWORKS];
  guint n;
} ClatFilteredNetworks;

gboolean clat_filtered_networks_contain (const ClatFilteredNetworks *self,
                                         const char *uuid, const struct in6_addr *router,
                                         const ClatPrefix *prefix);

/* The oldest one makes room if there are too many. */
void clat_filtered_networks_add (ClatFilteredNetworks *self, const char *uuid,
                                 const struct in6_addr *router, const ClatPrefix *prefix);

G_END_DECLS
