/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adds, configures and removes interfaces, by rtnetlink: one function per request. */
#pragma once

#include "clat-link.h"
#include "clat-rtnl.h"

G_BEGIN_DECLS

/* Adds a child of parent in the namespace netns (a descriptor), down. An ipvlan is in L2
 * mode and has its parent's MAC address, a macvlan is in bridge mode. */
gboolean clat_link_add_ipvlan (ClatRtnl *rtnl, const char *name, int parent, int netns,
                               GError **error);
gboolean clat_link_add_macvlan (ClatRtnl *rtnl, const char *name, int parent, int netns,
                                const guint8 mac[CLAT_MAC_LENGTH], GError **error);

/* Adds a veth pair, down: name in this namespace, peer in the namespace netns. */
gboolean clat_link_add_veth (ClatRtnl *rtnl, const char *name, const char *peer,
                             int netns, guint mtu, GError **error);

/* Adds an interface of a kind that needs no parameters, down. */
gboolean clat_link_add_kind (ClatRtnl *rtnl, const char *kind, const char *name,
                             GError **error);

/* master 0: none. The kernel removes the interface's routes. */
gboolean clat_link_set_master (ClatRtnl *rtnl, int ifindex, int master, GError **error);

gboolean clat_link_set_mtu (ClatRtnl *rtnl, int ifindex, guint mtu, GError **error);

gboolean clat_link_set_mac (ClatRtnl *rtnl, int ifindex,
                            const guint8 mac[CLAT_MAC_LENGTH], GError **error);

/* Sets flags (IFF_UP, IFF_NOARP) and clears none. */
gboolean clat_link_set_flags (ClatRtnl *rtnl, int ifindex, guint flags, GError **error);

gboolean clat_link_clear_flags (ClatRtnl *rtnl, int ifindex, guint flags, GError **error);

/* See "group" in ip-link(8). */
gboolean clat_link_set_group (ClatRtnl *rtnl, int ifindex, guint32 group, GError **error);

/* Moves it to the namespace with that id, as in ClatLink.peer_netns. */
gboolean clat_link_move (ClatRtnl *rtnl, int ifindex, int netns, GError **error);

/* See "alias" in ip-link(8). */
gboolean clat_link_set_alias (ClatRtnl *rtnl, int ifindex, const char *alias,
                              GError **error);

/* Keeps the kernel from generating a link-local IPv6 address when it comes up. */
gboolean clat_link_refuse_ipv6 (ClatRtnl *rtnl, int ifindex, GError **error);

/* A missing interface is not an error. */
gboolean clat_link_remove (ClatRtnl *rtnl, int ifindex, GError **error);

G_END_DECLS
