/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What "clatctl check" knows about a connection before it judges: plain data. */
#include "check-facts.h"

void
check_facts_clear (CheckFacts *facts)
{
  char **const texts[] = {
      &facts->interface,     &facts->state,          &facts->reason,
      &facts->state_text,    &facts->mode,           &facts->pref64,
      &facts->pref64_source, &facts->pref64_router,  &facts->ipv4_address,
      &facts->ipv6_address,  &facts->host_interface, &facts->namespace,
      &facts->uplink,        &facts->translator,     &facts->slow_path,
      &facts->plat,          &facts->plat_text,      &facts->ipv6_method,
      &facts->router,        &facts->default_source, &facts->default_interface,
      &facts->target,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (texts[i], g_free);
  g_clear_pointer (&facts->resolvers, g_ptr_array_unref);
  g_clear_pointer (&facts->firewall, g_array_unref);
}

static void
clear_rule (gpointer data)
{
  CheckFirewallRule *rule = data;

  g_free (rule->text);
}

GArray *
check_firewall_rules_new (void)
{
  GArray *rules = g_array_new (FALSE, TRUE, sizeof (CheckFirewallRule));

  g_array_set_clear_func (rules, clear_rule);
  return rules;
}

gboolean
check_facts_is_state (const CheckFacts *facts, ClatState state)
{
  return g_strcmp0 (facts->state, clat_state_to_string (state)) == 0;
}

gboolean
check_facts_is_reason (const CheckFacts *facts, ClatReason reason)
{
  return g_strcmp0 (facts->reason, clat_reason_to_string (reason)) == 0;
}

gboolean
check_facts_need_translator (const CheckFacts *facts)
{
  return !check_facts_is_state (facts, CLAT_STATE_DISABLED)
         && !check_facts_is_state (facts, CLAT_STATE_NATIVE)
         && !check_facts_is_state (facts, CLAT_STATE_DELEGATED);
}

gboolean
check_facts_has_translator (const CheckFacts *facts)
{
  return check_facts_is_state (facts, CLAT_STATE_ACTIVE);
}
