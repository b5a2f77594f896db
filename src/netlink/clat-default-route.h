/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Default routes, by rtnetlink. */
#pragma once

#include "clat-ipv4-route.h"
#include "clat-rtnl.h"

G_BEGIN_DECLS

/* Two routes that together have the effect of a default route: 0.0.0.0/1, 128.0.0.0/1. */
typedef enum
{
  CLAT_DEFAULT_WHOLE,
  CLAT_DEFAULT_LOWER_HALF,
  CLAT_DEFAULT_UPPER_HALF,
} ClatDefaultPart;

/* One next hop of a route. */
typedef struct
{
  int ifindex; /* 0: blackhole, unreachable or prohibit */
  ClatRoute route;
  struct in6_addr gateway; /* of IPv6 routes; :: for an on-link route */
  guint8 protocol;         /* RTPROT_*: the origin of the route */
  guint8 type;             /* RTN_* */
  ClatDefaultPart part;
  gboolean is_multipath; /* read from a list of next hops */
} ClatDefaultRoute;

/* Calls function for each next hop of each default route of the family. */
gboolean clat_default_route_list (ClatRtnl *rtnl, int family,
                                  void (*function) (const ClatDefaultRoute *, gpointer),
                                  gpointer data, GError **error);

/* The same for IPv4, also for each half. */
gboolean clat_default_route_list_parts (ClatRtnl *rtnl,
                                        void (*function) (const ClatDefaultRoute *,
                                                          gpointer),
                                        gpointer data, GError **error);

/* TRUE if the message announces a new, changed or removed default route or IPv4 half of
 * one, other than IPv6 ones from router advertisements. */
gboolean clat_default_route_is_notification (const struct nlmsghdr *message);

/* Adds an IPv4 default route, behind others of the same metric. Its gateway must be the
 * peer of an address of the interface. An existing route is not an error. */
gboolean clat_default_route_add (ClatRtnl *rtnl, const ClatDefaultRoute *route,
                                 GError **error);

/* Removes the route, whatever program added it. A missing route is not an error. */
gboolean clat_default_route_remove (ClatRtnl *rtnl, const ClatDefaultRoute *route,
                                    GError **error);

/* Adds an IPv6 default route with a worse metric than those from router advertisements.
 */
gboolean clat_gateway_add (ClatRtnl *rtnl, int ifindex, const struct in6_addr *address,
                           GError **error);

/* A missing route is not an error. */
gboolean clat_gateway_remove (ClatRtnl *rtnl, int ifindex, const struct in6_addr *address,
                              GError **error);

G_END_DECLS
