/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The routing rules of a translator's IPv4 addresses, by rtnetlink; core's
 * clat-source-rule says what each is for. */
#pragma once

#include <netinet/in.h>

#include "clat-rtnl.h"
#include "clat-source-rule.h"

G_BEGIN_DECLS

typedef struct
{
  ClatSourceRule kind; /* CLAT_N_SOURCE_RULES: of another version of the service */
  struct in_addr source;
  guint32 table; /* to look up */

  /* As read from the kernel; not used to add a rule. */
  guint32 priority;
} ClatRule;

/* Group of the interfaces of translators ("group" in ip-link(8)), by which the kernel
 * knows a route that leads to one. */
#define CLAT_RULE_LINK_GROUP 464

/* Of the tables with the route of one translator only; the ifindex of its interface on
 * the host is added. */
#define CLAT_RULE_TABLE_BASE 46400000

/* Calls function for each of our rules, also those of a previous instance, in the order
 * in which the kernel looks them up. */
gboolean clat_rule_list (ClatRtnl *rtnl, void (*function) (const ClatRule *, gpointer),
                         gpointer data, GError **error);

/* Adds the rule behind all others of its priority, which is that of each of our rules. If
 * it exists, that is not an error. */
gboolean clat_rule_add (ClatRtnl *rtnl, const ClatRule *rule, GError **error);

/* Removes a rule that was listed. If it does not exist, that is not an error. */
gboolean clat_rule_remove (ClatRtnl *rtnl, const ClatRule *rule, GError **error);

G_END_DECLS
