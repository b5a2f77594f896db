/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Default routes, by rtnetlink. */
#pragma once

#include "clat-ipv4-route.h"
#include "clat-rtnl.h"

G_BEGIN_DECLS

/* One of a route's next hops. */
typedef struct
{
  int ifindex; /* 0: blackhole, unreachable or prohibit */
  ClatRoute route;
  struct in6_addr gateway; /* of IPv6; ::, straight to the link */
  guint8 protocol;         /* RTPROT_*: who made it */
} ClatDefaultRoute;

/* Calls function for each next hop of each default route of the family. */
gboolean clat_default_route_list (ClatRtnl *rtnl, int family,
                                  void (*function) (const ClatDefaultRoute *, gpointer),
                                  gpointer data, GError **error);

/* TRUE if the message says that a default route came, changed or went, but for those that
 * routers advertise. */
gboolean clat_default_route_is_meant (const struct nlmsghdr *message);

/* A route of IPv4 straight to the interface; next to others of the same metric it comes
 * last. That it is there already is no error. */
gboolean clat_default_route_add (ClatRtnl *rtnl, const ClatDefaultRoute *route,
                                 GError **error);

/* That it is gone already is no error. */
gboolean clat_default_route_remove (ClatRtnl *rtnl, const ClatDefaultRoute *route,
                                    GError **error);

/* A default route of IPv6 that comes behind those that routers advertise. */
gboolean clat_gateway_add (ClatRtnl *rtnl, int ifindex, const struct in6_addr *address,
                           GError **error);

/* That it is gone already is no error. */
gboolean clat_gateway_remove (ClatRtnl *rtnl, int ifindex, const struct in6_addr *address,
                              GError **error);

G_END_DECLS
