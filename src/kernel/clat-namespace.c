/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network namespace of one translator, and our sockets in it. */
#include "clat-namespace.h"

#include <linux/if_addr.h>
#include <string.h>

#include "clat-link-change.h"
#include "clat-link.h"
#include "clat-names.h"
#include "clat-ndp.h"
#include "clat-neighbour.h"
#include "clat-orphan.h"

struct _ClatNamespace
{
  char *name;
  GSourceFunc function;
  gpointer data;

  ClatNetns *netns;
  ClatRtnl *rtnl;
  ClatNdp *ndp;
  ClatRtnlMonitor *monitor;
  guint notifying; /* source */

  ClatRaCache *ra_cache; /* to inject into a new uplink; NULL: done */
  int link;              /* whose advertisements are injected */
  gboolean lost_address; /* duplicate address detection failed last */
  struct in6_addr unreachable[CLAT_MAX_UNREACHABLE]; /* routers, as last observed */
  guint n_unreachable;
};

void
clat_namespace_free (ClatNamespace *self)
{
  g_clear_handle_id (&self->notifying, g_source_remove);
  g_clear_pointer (&self->monitor, clat_rtnl_monitor_free);
  g_clear_pointer (&self->ndp, clat_ndp_free);
  g_clear_pointer (&self->rtnl, clat_rtnl_free);
  g_clear_pointer (&self->netns, clat_netns_free);
  g_free (self->name);
  g_free (self);
}

const char *
clat_namespace_get_name (ClatNamespace *self)
{
  return self->name;
}

ClatNetns *
clat_namespace_get_netns (ClatNamespace *self)
{
  return self->netns;
}

ClatRtnl *
clat_namespace_get_rtnl (ClatNamespace *self)
{
  return self->rtnl;
}

gboolean
clat_namespace_lost_address (ClatNamespace *self)
{
  return self->lost_address;
}

void
clat_namespace_note_unreachable (ClatNamespace *self, const ClatActual *actual)
{
  memcpy (self->unreachable, actual->unreachable, sizeof self->unreachable);
  self->n_unreachable = actual->n_unreachable;
}

gboolean
clat_namespace_was_unreachable (ClatNamespace *self, const struct in6_addr *router)
{
  for (guint i = 0; i < self->n_unreachable; i++)
    if (IN6_ARE_ADDR_EQUAL (&self->unreachable[i], router))
      return TRUE;
  return FALSE;
}

static gboolean
on_time_to_notify (gpointer data)
{
  ClatNamespace *self = data;

  self->notifying = 0;
  return self->function (self->data);
}

/* The kernel solicits routers only after duplicate address detection of its link-local
 * address, a second later; an optimistic address may be used before (RFC 4429, 3.3). */
static void
find_routers (ClatNamespace *self, int ifindex)
{
  ClatRaCache *ra_cache = g_steal_pointer (&self->ra_cache);
  g_autoptr (GError) error = NULL;
  int home = clat_netns_enter (self->netns, &error);

  if (home >= 0)
    {
      clat_ra_cache_inject (ra_cache, self->link, ifindex, CLAT_RA_CACHE_FULL_LIFETIME,
                            &error);
      clat_netns_leave (home);
    }
  if (error == NULL)
    clat_ndp_solicit (self->ndp, ifindex, &error);
  if (error != NULL)
    g_debug ("%s: %s", self->name, error->message);
}

static void
handle_address (ClatNamespace *self, const struct nlmsghdr *message)
{
  const struct ifaddrmsg *header = mnl_nlmsg_get_payload (message);

  if (mnl_nlmsg_get_payload_len (message) < sizeof *header
      || header->ifa_family != AF_INET6)
    return;

  if (message->nlmsg_type == RTM_DELADDR)
    self->lost_address = (header->ifa_flags & IFA_F_DADFAILED) != 0;
  else if (header->ifa_scope == RT_SCOPE_LINK && self->ra_cache != NULL)
    find_routers (self, header->ifa_index);
}

