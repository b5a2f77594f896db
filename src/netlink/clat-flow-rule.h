/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routing rules that keep one flow of a guest on a translator, by rtnetlink. */
#pragma once

#include "clat-flow.h"
#include "clat-rtnl.h"

G_BEGIN_DECLS

/* Two of them belong to a flow, in this order. */
typedef enum
{
  /* Routes of the main table that are more specific than a default route. */
  CLAT_FLOW_RULE_SPECIFIC,
  /* The table with the default route of the translator only. */
  CLAT_FLOW_RULE_OWN_TABLE,
  CLAT_N_FLOW_RULES
} ClatFlowRuleKind;

typedef struct
{
  ClatFlowRuleKind kind;
  ClatFlow flow;
  guint32 table; /* to look up */
} ClatFlowRule;

/* Calls function for each of our rules, also those of a previous instance, in the order
 * in which the kernel looks them up. */
gboolean clat_flow_rule_list (ClatRtnl *rtnl,
                              void (*function) (const ClatFlowRule *, gpointer),
                              gpointer data, GError **error);

/* If the rule exists, that is not an error. */
gboolean clat_flow_rule_add (ClatRtnl *rtnl, const ClatFlowRule *rule, GError **error);

/* If the rule does not exist, that is not an error. */
gboolean clat_flow_rule_remove (ClatRtnl *rtnl, const ClatFlowRule *rule, GError **error);

G_END_DECLS
