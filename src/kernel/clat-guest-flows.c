/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The flows of guests of the host that go on through a translator during a drain. The
 * host routes their packets before it changes the source address, so that the rules of
 * the translator's own addresses do not match them. */
#include "clat-guest-flows.h"

#include <linux/rtnetlink.h>
#include <net/if.h>

#include "clat-conntrack.h"
#include "clat-flow-rule.h"
#include "clat-rule.h"

/* Each packet that the host routes is compared with all rules. */
#define MAX_FLOWS 128

typedef struct
{
  guint32 table; /* of the translator */
  ClatFlow flows[MAX_FLOWS];
  guint n_flows;
  GArray *rules; /* of ClatFlowRule; those of all translators, as read */
} Holding;

static void
clear_holding (Holding *self)
{
  g_clear_pointer (&self->rules, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Holding, clear_holding)

static void
keep_rule (const ClatFlowRule *rule, gpointer data)
{
  g_array_append_vals (((Holding *)data)->rules, rule, 1);
}

static gboolean
is_open (const Holding *self, const ClatFlow *flow)
{
  for (guint i = 0; i < self->n_flows; i++)
    if (clat_flow_equal (&self->flows[i], flow))
      return TRUE;
  return FALSE;
}

/* The table of the rule with which a flow is held; 0: of none. */
static guint32
find_table (const Holding *self, const ClatFlow *flow)
{
  for (guint i = 0; i < self->rules->len; i++)
    {
      const ClatFlowRule *rule = &g_array_index (self->rules, ClatFlowRule, i);

      if (rule->kind == CLAT_FLOW_RULE_OWN_TABLE && clat_flow_equal (&rule->flow, flow))
        return rule->table;
    }
  return 0;
}

static gboolean
is_of_another (const Holding *self, guint32 table)
{
  char name[IFNAMSIZ];

  return table > CLAT_RULE_TABLE_BASE && table != self->table
         && if_indextoname (table - CLAT_RULE_TABLE_BASE, name) != NULL;
}

/* Last first: a rule that leads to the translator never stays without the one before it.
 */
static gboolean
remove_rules (ClatRtnl *host, const Holding *self, GError **error)
{
  for (guint i = self->rules->len; i-- > 0;)
    {
      const ClatFlowRule *rule = &g_array_index (self->rules, ClatFlowRule, i);
      guint32 table = find_table (self, &rule->flow);

      if (!is_of_another (self, table)
          && !(table == self->table && is_open (self, &rule->flow))
          && !clat_flow_rule_remove (host, rule, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_rules (ClatRtnl *host, const Holding *self, GError **error)
{
  for (guint i = 0; i < self->n_flows; i++)
    {
      const ClatFlow *flow = &self->flows[i];
      const ClatFlowRule specific = {CLAT_FLOW_RULE_SPECIFIC, *flow, RT_TABLE_MAIN};
      const ClatFlowRule own = {CLAT_FLOW_RULE_OWN_TABLE, *flow, self->table};

      if (find_table (self, flow) != self->table
          && (!clat_flow_rule_add (host, &specific, error)
              || !clat_flow_rule_add (host, &own, error)))
        return FALSE;
    }
  return TRUE;
}

guint
clat_guest_flows_hold (ClatRtnl *host, int veth, const struct in_addr *addresses,
                       guint n_addresses, GError **error)
{
  g_auto (Holding) self = {.table = CLAT_RULE_TABLE_BASE + veth};

  self.rules = g_array_new (FALSE, FALSE, sizeof (ClatFlowRule));
  for (guint i = 0; i < n_addresses && veth != 0; i++)
    self.n_flows += clat_conntrack_list_flows (addresses[i], self.flows + self.n_flows,
                                               MAX_FLOWS - self.n_flows);
  if (!clat_flow_rule_list (host, keep_rule, &self, error)
      || !remove_rules (host, &self, error) || !add_rules (host, &self, error))
    return 0;
  return self.n_flows;
}
