/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv6 addresses, by rtnetlink. */
#pragma once

#include "clat-rtnl.h"
#include "clat-stable-address.h"

G_BEGIN_DECLS

typedef struct
{
  int ifindex;
  ClatIpv6 ipv6;
  guint32 flags;        /* IFA_F_* */
  struct in6_addr peer; /* of a point-to-point link; :: for none */
} ClatIpv6Address;

/* Calls function for each IPv6 address of global scope. */
gboolean clat_ipv6_address_list (ClatRtnl *rtnl,
                                 void (*function) (const ClatIpv6Address *, gpointer),
                                 gpointer data, GError **error);

/* Whether the interface has a link-local address, also one that is not usable yet. */
gboolean clat_ipv6_address_find_link_local (ClatRtnl *rtnl, int ifindex, gboolean *found,
                                            GError **error);

/* Whether it can send and receive packets: duplicate address detection has not failed,
 * and has either finished or allows optimistic use. */
gboolean clat_ipv6_address_may_be_used (const ClatIpv6Address *address);

/* The same, and not deprecated: new connections may use it. */
gboolean clat_ipv6_address_is_usable (const ClatIpv6Address *address);

/* Adds a permanent address, subject to duplicate address detection. It can be used
 * meanwhile if the interface has use_optimistic set (RFC 4429). A duplicate address
 * stays, with IFA_F_DADFAILED. */
gboolean clat_ipv6_address_add (ClatRtnl *rtnl, int ifindex, const ClatIpv6 *ipv6,
                                GError **error);

/* A missing address is not an error. */
gboolean clat_ipv6_address_remove (ClatRtnl *rtnl, int ifindex, const ClatIpv6 *ipv6,
                                   GError **error);

G_END_DECLS
