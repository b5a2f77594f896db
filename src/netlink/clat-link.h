/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces by rtnetlink: one function per request. */
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

/* Children of parent, made straight in the namespace netns (a descriptor), down. An
 * ipvlan is in L2 mode and has its parent's MAC address, a macvlan is in bridge mode. */
gboolean clat_link_add_ipvlan (ClatRtnl *rtnl, const char *name, int parent, int netns,
                               GError **error);
gboolean clat_link_add_macvlan (ClatRtnl *rtnl, const char *name, int parent, int netns,
                                const guint8 mac[CLAT_MAC_LENGTH], GError **error);

/* A veth pair, down: name here, peer in the namespace netns. */
gboolean clat_link_add_veth (ClatRtnl *rtnl, const char *name, const char *peer,
                             int netns, guint mtu, GError **error);

/* One of a kind that needs nothing to be told, down. */
gboolean clat_link_add_kind (ClatRtnl *rtnl, const char *kind, const char *name,
                             GError **error);

/* master 0: none. The kernel takes the interface's routes away. */
gboolean clat_link_set_master (ClatRtnl *rtnl, int ifindex, int master, GError **error);

gboolean clat_link_set_mtu (ClatRtnl *rtnl, int ifindex, guint mtu, GError **error);

gboolean clat_link_set_mac (ClatRtnl *rtnl, int ifindex,
                            const guint8 mac[CLAT_MAC_LENGTH], GError **error);

/* Sets flags (IFF_UP, IFF_NOARP) and clears none. */
gboolean clat_link_set_flags (ClatRtnl *rtnl, int ifindex, guint flags, GError **error);

/* See "group" in ip-link(8). */
gboolean clat_link_set_group (ClatRtnl *rtnl, int ifindex, guint32 group, GError **error);

/* Into another namespace, by number as above. */
gboolean clat_link_move (ClatRtnl *rtnl, int ifindex, int netns, GError **error);

/* A word for people and for finding it again. */
gboolean clat_link_set_alias (ClatRtnl *rtnl, int ifindex, const char *alias,
                              GError **error);

/* No link-local IPv6 address when it comes up. */
gboolean clat_link_refuse_ipv6 (ClatRtnl *rtnl, int ifindex, GError **error);

/* That it is gone already is no error. */
gboolean clat_link_remove (ClatRtnl *rtnl, int ifindex, GError **error);

G_END_DECLS
