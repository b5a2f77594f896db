/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The refusal of IPv4 packets from programs that are bound to the interface of a
 * connection with a translator. */
#include "clat-refusal.h"

#include "clat-default-route.h"
#include "clat-interface-rule.h"
#include "clat-rule.h"

/* Behind the default route of the translator in its own table. */
#define METRIC G_MAXUINT32

typedef struct
{
  GArray *rules;  /* of ClatInterfaceRule */
  GArray *routes; /* of ClatDefaultRoute */
} Reading;

static void
clear_reading (Reading *self)
{
  g_clear_pointer (&self->rules, g_array_unref);
  g_clear_pointer (&self->routes, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, clear_reading)

static void
keep_rule (const ClatInterfaceRule *rule, gpointer data)
{
  g_array_append_vals (data, rule, 1);
}

static void
keep_route (const ClatDefaultRoute *route, gpointer data)
{
  g_array_append_vals (data, route, 1);
}

static gboolean
read_all (ClatRtnl *host, Reading *reading, GError **error)
{
  reading->rules = g_array_new (FALSE, FALSE, sizeof (ClatInterfaceRule));
  reading->routes = g_array_new (FALSE, FALSE, sizeof (ClatDefaultRoute));
  return clat_interface_rule_list (host, keep_rule, reading->rules, error)
         && clat_default_route_list (host, AF_INET, keep_route, reading->routes, error);
}

/* The kernel refuses to send from a loopback address (EINVAL). A program that chooses the
 * source itself gets an error because it may not send to a broadcast address. */
static ClatDefaultRoute
get_route (int veth, int parent)
{
  return (ClatDefaultRoute){
      .ifindex = parent,
      .type = RTN_BROADCAST,
      .route =
          {
              .table = CLAT_RULE_TABLE_BASE + veth,
              .metric = METRIC,
              .source = {htonl (INADDR_LOOPBACK)},
          },
  };
}

static gboolean
is_ours (const ClatDefaultRoute *route)
{
  return route->type == RTN_BROADCAST && route->route.table >= CLAT_RULE_TABLE_BASE;
}

static gboolean
has_translator (const GArray *routes, guint32 table)
{
  for (guint i = 0; i < routes->len; i++)
    {
      const ClatDefaultRoute *route = &g_array_index (routes, ClatDefaultRoute, i);

      if (route->route.table == table && route->type == RTN_UNICAST
          && table == CLAT_RULE_TABLE_BASE + (guint32)route->ifindex)
        return TRUE;
    }
  return FALSE;
}

/* The tables of the rules and routes that refuse, some of them several times. */
static GArray *
get_tables (const Reading *reading)
{
  GArray *tables = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint i = 0; i < reading->rules->len; i++)
    g_array_append_val (tables,
                        g_array_index (reading->rules, ClatInterfaceRule, i).table);
  for (guint i = 0; i < reading->routes->len; i++)
    {
      const ClatDefaultRoute *route =
          &g_array_index (reading->routes, ClatDefaultRoute, i);

      if (is_ours (route))
        g_array_append_val (tables, route->route.table);
    }
  return tables;
}

static gboolean
has_stray (const Reading *reading)
{
  g_autoptr (GArray) tables = get_tables (reading);

  for (guint i = 0; i < tables->len; i++)
    if (!has_translator (reading->routes, g_array_index (tables, guint32, i)))
      return TRUE;
  return FALSE;
}

/* Whether table has one rule, for the interface, and one route. */
static gboolean
is_right (const Reading *reading, const ClatDefaultRoute *due)
{
  guint n_rules = 0, n_routes = 0;
  char name[IFNAMSIZ] = "";

  if_indextoname (due->ifindex, name);
  for (guint i = 0; i < reading->rules->len; i++)
    {
      const ClatInterfaceRule *rule =
          &g_array_index (reading->rules, ClatInterfaceRule, i);

      if (rule->table != due->route.table)
        continue;
      if (!g_str_equal (rule->interface, name))
        return FALSE;
      n_rules++;
    }
  for (guint i = 0; i < reading->routes->len; i++)
    {
      const ClatDefaultRoute *route =
          &g_array_index (reading->routes, ClatDefaultRoute, i);

      if (is_ours (route) && route->ifindex == due->ifindex
          && clat_route_equal (&route->route, &due->route))
        n_routes++;
    }
  return n_rules == 1 && n_routes == 1;
}

static ClatRefusal
get_state (const Reading *reading, int veth, int parent)
{
  const ClatDefaultRoute due = get_route (veth, parent);
  g_autoptr (GArray) tables = get_tables (reading);

  if (is_right (reading, &due))
    return CLAT_REFUSAL_RIGHT;
  for (guint i = 0; i < tables->len; i++)
    if (g_array_index (tables, guint32, i) == due.route.table)
      return CLAT_REFUSAL_WRONG;
  return CLAT_REFUSAL_NONE;
}

gboolean
clat_refusal_observe (ClatRtnl *host, int veth, int parent, const GArray *routes,
                      ClatActual *actual, GError **error)
{
  g_auto (Reading) reading = {
      .rules = g_array_new (FALSE, FALSE, sizeof (ClatInterfaceRule)),
      .routes = g_array_ref ((GArray *)routes),
  };

  if (!clat_interface_rule_list (host, keep_rule, reading.rules, error))
    return FALSE;

  if (has_stray (&reading))
    actual->has_stray_rules = TRUE;
  if (veth != 0)
    actual->refusal = get_state (&reading, veth, parent);
  return TRUE;
}

static gboolean
remove_table (ClatRtnl *host, const Reading *reading, guint32 table, GError **error)
{
  for (guint i = 0; i < reading->rules->len; i++)
    {
      const ClatInterfaceRule *rule =
          &g_array_index (reading->rules, ClatInterfaceRule, i);

      if (rule->table == table && !clat_interface_rule_remove (host, rule, error))
        return FALSE;
    }
  for (guint i = 0; i < reading->routes->len; i++)
    {
      const ClatDefaultRoute *route =
          &g_array_index (reading->routes, ClatDefaultRoute, i);

      if (is_ours (route) && route->route.table == table
          && !clat_default_route_remove (host, route, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
clat_refusal_remove (ClatRtnl *host, int veth, GError **error)
{
  g_auto (Reading) reading = {0};

  return read_all (host, &reading, error)
         && remove_table (host, &reading, CLAT_RULE_TABLE_BASE + veth, error);
}

gboolean
clat_refusal_add (ClatRtnl *host, int veth, int parent, GError **error)
{
  const ClatDefaultRoute route = get_route (veth, parent);
  ClatInterfaceRule rule = {.table = route.route.table};

  /* If the interface has vanished, there is nothing to refuse. */
  if (if_indextoname (parent, rule.interface) == NULL)
    return TRUE;
  return clat_refusal_remove (host, veth, error)
         && clat_default_route_add (host, &route, error)
         && clat_interface_rule_add (host, &rule, error);
}

gboolean
clat_refusal_remove_stray (ClatRtnl *host, GError **error)
{
  g_auto (Reading) reading = {0};
  g_autoptr (GArray) tables = NULL;

  if (!read_all (host, &reading, error))
    return FALSE;

  tables = get_tables (&reading);
  for (guint i = 0; i < tables->len; i++)
    {
      guint32 table = g_array_index (tables, guint32, i);

      if (!has_translator (reading.routes, table)
          && !remove_table (host, &reading, table, error))
        return FALSE;
    }
  return TRUE;
}
