/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The namespace of one translator, and the sockets that we keep in it. */
#pragma once

#include "clat-heard.h"
#include "clat-netns.h"
#include "clat-plan.h"
#include "clat-rtnl.h"

G_BEGIN_DECLS

/* Interfaces in it. */
#define CLAT_SPACE_UPLINK "uplink"
#define CLAT_SPACE_INNER  "inner"
#define CLAT_SPACE_SLOW   "slow"

/* By this alias of its loopback a namespace is known as ours, whatever its name. */
#define CLAT_SPACE_MARK "clat-nm"

typedef struct _ClatSpace ClatSpace;

/* Both call function when something in the namespace has changed by itself: an address
 * has come, a router has gone. */
ClatSpace *clat_space_make (const char *name, GSourceFunc function, gpointer data,
                            GError **error);

/* Also one that has lost that name. NULL without error if there is none, or if somebody
 * else made it. host: of the host's namespace. */
ClatSpace *clat_space_open (const char *name, ClatRtnl *host, GSourceFunc function,
                            gpointer data, GError **error);

/* Closes our sockets; the namespace stays. */
void clat_space_free (ClatSpace *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatSpace, clat_space_free)

ClatNetns *clat_space_get_netns (ClatSpace *self);
ClatRtnl *clat_space_get_rtnl (ClatSpace *self);

/* A child of the parent that is wanted, or what takes its place, down. host: of the
 * host's namespace, where the parent is. */
gboolean clat_space_make_uplink (ClatSpace *self, const ClatWanted *wanted,
                                 ClatRtnl *host, GError **error);

/* Brings it up, with a SLAAC address of its own soon. It learns at once what heard knows
 * of the routers on the parent's link; heard is lent until the address has come. */
gboolean clat_space_raise_uplink (ClatSpace *self, int ifindex, int parent,
                                  ClatHeard *heard, GError **error);

/* Lets the uplink hear what the routers of the link have said; see clat_heard_tell. */
gboolean clat_space_hear (ClatSpace *self, ClatHeard *heard, int link, guint32 longest,
                          GError **error);

/* TRUE if the last address was given up because somebody else has it. */
gboolean clat_space_lost_address (ClatSpace *self);

/* The routers that do not answer: then one that does again matters too. */
void clat_space_note_silent (ClatSpace *self, const ClatActual *actual);

/* Whether that was noted last of the router. */
gboolean clat_space_was_silent (ClatSpace *self, const struct in6_addr *router);

G_END_DECLS
