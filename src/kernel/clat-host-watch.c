/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network configuration of the host's namespace, as far as the service uses it. It is
 * read again after every change: that is never wrong, and cheap, because of all routes
 * only default routes are kept. */
#include "clat-host-watch.h"

#include <linux/if_addr.h>
#include <string.h>

#include "clat-default-route.h"
#include "clat-ipv4-address.h"
#include "clat-ipv6-address.h"
#include "clat-link.h"
#include "clat-neighbour.h"
#include "clat-other-clat.h"
#include "clat-rule.h"

struct _ClatHostWatch
{
  ClatRtnl *rtnl; /* lent */
  ClatRtnlMonitor *monitor;
  guint reading;              /* source of the next reading, 0: nothing has changed */
  gboolean has_failed_router; /* by the last notification about a router */
  gboolean has_new_router;    /* whose state has changed since the last reading */
  GSourceFunc function;
  gpointer data;

  GArray *links;     /* of ClatLink */
  GArray *addresses; /* of ClatIpv4Address */
  GArray *routes;    /* of ClatDefaultRoute */
  GArray *rules;     /* of ClatRule */
  GArray *ipv6;      /* of ClatIpv6Address: usable ones */
  GArray *gateways;  /* of ClatDefaultRoute: IPv6, not from router advertisements */
};

static void
append_link (const ClatLink *link, gpointer data)
{
  g_array_append_vals (data, link, 1);
}

static void
append_address (const ClatIpv4Address *address, gpointer data)
{
  g_array_append_vals (data, address, 1);
}

static void
append_route (const ClatDefaultRoute *route, gpointer data)
{
  g_array_append_vals (data, route, 1);
}

static void
append_rule (const ClatRule *rule, gpointer data)
{
  g_array_append_vals (data, rule, 1);
}

/* Other flags change without a consequence. */
static void
append_ipv6_address (const ClatIpv6Address *address, gpointer data)
{
  ClatIpv6Address kept = *address;

  if (address->flags & IFA_F_DADFAILED)
    return;
  kept.flags &= IFA_F_PERMANENT | IFA_F_TEMPORARY | IFA_F_DEPRECATED | IFA_F_TENTATIVE
                | IFA_F_OPTIMISTIC;
  g_array_append_val (data, kept);
}

static void
append_gateway (const ClatDefaultRoute *gateway, gpointer data)
{
  if (gateway->protocol != RTPROT_RA)
    g_array_append_vals (data, gateway, 1);
}

static gboolean
arrays_equal (GArray *a, GArray *b)
{
  return a->len == b->len
         && memcmp (a->data, b->data, a->len * g_array_get_element_size (a)) == 0;
}

/* Replaces kept; TRUE if new differs. */
static gboolean
exchange (GArray **kept, GArray *new)
{
  gboolean differs = !arrays_equal (*kept, new);

  g_array_unref (*kept);
  *kept = g_array_ref (new);
  return differs;
}

static GArray *
new_array (gsize element_size)
{
  return g_array_new (FALSE, TRUE, element_size);
}

/* TRUE if anything changed. */
static gboolean
read_all (ClatHostWatch *self, GError **error)
{
  g_autoptr (GArray) links = new_array (sizeof (ClatLink));
  g_autoptr (GArray) addresses = new_array (sizeof (ClatIpv4Address));
  g_autoptr (GArray) routes = new_array (sizeof (ClatDefaultRoute));
  g_autoptr (GArray) rules = new_array (sizeof (ClatRule));
  g_autoptr (GArray) ipv6 = new_array (sizeof (ClatIpv6Address));
  g_autoptr (GArray) gateways = new_array (sizeof (ClatDefaultRoute));
  gboolean differs = FALSE;

  if (!clat_link_list (self->rtnl, append_link, links, error)
      || !clat_ipv4_address_list (self->rtnl, append_address, addresses, error)
      || !clat_default_route_list_parts (self->rtnl, append_route, routes, error)
      || !clat_rule_list (self->rtnl, append_rule, rules, error)
      || !clat_ipv6_address_list (self->rtnl, append_ipv6_address, ipv6, error)
      || !clat_default_route_list (self->rtnl, AF_INET6, append_gateway, gateways, error))
    return FALSE;

  differs |= exchange (&self->links, links);
  differs |= exchange (&self->addresses, addresses);
  differs |= exchange (&self->routes, routes);
  differs |= exchange (&self->rules, rules);
  differs |= exchange (&self->ipv6, ipv6);
  differs |= exchange (&self->gateways, gateways);
  return differs;
}

