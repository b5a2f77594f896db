/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of the host's namespace matters to us: its interfaces, its IPv4 addresses, its
 * default IPv4 routes, and the IPv6 that was set up by hand. */
#pragma once

#include "clat-default-route.h"
#include "clat-ipv4-address.h"
#include "clat-link-kind.h"
#include "clat-link.h"
#include "clat-slaac.h"
#include "clat-static-ipv6.h"

G_BEGIN_DECLS

typedef struct
{
  char name[IFNAMSIZ];
  guint mtu;
  int lower;         /* see clat_link_get_lower */
  guint carriers;    /* how often one has come: it may be another network's */
  int vrf;           /* that it is in; 0: in none */
  guint32 vrf_table; /* of its routes */
  ClatLinkKind kind;
  gboolean has_native_ipv4; /* a default IPv4 route leads out of it */
  guint32 native_metric;    /* the best one of them */
  gboolean has_better_default; /* than that, on another interface, and not a translator's */
  gboolean is_delegated;    /* the only IPv4 on it is of NetworkManager's own CLAT */
  ClatStaticIpv6 static_ipv6;
  ClatSlaac slaac; /* not known here: that is for who hears the routers */
} ClatHostLink;

typedef struct _ClatHostWatch ClatHostWatch;

/* Calls function whenever something of the above has changed. */
ClatHostWatch *clat_host_watch_new (ClatRtnl *rtnl, GSourceFunc function, gpointer data,
                                    GError **error);
void clat_host_watch_free (ClatHostWatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatHostWatch, clat_host_watch_free)

/* FALSE if there is no such interface. */
gboolean clat_host_watch_get_link (ClatHostWatch *self, int ifindex, ClatHostLink *link);

gboolean clat_host_watch_has_ipv4 (ClatHostWatch *self, struct in_addr address);

G_END_DECLS
