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
  struct in6_addr peer; /* of a point-to-point link; ::, none */
} ClatIpv6Address;

/* Calls function for each IPv6 address of global scope. */
gboolean clat_ipv6_address_list (ClatRtnl *rtnl,
                                 void (*function) (const ClatIpv6Address *, gpointer),
                                 gpointer data, GError **error);

/* Whether packets may come to it and go from it: it is not known to be somebody else's.
 */
gboolean clat_ipv6_address_may_be_used (const ClatIpv6Address *address);

/* Whether new connections may begin from it: it is not known to be somebody else's, and
 * not deprecated. */
gboolean clat_ipv6_address_is_usable (const ClatIpv6Address *address);

/* Stays until it is removed, and is checked for duplicates; it may be used meanwhile
 * where the interface is set so (RFC 4429). One that is somebody else's stays, with a
 * flag. */
gboolean clat_ipv6_address_add (ClatRtnl *rtnl, int ifindex, const ClatIpv6 *ipv6,
                                GError **error);

/* That it is gone already is no error. */
gboolean clat_ipv6_address_remove (ClatRtnl *rtnl, int ifindex, const ClatIpv6 *ipv6,
                                   GError **error);

G_END_DECLS