static gboolean
on_time_to_read (gpointer data)
{
  g_autoptr (GError) error = NULL;
  ClatHostWatch *self = data;
  gboolean is_new = self->has_new_router;

  self->reading = 0;
  self->has_new_router = FALSE;
  if (read_all (self, &error) || is_new)
    self->function (self->data);
  if (error != NULL)
    g_warning ("cannot read the network configuration of the host: %s", error->message);
  return G_SOURCE_REMOVE;
}

/* Neighbour unreachability detection sends notifications all the time: they matter only
 * if a router becomes unreachable, or could be reachable again. */
static gboolean
is_relevant_neighbour (ClatHostWatch *self, const struct nlmsghdr *message)
{
  gboolean has_failed, had_failed = self->has_failed_router;

  if (!clat_neighbour_is_router (message, &has_failed))
    return FALSE;
  self->has_failed_router = has_failed;
  self->has_new_router |= has_failed || had_failed;
  return has_failed || had_failed;
}

/* Other routes than default routes are numerous, and not used. */
static gboolean
is_relevant (ClatHostWatch *self, const struct nlmsghdr *message)
{
  switch (message->nlmsg_type)
    {
    case RTM_NEWROUTE:
    case RTM_DELROUTE:
      return clat_default_route_is_notification (message);
    case RTM_NEWNEIGH:
    case RTM_DELNEIGH:
      return is_relevant_neighbour (self, message);
    default:
      return TRUE;
    }
}

static void
on_notification (const struct nlmsghdr *message, gpointer data)
{
  ClatHostWatch *self = data;

  if (message != NULL && !is_relevant (self, message))
    return;

  /* One reading for all notifications that arrive together. */
  if (self->reading == 0)
    self->reading = g_idle_add_full (G_PRIORITY_DEFAULT, on_time_to_read, self, NULL);
}

