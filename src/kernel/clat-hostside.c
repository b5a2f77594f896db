/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one translator has in the host's namespace besides its interface. */
#include "clat-hostside.h"

#include "clat-route.h"
#include "clat-rule.h"

/* Of the routing tables of translators; the ifindex of the interface is added. */
#define TABLE_BASE 46400000

/* For the functions that list what is there. */
typedef struct
{
  int veth;
  GArray *ipv4s; /* of ClatIpv4, of all interfaces */
  GArray *rules; /* of ClatRule */
  ClatActual *actual;
} Reading;

static void
clear_reading (Reading *self)
{
  g_clear_pointer (&self->ipv4s, g_array_unref);
  g_clear_pointer (&self->rules, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, clear_reading)

static guint32
table_of (int veth)
{
  return TABLE_BASE + veth;
}

static void
keep_ipv4 (const ClatIpv4 *ipv4, gpointer data)
{
  g_array_append_vals (((Reading *)data)->ipv4s, ipv4, 1);
}

static void
keep_rule (const ClatRule *rule, gpointer data)
{
  g_array_append_vals (((Reading *)data)->rules, rule, 1);
}

static gboolean
read_rules (ClatRtnl *host, Reading *reading, GError **error)
{
  reading->ipv4s = g_array_new (FALSE, FALSE, sizeof (ClatIpv4));
  reading->rules = g_array_new (FALSE, FALSE, sizeof (ClatRule));
  return clat_ipv4_list (host, keep_ipv4, reading, error)
         && clat_rule_list (host, keep_rule, reading, error);
}

static gboolean
leads_to (const ClatRule *rule, int veth)
{
  return rule->kind == CLAT_RULE_SPECIFIC || rule->table == table_of (veth);
}

/* Each of its rules is there once, and no other. */
static gboolean
has_right_rules (const Reading *reading, struct in_addr address)
{
  guint counts[CLAT_N_RULES] = {0};

  for (guint i = 0; i < reading->rules->len; i++)
    {
      const ClatRule *rule = &g_array_index (reading->rules, ClatRule, i);

      if (rule->source.s_addr != address.s_addr)
        continue;
      if (!leads_to (rule, reading->veth))
        return FALSE;
      counts[rule->kind]++;
    }

  for (guint i = 0; i < CLAT_N_RULES; i++)
    if (counts[i] != 1)
      return FALSE;
  return TRUE;
}

static gboolean
is_stray (const Reading *reading, const ClatRule *rule)
{
  for (guint i = 0; i < reading->ipv4s->len; i++)
    if (g_array_index (reading->ipv4s, ClatIpv4, i).address.s_addr == rule->source.s_addr)
      return FALSE;
  return TRUE;
}

static void
look_at_ipv4s (const Reading *reading)
{
  ClatActual *actual = reading->actual;

  for (guint i = 0; i < reading->ipv4s->len && actual->n_ipv4s < CLAT_MAX_IPV4S; i++)
    {
      const ClatIpv4 *ipv4 = &g_array_index (reading->ipv4s, ClatIpv4, i);

      if (ipv4->ifindex == reading->veth)
        actual->ipv4s[actual->n_ipv4s++] =
            (ClatHostIpv4){ipv4->address, has_right_rules (reading, ipv4->address)};
    }
}

static void
look_at_rules (const Reading *reading)
{
  for (guint i = 0; i < reading->rules->len; i++)
    if (is_stray (reading, &g_array_index (reading->rules, ClatRule, i)))
      reading->actual->has_stray_rules = TRUE;
}

static void
keep_route (const ClatDefaultRoute *route, gpointer data)
{
  Reading *reading = data;
  ClatActual *actual = reading->actual;

  if (route->ifindex == reading->veth && actual->n_routes < CLAT_MAX_ROUTES)
    actual->routes[actual->n_routes++] = route->route;
}

gboolean
clat_hostside_read (ClatRtnl *host, int veth, ClatActual *actual, GError **error)
{
  g_auto (Reading) reading = {.veth = veth, .actual = actual};

  if (!read_rules (host, &reading, error))
    return FALSE;

  look_at_rules (&reading);
  if (veth == 0)
    return TRUE;

  actual->own_table = table_of (veth);
  look_at_ipv4s (&reading);
  return clat_default_route_list (host, keep_route, &reading, error);
}

/* Removes the rules for which is_wrong, or all of the address without it. */
static gboolean
remove_rules (ClatRtnl *host, const Reading *reading, struct in_addr address,
              gboolean only_wrong, GError **error)
{
  for (guint i = reading->rules->len; i > 0; i--)
    {
      const ClatRule *rule = &g_array_index (reading->rules, ClatRule, i - 1);
      gboolean stays = only_wrong && leads_to (rule, reading->veth);

      if (rule->source.s_addr == address.s_addr && !stays
          && !clat_rule_remove (host, rule, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
clat_hostside_add_ipv4 (ClatRtnl *host, int veth, struct in_addr address, GError **error)
{
  const ClatIpv4 ipv4 = {veth, address};
  const ClatRule rules[CLAT_N_RULES] = {
      {CLAT_RULE_SPECIFIC,  address, 0              },
      {CLAT_RULE_OWN_TABLE, address, table_of (veth)},
  };
  g_auto (Reading) reading = {.veth = veth};

  if (!read_rules (host, &reading, error)
      || !remove_rules (host, &reading, address, TRUE, error)
      || !clat_ipv4_add (host, &ipv4, error))
    return FALSE;

  for (guint i = 0; i < CLAT_N_RULES; i++)
    if (!clat_rule_add (host, &rules[i], error))
      return FALSE;
  return TRUE;
}

gboolean
clat_hostside_remove_ipv4 (ClatRtnl *host, int veth, struct in_addr address,
                           GError **error)
{
  const ClatIpv4 ipv4 = {veth, address};
  g_auto (Reading) reading = {.veth = veth};

  return read_rules (host, &reading, error)
         && remove_rules (host, &reading, address, FALSE, error)
         && clat_ipv4_remove (host, &ipv4, error);
}

gboolean
clat_hostside_remove_stray_rules (ClatRtnl *host, GError **error)
{
  g_auto (Reading) reading = {0};

  if (!read_rules (host, &reading, error))
    return FALSE;

  for (guint i = 0; i < reading.rules->len; i++)
    {
      const ClatRule *rule = &g_array_index (reading.rules, ClatRule, i);

      if (is_stray (&reading, rule) && !clat_rule_remove (host, rule, error))
        return FALSE;
    }
  return TRUE;
}
