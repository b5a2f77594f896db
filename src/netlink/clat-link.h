/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces, as rtnetlink describes them. */
#pragma once

#include <net/if.h>

#include "clat-rtnl.h"

G_BEGIN_DECLS

#define CLAT_MAC_LENGTH 6

typedef struct
{
  int ifindex;
  char name[IFNAMSIZ];
  char kind[16]; /* "veth", "ipvlan", ...; "" for hardware */
  guint type;    /* ARPHRD_* */
  guint flags;   /* IFF_* */
  guint mtu;
  guint mtu6; /* IPv6 MTU, lowered by router advertisements; 0: no IPv6 */
  gboolean forwards_ipv4;
  int parent;      /* ifindex in the parent's namespace; of a veth, its peer; 0: none */
  int peer_netns;  /* id of the parent's namespace (IFLA_LINK_NETNSID); -1: this one */
  int master;      /* 0: none */
  guint32 group;   /* see "group" in ip-link(8) */
  guint32 table;   /* of a VRF; 0: not a VRF */
  int ipvlan_mode; /* IPVLAN_MODE_*, where kind is "ipvlan" */
  guint carriers;  /* how often the link got a carrier */
  guint64 tx_dropped; /* packets sent to it and lost, as when its queue was full */
  guint8 mac[CLAT_MAC_LENGTH];
  char alias[32]; /* the beginning of IFLA_IFALIAS */
} ClatLink;

/* The parent of a macvlan or ipvlan interface: such an interface has no children, the
 * kernel adds them to its own parent, as siblings. 0 for any other interface. */
int clat_link_get_lower (const ClatLink *link);

/* FALSE if the message does not describe a link. */
gboolean clat_link_parse (const struct nlmsghdr *message, ClatLink *link);

/* Error CLAT_ERROR_GONE if there is no link of that name. */
gboolean clat_link_get (ClatRtnl *rtnl, const char *name, ClatLink *link, GError **error);

/* In the namespace with that id, as in ClatLink.peer_netns. */
gboolean clat_link_get_in (ClatRtnl *rtnl, int netns, const char *name, ClatLink *link,
                           GError **error);

gboolean clat_link_get_by_index (ClatRtnl *rtnl, int ifindex, ClatLink *link,
                                 GError **error);

/* Calls function for each link. */
gboolean clat_link_list (ClatRtnl *rtnl, void (*function) (const ClatLink *, gpointer),
                         gpointer data, GError **error);

G_END_DECLS
