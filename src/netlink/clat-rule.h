/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routing rules that keep what comes from a CLAT's IPv4 address on its connection: beside
 * another CLAT, and while native IPv4 has already taken the default route. */
#pragma once

#include <netinet/in.h>

#include "clat-rtnl.h"

G_BEGIN_DECLS

/* The first rule of an address looks for routes in the main table that are more specific
 * than a default route, which a translator must leave alone (RFC 7915, 4.6); the last one
 * leads to the translator.
 *
 * What the kernel hears of a path's MTU it notes at the route for the packet's source.
 * Programs that have no source yet send by the route that everybody uses, and must know
 * it too: where that leads to a translator, it is the one for the address as well. */
typedef enum
{
  CLAT_RULE_SPECIFIC,
  CLAT_RULE_SHARED, /* not where another translator comes first */
  CLAT_RULE_OWN_TABLE,
  CLAT_N_RULES
} ClatRuleKind;

typedef struct
{
  ClatRuleKind kind;
  struct in_addr source;
  guint32 table; /* to look in; the main one if it is for specific routes */
} ClatRule;

/* Group of the interfaces of translators ("group" in "ip link"), by which a route that
 * leads to one is known. */
#define CLAT_RULE_LINK_GROUP 464

/* Calls function for each rule of ours, also those of an earlier life. */
gboolean clat_rule_list (ClatRtnl *rtnl, void (*function) (const ClatRule *, gpointer),
                         gpointer data, GError **error);

/* That it is there already is no error. */
gboolean clat_rule_add (ClatRtnl *rtnl, const ClatRule *rule, GError **error);

/* That it is gone already is no error. */
gboolean clat_rule_remove (ClatRtnl *rtnl, const ClatRule *rule, GError **error);

G_END_DECLS
