/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IPv4 addresses, rules and routes of a translator in the host's namespace. */
#include "clat-host-ipv4.h"

#include "clat-default-route.h"
#include "clat-ipv4-address.h"
#include "clat-link.h"
#include "clat-refusal.h"
#include "clat-rule.h"

/* The IPv4 configuration of the host. */
typedef struct
{
  int veth;
  const ClatWanted *wanted;
  GArray *ipv4s;  /* of ClatIpv4Address; these and the next two of all interfaces */
  GArray *rules;  /* of ClatRule */
  GArray *routes; /* of ClatDefaultRoute */
} Reading;

static void
clear_reading (Reading *self)
{
  g_clear_pointer (&self->ipv4s, g_array_unref);
  g_clear_pointer (&self->rules, g_array_unref);
  g_clear_pointer (&self->routes, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, clear_reading)

static guint32
table_of (int veth)
{
  return CLAT_RULE_TABLE_BASE + veth;
}

static void
keep_ipv4 (const ClatIpv4Address *ipv4, gpointer data)
{
  g_array_append_vals (((Reading *)data)->ipv4s, ipv4, 1);
}

static void
keep_rule (const ClatRule *rule, gpointer data)
{
  g_array_append_vals (((Reading *)data)->rules, rule, 1);
}

static void
keep_route (const ClatDefaultRoute *route, gpointer data)
{
  g_array_append_vals (((Reading *)data)->routes, route, 1);
}

static gboolean
read_all (ClatRtnl *host, Reading *reading, GError **error)
{
  reading->ipv4s = g_array_new (FALSE, FALSE, sizeof (ClatIpv4Address));
  reading->rules = g_array_new (FALSE, FALSE, sizeof (ClatRule));
  reading->routes = g_array_new (FALSE, FALSE, sizeof (ClatDefaultRoute));
  return clat_ipv4_address_list (host, keep_ipv4, reading, error)
         && clat_rule_list (host, keep_rule, reading, error)
         && clat_default_route_list (host, AF_INET, keep_route, reading, error);
}

/* Whether the interface is a translator's: it has a default route in its own table. */
static gboolean
is_translator (const Reading *reading, int ifindex)
{
  for (guint i = 0; i < reading->routes->len; i++)
    {
      const ClatDefaultRoute *route =
          &g_array_index (reading->routes, ClatDefaultRoute, i);

      if (route->ifindex == ifindex && route->route.table == table_of (ifindex))
        return TRUE;
    }
  return FALSE;
}

/* The default routes that compete with this translator's. */
static GArray *
get_defaults (const Reading *reading)
{
  GArray *defaults = g_array_new (FALSE, FALSE, sizeof (ClatDefault));

  for (guint i = 0; i < reading->routes->len; i++)
    {
      const ClatDefaultRoute *route =
          &g_array_index (reading->routes, ClatDefaultRoute, i);
      ClatDefault competitor = {route->ifindex, route->route.table, route->route.metric,
                                is_translator (reading, route->ifindex)};

      g_array_append_val (defaults, competitor);
    }
  return defaults;
}

static guint32
table_of_rule (const Reading *reading, ClatSourceRule kind)
{
  switch (kind)
    {
    case CLAT_SOURCE_RULE_SPECIFIC:
      return RT_TABLE_MAIN;
    case CLAT_SOURCE_RULE_DEFAULT:
    case CLAT_SOURCE_RULE_FOREIGN_DEFAULT:
      return reading->wanted->table;
    case CLAT_SOURCE_RULE_OWN_TABLE:
    case CLAT_N_SOURCE_RULES:
      return table_of (reading->veth);
    }
  g_return_val_if_reached (RT_TABLE_MAIN);
}

/* The rules that an address of this translator should have, in order; returns how many.
 */
static guint
get_rules (const Reading *reading, struct in_addr address,
           ClatRule rules[CLAT_N_SOURCE_RULES])
{
  g_autoptr (GArray) defaults = get_defaults (reading);
  ClatSourceRule kinds[CLAT_N_SOURCE_RULES];
  guint count =
      clat_source_rule_choose (reading->wanted, reading->veth,
                               (const ClatDefault *)defaults->data, defaults->len, kinds);

  for (guint i = 0; i < count; i++)
    rules[i] = (ClatRule){
        .kind = kinds[i],
        .source = address,
        .table = table_of_rule (reading, kinds[i]),
    };
  return count;
}

/* Whether the address has these rules in that order, and no others. */
static gboolean
has_right_rules (const Reading *reading, struct in_addr address)
{
  ClatRule wanted_rules[CLAT_N_SOURCE_RULES];
  guint count = get_rules (reading, address, wanted_rules);
  guint found = 0;

  for (guint i = 0; i < reading->rules->len; i++)
    {
      const ClatRule *rule = &g_array_index (reading->rules, ClatRule, i);

      if (rule->source.s_addr != address.s_addr)
        continue;
      if (found == count || rule->kind != wanted_rules[found].kind
          || rule->table != wanted_rules[found].table)
        return FALSE;
      found++;
    }
  return found == count;
}

static gboolean
is_stray (const Reading *reading, const ClatRule *rule)
{
  for (guint i = 0; i < reading->ipv4s->len; i++)
    if (g_array_index (reading->ipv4s, ClatIpv4Address, i).address.s_addr
        == rule->source.s_addr)
      return FALSE;
  return TRUE;
}

static void
observe_ipv4s (const Reading *reading, ClatActual *actual)
{
  for (guint i = 0; i < reading->ipv4s->len && actual->n_ipv4s < CLAT_MAX_IPV4S; i++)
    {
      const ClatIpv4Address *ipv4 = &g_array_index (reading->ipv4s, ClatIpv4Address, i);

      if (ipv4->ifindex == reading->veth)
        actual->ipv4s[actual->n_ipv4s++] = (ClatHostIpv4){
            ipv4->address, ipv4->peer, has_right_rules (reading, ipv4->address)};
    }
}

static void
observe_rules (const Reading *reading, ClatActual *actual)
{
  for (guint i = 0; i < reading->rules->len; i++)
    if (is_stray (reading, &g_array_index (reading->rules, ClatRule, i)))
      actual->has_stray_rules = TRUE;
}

/* A route with further next hops is another program's. */
static void
observe_routes (const Reading *reading, ClatActual *actual)
{
  for (guint i = 0; i < reading->routes->len && actual->n_routes < CLAT_MAX_ROUTES; i++)
    {
      const ClatDefaultRoute *route =
          &g_array_index (reading->routes, ClatDefaultRoute, i);

      if (route->ifindex == reading->veth && !route->is_multipath)
        actual->routes[actual->n_routes++] = route->route;
    }
}

/* If the loopback interface is down, the kernel does not accept its address as that of a
 * route. */
static gboolean
is_refusal_due (ClatRtnl *host, const Reading *reading, int parent)
{
  gboolean has_loopback = FALSE;
  char name[IFNAMSIZ];
  ClatLink loopback;

  for (guint i = 0; i < reading->ipv4s->len; i++)
    {
      const ClatIpv4Address *ipv4 = &g_array_index (reading->ipv4s, ClatIpv4Address, i);

      if (ipv4->ifindex == parent)
        return FALSE;
      has_loopback |= ipv4->address.s_addr == htonl (INADDR_LOOPBACK);
    }
  return has_loopback && if_indextoname (parent, name) != NULL
         && clat_link_get (host, "lo", &loopback, NULL) && loopback.flags & IFF_UP;
}

gboolean
clat_host_ipv4_observe (ClatRtnl *host, int veth, const ClatWanted *wanted,
                        ClatActual *actual, GError **error)
{
  g_auto (Reading) reading = {.veth = veth, .wanted = wanted};

  if (!read_all (host, &reading, error))
    return FALSE;

  observe_rules (&reading, actual);
  if (!clat_refusal_observe (host, veth, wanted->parent, reading.routes, actual, error))
    return FALSE;
  if (veth == 0)
    return TRUE;

  actual->own_table = table_of (veth);
  actual->is_refusal_due = is_refusal_due (host, &reading, wanted->parent);
  observe_ipv4s (&reading, actual);
  observe_routes (&reading, actual);
  return TRUE;
}

static gboolean
remove_rules (ClatRtnl *host, const Reading *reading, struct in_addr address,
              GError **error)
{
  for (guint i = 0; i < reading->rules->len; i++)
    {
      const ClatRule *rule = &g_array_index (reading->rules, ClatRule, i);

      if (rule->source.s_addr == address.s_addr && !clat_rule_remove (host, rule, error))
        return FALSE;
    }
  return TRUE;
}

/* The order of the rules is that in which they are added: all of them are added again.
 * A packet that is routed between removing and adding goes by the main table's best
 * default route, as a packet from any other address does. */
static gboolean
replace_rules (ClatRtnl *host, const Reading *reading, struct in_addr address,
               GError **error)
{
  ClatRule rules[CLAT_N_SOURCE_RULES];
  guint count = get_rules (reading, address, rules);

  if (!remove_rules (host, reading, address, error))
    return FALSE;
  for (guint i = 0; i < count; i++)
    if (!clat_rule_add (host, &rules[i], error))
      return FALSE;
  return TRUE;
}

gboolean
clat_host_ipv4_add (ClatRtnl *host, int veth, const ClatWanted *wanted,
                    const ClatHostIpv4 *ipv4, GError **error)
{
  g_auto (Reading) reading = {.veth = veth, .wanted = wanted};
  const ClatIpv4Address address = {veth, ipv4->address, ipv4->peer};

  return read_all (host, &reading, error)
         && (has_right_rules (&reading, ipv4->address)
             || replace_rules (host, &reading, ipv4->address, error))
         && clat_ipv4_address_add (host, &address, error);
}

/* Whether the host has the same address with another peer. */
static gboolean
has_twin (const Reading *reading, const ClatIpv4Address *address)
{
  for (guint i = 0; i < reading->ipv4s->len; i++)
    {
      const ClatIpv4Address *other = &g_array_index (reading->ipv4s, ClatIpv4Address, i);

      if (other->address.s_addr == address->address.s_addr
          && other->peer.s_addr != address->peer.s_addr)
        return TRUE;
    }
  return FALSE;
}

gboolean
clat_host_ipv4_remove (ClatRtnl *host, int veth, const ClatHostIpv4 *ipv4, GError **error)
{
  const ClatIpv4Address address = {veth, ipv4->address, ipv4->peer};
  g_auto (Reading) reading = {.veth = veth};

  return read_all (host, &reading, error)
         && (has_twin (&reading, &address)
             || remove_rules (host, &reading, ipv4->address, error))
         && clat_ipv4_address_remove (host, &address, error);
}

gboolean
clat_host_ipv4_remove_stray_rules (ClatRtnl *host, GError **error)
{
  g_auto (Reading) reading = {0};

  if (!read_all (host, &reading, error))
    return FALSE;

  for (guint i = 0; i < reading.rules->len; i++)
    {
      const ClatRule *rule = &g_array_index (reading.rules, ClatRule, i);

      if (is_stray (&reading, rule) && !clat_rule_remove (host, rule, error))
        return FALSE;
    }
  return TRUE;
}
