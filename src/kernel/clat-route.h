/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv4 addresses and default routes, and the way to a destination, by rtnetlink. */
#pragma once

#include "clat-plan.h"
#include "clat-rtnl.h"

G_BEGIN_DECLS

typedef struct
{
  int ifindex;
  struct in_addr address;
} ClatIpv4;

/* Calls function for each IPv4 address of the namespace. */
gboolean clat_ipv4_list (ClatRtnl *rtnl, void (*function) (const ClatIpv4 *, gpointer),
                         gpointer data, GError **error);

gboolean clat_ipv4_add (ClatRtnl *rtnl, const ClatIpv4 *ipv4, GError **error);

/* That it is gone already is no error. */
gboolean clat_ipv4_remove (ClatRtnl *rtnl, const ClatIpv4 *ipv4, GError **error);
typedef struct
{
  int ifindex;
  ClatRoute route;
} ClatDefaultRoute;

/* Calls function for each default IPv4 route, for each interface that it names. */
gboolean clat_default_route_list (ClatRtnl *rtnl,
                                  void (*function) (const ClatDefaultRoute *, gpointer),
                                  gpointer data, GError **error);

/* TRUE if the message says that a default IPv4 route came, changed or went. */
gboolean clat_default_route_is_meant (const struct nlmsghdr *message);

/* A route straight to the interface; next to others of the same metric it comes last.
 * That it is there already is no error. */
gboolean clat_default_route_add (ClatRtnl *rtnl, const ClatDefaultRoute *route,
                                 GError **error);

/* That it is gone already is no error. */
gboolean clat_default_route_remove (ClatRtnl *rtnl, const ClatDefaultRoute *route,
                                    GError **error);

typedef struct
{
  int ifindex;
  struct in6_addr next_hop; /* :: if the destination is on the link */
  gboolean is_default;      /* nothing more specific leads there */
} ClatPath;

/* Asks the kernel how it would send to destination. Error CLAT_ERROR_KERNEL if nothing
 * leads there. */
gboolean clat_path_get (ClatRtnl *rtnl, const struct in6_addr *destination,
                        ClatPath *path, GError **error);

/* Whether the router is one of the default routers of IPv6 on the interface. */
gboolean clat_path_has_router (ClatRtnl *rtnl, int ifindex,
                               const struct in6_addr *router);

G_END_DECLS
