/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routing rules that keep what comes from a CLAT's IPv4 address on its connection: beside
 * another CLAT, and while native IPv4 has already taken the default route. */
#pragma once

#include <netinet/in.h>

#include "clat-rtnl.h"

G_BEGIN_DECLS

/* Each address has two rules. The first looks for routes in the main table that are more
 * specific than a default route, which a translator must leave alone (RFC 7915, 4.6); the
 * second leads to the translator. */
typedef enum
{
  CLAT_RULE_SPECIFIC,
  CLAT_RULE_OWN_TABLE,
  CLAT_N_RULES
} ClatRuleKind;

typedef struct
{
  ClatRuleKind kind;
  struct in_addr source;
  guint32 table; /* of CLAT_RULE_OWN_TABLE; the other one's is the main table */
} ClatRule;

/* Calls function for each rule of ours, also those of an earlier life. */
gboolean clat_rule_list (ClatRtnl *rtnl, void (*function) (const ClatRule *, gpointer),
                         gpointer data, GError **error);

/* That it is there already is no error. */
gboolean clat_rule_add (ClatRtnl *rtnl, const ClatRule *rule, GError **error);

/* That it is gone already is no error. */
gboolean clat_rule_remove (ClatRtnl *rtnl, const ClatRule *rule, GError **error);

G_END_DECLS
