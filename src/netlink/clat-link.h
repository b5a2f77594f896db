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
  guint mtu6;      /* what router advertisements made of it; 0: no IPv6 */
  int parent;      /* ifindex in the parent's namespace, 0: none */
  int peer_netns;  /* where the parent is, as this namespace knows it; -1: here or none */
  int master;      /* 0: none */
  guint32 group;   /* see "group" in ip-link(8) */
  guint32 table;   /* of a VRF; 0: it is none */
  int ipvlan_mode; /* IPVLAN_MODE_*, where kind is "ipvlan" */
  guint carriers;  /* how often one has come */
  guint8 mac[CLAT_MAC_LENGTH];
  char alias[16]; /* the beginning of what "ip link" shows as alias */
} ClatLink;

/* A macvlan or ipvlan interface has no children: the kernel makes them children of its
 * own parent, siblings. 0: any other interface. */
int clat_link_get_lower (const ClatLink *link);

/* FALSE, without error, if a message is not of a link. */
gboolean clat_link_parse (const struct nlmsghdr *message, ClatLink *link);

/* Error CLAT_ERROR_GONE if there is none of that name. */
gboolean clat_link_get (ClatRtnl *rtnl, const char *name, ClatLink *link, GError **error);

/* In the namespace that is known by that number in rtnl's; see ClatLink. */
gboolean clat_link_get_in (ClatRtnl *rtnl, int netns, const char *name, ClatLink *link,
                           GError **error);

gboolean clat_link_get_by_index (ClatRtnl *rtnl, int ifindex, ClatLink *link,
                                 GError **error);

/* Calls function for each link. */
gboolean clat_link_list (ClatRtnl *rtnl, void (*function) (const ClatLink *, gpointer),
                         gpointer data, GError **error);

G_END_DECLS
