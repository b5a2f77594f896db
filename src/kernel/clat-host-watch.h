/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network configuration of the host's namespace, as far as the service uses it:
 * interfaces, addresses, IPv4 default routes, and static IPv6. */
#pragma once

#include <net/if.h>

#include "clat-actual.h"
#include "clat-link-kind.h"
#include "clat-rtnl.h"
#include "clat-slaac.h"
#include "clat-static-ipv6.h"

G_BEGIN_DECLS

typedef struct
{
  char name[IFNAMSIZ];
  guint mtu;
  int lower;         /* see clat_link_get_lower */
  guint carriers;    /* how often the link got a carrier, perhaps on another network */
  int vrf;           /* ifindex of its VRF; 0: none */
  guint32 vrf_table; /* routing table of the VRF */
  ClatLinkKind kind;
  gboolean has_native_ipv4; /* it has an IPv4 default route, in the table asked for */
  guint32 native_metric;    /* the best metric of such routes */
  /* Another interface has a better one than that, which leads to no translator. */
  gboolean has_better_default;
  gboolean is_delegated; /* all IPv4 on it belongs to NetworkManager's own CLAT */
  /* Interface of another program's CLAT that has an IPv4 default route; "": none. */
  char other_clat[IFNAMSIZ];
  struct in_addr delegated_ipv4; /* the address of either CLAT */
  ClatStaticIpv6 static_ipv6;
  guint mtu6; /* the IPv6 MTU, perhaps lowered by a router */
  ClatSourceAddress addresses[CLAT_MAX_ADDRESSES]; /* global IPv6 addresses in use */
  guint n_addresses;
  ClatSlaac slaac; /* set by ClatLinux, from router advertisements */
} ClatHostLink;

typedef struct _ClatHostWatch ClatHostWatch;

/* Calls function after each change. rtnl is lent. */
ClatHostWatch *clat_host_watch_new (ClatRtnl *rtnl, GSourceFunc function, gpointer data,
                                    GError **error);
void clat_host_watch_free (ClatHostWatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatHostWatch, clat_host_watch_free)

/* FALSE if there is no such interface. table: of the connection's routes; only default
 * routes of that table, or of the interface's VRF, are native IPv4. */
gboolean clat_host_watch_get_link (ClatHostWatch *self, int ifindex, guint32 table,
                                   ClatHostLink *link);

gboolean clat_host_watch_has_ipv4 (ClatHostWatch *self, struct in_addr address);

/* Whether the function is TRUE for an IPv4 address of the interface. */
gboolean clat_host_watch_find_ipv4 (ClatHostWatch *self, int ifindex,
                                    gboolean (*function) (struct in_addr address));

G_END_DECLS