ClatHostWatch *
clat_host_watch_new (ClatRtnl *rtnl, GSourceFunc function, gpointer data, GError **error)
{
  static const guint groups[] = {
      RTNLGRP_LINK,         RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE,
      RTNLGRP_IPV4_RULE,    RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_ROUTE,
      RTNLGRP_IPV4_NETCONF, RTNLGRP_NEIGH,       RTNLGRP_NONE};
  g_autoptr (ClatHostWatch) self = g_new0 (ClatHostWatch, 1);
  g_autoptr (GError) local_error = NULL;

  self->rtnl = rtnl;
  self->function = function;
  self->data = data;
  self->links = new_array (sizeof (ClatLink));
  self->addresses = new_array (sizeof (ClatIpv4Address));
  self->routes = new_array (sizeof (ClatDefaultRoute));
  self->rules = new_array (sizeof (ClatRule));
  self->ipv6 = new_array (sizeof (ClatIpv6Address));
  self->gateways = new_array (sizeof (ClatDefaultRoute));

  self->monitor = clat_rtnl_monitor_new (groups, on_notification, self, error);
  if (self->monitor == NULL)
    return NULL;

  read_all (self, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
clat_host_watch_free (ClatHostWatch *self)
{
  g_clear_handle_id (&self->reading, g_source_remove);
  g_clear_pointer (&self->monitor, clat_rtnl_monitor_free);
  g_array_unref (self->links);
  g_array_unref (self->addresses);
  g_array_unref (self->routes);
  g_array_unref (self->rules);
  g_array_unref (self->ipv6);
  g_array_unref (self->gateways);
  g_free (self);
}

static const ClatLink *
find_link (ClatHostWatch *self, int ifindex)
{
  for (guint i = 0; i < self->links->len; i++)
    {
      const ClatLink *link = &g_array_index (self->links, ClatLink, i);

      if (link->ifindex == ifindex)
        return link;
    }
  return NULL;
}

/* The first of them. FALSE if the interface has none, or others too. */
static gboolean
find_only_clat_address (ClatHostWatch *self, int ifindex, struct in_addr *address)
{
  const ClatIpv4Address *found = NULL;

  for (guint i = 0; i < self->addresses->len; i++)
    {
      const ClatIpv4Address *ipv4 = &g_array_index (self->addresses, ClatIpv4Address, i);

      if (ipv4->ifindex != ifindex)
        continue;
      if (!clat_other_clat_is_address (ipv4->address))
        return FALSE;
      if (found == NULL)
        found = ipv4;
    }
  if (found != NULL)
    *address = found->address;
  return found != NULL;
}

static gboolean
has_default (ClatHostWatch *self, int ifindex, guint32 table, ClatDefaultPart part,
             guint32 *metric)
{
  gboolean found = FALSE;

  for (guint i = 0; i < self->routes->len; i++)
    {
      const ClatDefaultRoute *route = &g_array_index (self->routes, ClatDefaultRoute, i);

      if (route->ifindex != ifindex || route->route.table != table || route->part != part)
        continue;
      *metric = found ? MIN (*metric, route->route.metric) : route->route.metric;
      found = TRUE;
    }
  return found;
}

/* A default route, or both halves of one. */
static void
fill_in_native_ipv4 (ClatHostWatch *self, int ifindex, guint32 table, ClatHostLink *link)
{
  guint32 upper;

  link->has_native_ipv4 =
      has_default (self, ifindex, table, CLAT_DEFAULT_WHOLE, &link->native_metric)
      || (has_default (self, ifindex, table, CLAT_DEFAULT_UPPER_HALF, &upper)
          && has_default (self, ifindex, table, CLAT_DEFAULT_LOWER_HALF,
                          &link->native_metric));
}

/* Whether the route leads to a translator, ours or another connection's. */
static gboolean
is_to_translator (ClatHostWatch *self, const ClatDefaultRoute *route)
{
  const ClatLink *link = find_link (self, route->ifindex);

  return link != NULL && link->group == CLAT_RULE_LINK_GROUP;
}

/* Looks for the default route of a VPN or of a kill switch. */
static void
find_better_default (ClatHostWatch *self, int ifindex, guint32 table, ClatHostLink *link)
{
  for (guint i = 0; i < self->routes->len; i++)
    {
      const ClatDefaultRoute *route = &g_array_index (self->routes, ClatDefaultRoute, i);

      if (route->ifindex != ifindex && route->route.table == table
          && route->part == CLAT_DEFAULT_WHOLE
          && route->route.metric < link->native_metric && !is_to_translator (self, route))
        link->has_better_default = TRUE;
    }
}

/* Without a carrier the program that made the interface has ended. */
static gboolean
is_other_clat (const ClatLink *link)
{
  return link != NULL && link->group != CLAT_RULE_LINK_GROUP
         && (link->flags & IFF_RUNNING)
         && clat_other_clat_is_interface (link->name, link->kind);
}

static void
find_other_clat (ClatHostWatch *self, int ifindex, guint32 table, ClatHostLink *link)
{
  for (guint i = 0; i < self->routes->len; i++)
    {
      const ClatDefaultRoute *route = &g_array_index (self->routes, ClatDefaultRoute, i);
      const ClatLink *other = find_link (self, route->ifindex);

      if (route->ifindex == ifindex || route->route.table != table
          || route->part != CLAT_DEFAULT_WHOLE || !is_other_clat (other)
          || !find_only_clat_address (self, route->ifindex, &link->delegated_ipv4))
        continue;
      g_strlcpy (link->other_clat, other->name, sizeof link->other_clat);
      return;
    }
}

static void
append_ipv6 (ClatStaticIpv6 *static_ipv6, const ClatIpv6 *ipv6)
{
  if (static_ipv6->n_addresses < CLAT_MAX_STATIC_IPV6)
    static_ipv6->addresses[static_ipv6->n_addresses++] = *ipv6;
}

/* Addresses from SLAAC and DHCPv6 have a lifetime, static ones are permanent. The prefix
 * length of a point-to-point address applies to the peer's address. */
static void
add_static (const ClatIpv6Address *found, ClatStaticIpv6 *static_ipv6)
{
  ClatIpv6 peer = {found->peer, found->ipv6.length};

  if (!(found->flags & IFA_F_PERMANENT)
      || found->ipv6.length > CLAT_STABLE_ADDRESS_MAX_LENGTH)
    return;
  if (!IN6_IS_ADDR_UNSPECIFIED (&peer.address))
    append_ipv6 (static_ipv6, &peer);
  if (IN6_IS_ADDR_UNSPECIFIED (&peer.address)
      || clat_ipv6_has_prefix (&peer, &found->ipv6.address))
    append_ipv6 (static_ipv6, &found->ipv6);
}

static void
fill_in_static_ipv6 (ClatHostWatch *self, int ifindex, ClatStaticIpv6 *static_ipv6)
{
  guint32 metric = G_MAXUINT32;

  for (guint i = 0; i < self->ipv6->len; i++)
    {
      const ClatIpv6Address *found = &g_array_index (self->ipv6, ClatIpv6Address, i);

      if (found->ifindex == ifindex)
        add_static (found, static_ipv6);
    }
  for (guint i = 0; i < self->gateways->len; i++)
    {
      const ClatDefaultRoute *found =
          &g_array_index (self->gateways, ClatDefaultRoute, i);

      if (found->ifindex != ifindex || found->route.metric >= metric
          || IN6_IS_ADDR_UNSPECIFIED (&found->gateway))
        continue;
      static_ipv6->gateway = found->gateway;
      metric = found->route.metric;
    }
}

static void
fill_in_addresses (ClatHostWatch *self, int ifindex, ClatHostLink *link)
{
  for (guint i = 0; i < self->ipv6->len && link->n_addresses < CLAT_MAX_ADDRESSES; i++)
    {
      const ClatIpv6Address *found = &g_array_index (self->ipv6, ClatIpv6Address, i);

      if (found->ifindex != ifindex || !clat_ipv6_address_may_be_used (found))
        continue;
      link->addresses[link->n_addresses++] = (ClatSourceAddress){
          .address = found->ipv6.address,
          .prefix_length = found->ipv6.length,
          .is_deprecated = (found->flags & IFA_F_DEPRECATED) != 0,
          .is_temporary = (found->flags & IFA_F_TEMPORARY) != 0,
      };
    }
}

static void
fill_in_vrf (ClatHostWatch *self, int master, ClatHostLink *link)
{
  const ClatLink *found = find_link (self, master);

  if (found == NULL || found->table == 0)
    return;
  link->vrf = found->ifindex;
  link->vrf_table = found->table;
}

gboolean
clat_host_watch_get_link (ClatHostWatch *self, int ifindex, guint32 table,
                          ClatHostLink *link)
{
  const ClatLink *found = find_link (self, ifindex);

  if (found == NULL)
    return FALSE;

  *link = (ClatHostLink){
      .mtu = found->mtu,
      .mtu6 = found->mtu6 == 0 ? found->mtu : MIN (found->mtu, found->mtu6),
      .lower = clat_link_get_lower (found),
      .carriers = found->carriers,
      .kind = clat_link_kind_of (found->type, found->flags, found->kind),
  };
  g_strlcpy (link->name, found->name, sizeof link->name);
  fill_in_vrf (self, found->master, link);
  if (link->vrf != 0)
    table = link->vrf_table;
  fill_in_native_ipv4 (self, ifindex, table, link);
  find_better_default (self, ifindex, table, link);
  fill_in_static_ipv6 (self, ifindex, &link->static_ipv6);
  fill_in_addresses (self, ifindex, link);
  find_other_clat (self, ifindex, table, link);
  link->is_delegated = link->has_native_ipv4
                       && find_only_clat_address (self, ifindex, &link->delegated_ipv4);
  return TRUE;
}

gboolean
clat_host_watch_has_ipv4 (ClatHostWatch *self, struct in_addr address)
{
  for (guint i = 0; i < self->addresses->len; i++)
    if (g_array_index (self->addresses, ClatIpv4Address, i).address.s_addr
        == address.s_addr)
      return TRUE;
  return FALSE;
}

gboolean
clat_host_watch_find_ipv4 (ClatHostWatch *self, int ifindex,
                           gboolean (*function) (struct in_addr address))
{
  for (guint i = 0; i < self->addresses->len; i++)
    {
      const ClatIpv4Address *ipv4 = &g_array_index (self->addresses, ClatIpv4Address, i);

      if (ipv4->ifindex == ifindex && function (ipv4->address))
        return TRUE;
    }
  return FALSE;
}
