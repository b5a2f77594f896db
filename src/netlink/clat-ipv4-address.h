/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv4 addresses, by rtnetlink. */
#pragma once

#include "clat-rtnl.h"

G_BEGIN_DECLS

typedef struct
{
  int ifindex;
  struct in_addr address;
  struct in_addr peer; /* the address itself if it has none */
} ClatIpv4Address;

/* Calls function for each IPv4 address in the namespace. */
gboolean clat_ipv4_address_list (ClatRtnl *rtnl,
                                 void (*function) (const ClatIpv4Address *, gpointer),
                                 gpointer data, GError **error);

gboolean clat_ipv4_address_add (ClatRtnl *rtnl, const ClatIpv4Address *ipv4,
                                GError **error);

/* A missing address is not an error. */
gboolean clat_ipv4_address_remove (ClatRtnl *rtnl, const ClatIpv4Address *ipv4,
                                   GError **error);

G_END_DECLS
