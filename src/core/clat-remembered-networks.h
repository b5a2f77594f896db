/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Networks of which this instance of the service has found something out: that only the
 * host's own IPv6 address passes, or that they lack a NAT64 despite DHCPv4 option 108. */
#pragma once

#include "clat-prefix.h"

G_BEGIN_DECLS

#define CLAT_MAX_REMEMBERED_NETWORKS 16

/* How a network is recognized when the host is connected to it again. */
typedef struct
{
  char uuid[64];          /* of the profile */
  struct in6_addr router; /* or the DHCPv4 server, IPv4-mapped */
  ClatPrefix prefix;      /* of its NAT64, if it has one */
} ClatRememberedNetwork;

/* Starts with all zeros. */
typedef struct
{
  ClatRememberedNetwork networks[CLAT_MAX_REMEMBERED_NETWORKS];
  guint n;
} ClatRememberedNetworks;

gboolean clat_remembered_networks_contain (const ClatRememberedNetworks *self,
                                           const char *uuid,
                                           const struct in6_addr *router,
                                           const ClatPrefix *prefix);

/* The oldest one makes room if there are too many. */
void clat_remembered_networks_add (ClatRememberedNetworks *self, const char *uuid,
                                   const struct in6_addr *router,
                                   const ClatPrefix *prefix);

G_END_DECLS