/* Neighbour unreachability detection sends notifications all the time: they matter only
 * if a router becomes unreachable, or could be reachable again. */
static gboolean
is_irrelevant (ClatNamespace *self, const struct nlmsghdr *message)
{
  gboolean has_failed;

  if (message == NULL
      || (message->nlmsg_type != RTM_NEWNEIGH && message->nlmsg_type != RTM_DELNEIGH))
    return FALSE;
  return !clat_neighbour_is_router (message, &has_failed)
         || !(has_failed || self->n_unreachable > 0);
}

static void
on_notification (const struct nlmsghdr *message, gpointer data)
{
  ClatNamespace *self = data;

  if (message != NULL
      && (message->nlmsg_type == RTM_NEWADDR || message->nlmsg_type == RTM_DELADDR))
    handle_address (self, message);

  if (self->notifying == 0 && !is_irrelevant (self, message))
    self->notifying = g_idle_add_full (G_PRIORITY_DEFAULT, on_time_to_notify, self, NULL);
}

/* Sockets belong to the namespace in which they are opened. */
static gboolean
open_sockets (ClatNamespace *self, GError **error)
{
  static const guint groups[] = {
      RTNLGRP_LINK, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV6_IFINFO,
      RTNLGRP_TC,   RTNLGRP_NEIGH,       RTNLGRP_NONE};
  int home = clat_netns_enter (self->netns, error);

  if (home < 0)
    return FALSE;

  self->rtnl = clat_rtnl_new (error);
  if (self->rtnl != NULL)
    self->ndp = clat_ndp_new (NULL, NULL, error);
  if (self->ndp != NULL)
    self->monitor = clat_rtnl_monitor_new (groups, on_notification, self, error);
  clat_netns_leave (home);

  return self->monitor != NULL;
}

/* Takes ownership of netns, which may be NULL. */
static ClatNamespace *
wrap (ClatNetns *netns, const char *name, GSourceFunc function, gpointer data,
      GError **error)
{
  g_autoptr (ClatNamespace) self = NULL;

  if (netns == NULL)
    return NULL;

  self = g_new0 (ClatNamespace, 1);
  self->name = g_strdup (name);
  self->netns = netns;
  self->function = function;
  self->data = data;
  return open_sockets (self, error) ? g_steal_pointer (&self) : NULL;
}

/* Called in the new namespace. */
static gboolean
set_up_loopback (GError **error)
{
  g_autoptr (ClatRtnl) rtnl = clat_rtnl_new (error);
  ClatLink loopback;

  return rtnl != NULL && clat_link_get (rtnl, "lo", &loopback, error)
         && clat_link_set_alias (rtnl, loopback.ifindex, CLAT_NAMESPACE_MARK, error)
         && clat_link_set_flags (rtnl, loopback.ifindex, IFF_UP, error);
}

ClatNamespace *
clat_namespace_make (const char *name, GSourceFunc function, gpointer data,
                     GError **error)
{
  return wrap (clat_netns_make (name, set_up_loopback, error), name, function, data,
               error);
}

/* A namespace of that name may be another program's, and is not touched then. */
static gboolean
is_ours (ClatNamespace *self)
{
  ClatLink loopback;

  return clat_link_get (self->rtnl, "lo", &loopback, NULL)
         && g_str_equal (loopback.alias, CLAT_NAMESPACE_MARK);
}

ClatNamespace *
clat_namespace_open (const char *name, ClatRtnl *host, GSourceFunc function,
                     gpointer data, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  ClatNetns *netns = clat_netns_open (name, &local_error);
  g_autoptr (ClatNamespace) self = NULL;

  if (netns == NULL && local_error == NULL)
    netns = clat_orphan_find (name, host, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  self = wrap (netns, name, function, data, error);
  return self != NULL && is_ours (self) ? g_steal_pointer (&self) : NULL;
}

void
clat_namespace_expect_address (ClatNamespace *self, ClatRaCache *ra_cache, int link)
{
  self->ra_cache = ra_cache;
  self->link = link;
  self->lost_address = FALSE;
}
