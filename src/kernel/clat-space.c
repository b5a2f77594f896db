/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The namespace of one translator, and the sockets that we keep in it. */
#include "clat-space.h"

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <string.h>

#include "clat-child.h"
#include "clat-lost.h"
#include "clat-ndp.h"
#include "clat-neighbour.h"
#include "clat-redirect.h"
#include "clat-sysctl.h"

struct _ClatSpace
{
  char *name;
  GSourceFunc function;
  gpointer data;

  ClatNetns *netns;
  ClatRtnl *rtnl;
  ClatNdp *ndp;
  ClatRtnlMonitor *monitor;
  guint telling; /* source */

  ClatHeard *heard; /* what a new uplink is still to be told; NULL: it has been */
  int link;         /* on which that was heard */
  gboolean lost_address;
  struct in6_addr silent[CLAT_MAX_SILENT]; /* routers that do not answer */
  guint n_silent;
};

void
clat_space_free (ClatSpace *self)
{
  g_clear_handle_id (&self->telling, g_source_remove);
  g_clear_pointer (&self->monitor, clat_rtnl_monitor_free);
  g_clear_pointer (&self->ndp, clat_ndp_free);
  g_clear_pointer (&self->rtnl, clat_rtnl_free);
  g_clear_pointer (&self->netns, clat_netns_free);
  g_free (self->name);
  g_free (self);
}

ClatNetns *
clat_space_get_netns (ClatSpace *self)
{
  return self->netns;
}

ClatRtnl *
clat_space_get_rtnl (ClatSpace *self)
{
  return self->rtnl;
}

gboolean
clat_space_lost_address (ClatSpace *self)
{
  return self->lost_address;
}

void
clat_space_note_silent (ClatSpace *self, const ClatActual *actual)
{
  memcpy (self->silent, actual->silent, sizeof self->silent);
  self->n_silent = actual->n_silent;
}

gboolean
clat_space_was_silent (ClatSpace *self, const struct in6_addr *router)
{
  for (guint i = 0; i < self->n_silent; i++)
    if (IN6_ARE_ADDR_EQUAL (&self->silent[i], router))
      return TRUE;
  return FALSE;
}

static gboolean
on_time_to_tell (gpointer data)
{
  ClatSpace *self = data;

  self->telling = 0;
  return self->function (self->data);
}

/* The kernel alone would ask for routers only when its address has passed duplicate
 * address detection, a second later; an optimistic address may ask before (RFC
 * 4429, 3.3). */
static void
find_routers (ClatSpace *self, int ifindex)
{
  ClatHeard *heard = g_steal_pointer (&self->heard);
  g_autoptr (GError) error = NULL;
  int home = clat_netns_enter (self->netns, &error);

  if (home >= 0)
    {
      clat_heard_tell (heard, self->link, ifindex, CLAT_HEARD_AS_SAID, &error);
      clat_netns_leave (home);
    }
  if (error == NULL)
    clat_ndp_solicit (self->ndp, ifindex, &error);
  if (error != NULL)
    g_debug ("%s: %s", self->name, error->message);
}

static void
look_at_address (ClatSpace *self, const struct nlmsghdr *message)
{
  const struct ifaddrmsg *header = mnl_nlmsg_get_payload (message);

  if (mnl_nlmsg_get_payload_len (message) < sizeof *header
      || header->ifa_family != AF_INET6)
    return;

  if (message->nlmsg_type == RTM_DELADDR)
    self->lost_address = (header->ifa_flags & IFA_F_DADFAILED) != 0;
  else if (header->ifa_scope == RT_SCOPE_LINK && self->heard != NULL)
    find_routers (self, header->ifa_index);
}

/* Neighbours are asked all the time whether they are still there: that is nothing new. */
static gboolean
is_needless (ClatSpace *self, const struct nlmsghdr *message)
{
  gboolean in_vain;

  if (message == NULL
      || (message->nlmsg_type != RTM_NEWNEIGH && message->nlmsg_type != RTM_DELNEIGH))
    return FALSE;
  return !clat_neighbour_is_router (message, &in_vain)
         || !(in_vain || self->n_silent > 0);
}

static void
on_notification (const struct nlmsghdr *message, gpointer data)
{
  ClatSpace *self = data;

  if (message != NULL
      && (message->nlmsg_type == RTM_NEWADDR || message->nlmsg_type == RTM_DELADDR))
    look_at_address (self, message);

  if (self->telling == 0 && !is_needless (self, message))
    self->telling = g_idle_add_full (G_PRIORITY_DEFAULT, on_time_to_tell, self, NULL);
}

/* The sockets stay in the namespace in which they are opened. */
static gboolean
open_sockets (ClatSpace *self, GError **error)
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

/* Takes netns, which may be NULL. */
static ClatSpace *
wrap (ClatNetns *netns, const char *name, GSourceFunc function, gpointer data,
      GError **error)
{
  g_autoptr (ClatSpace) self = NULL;

  if (netns == NULL)
    return NULL;

  self = g_new0 (ClatSpace, 1);
  self->name = g_strdup (name);
  self->netns = netns;
  self->function = function;
  self->data = data;
  return open_sockets (self, error) ? g_steal_pointer (&self) : NULL;
}

/* Called in the new namespace. */
static gboolean
furnish (GError **error)
{
  g_autoptr (ClatRtnl) rtnl = clat_rtnl_new (error);
  ClatLink loopback;

  return rtnl != NULL && clat_link_get (rtnl, "lo", &loopback, error)
         && clat_link_set_alias (rtnl, loopback.ifindex, CLAT_SPACE_MARK, error)
         && clat_link_set_flags (rtnl, loopback.ifindex, IFF_UP, error);
}

ClatSpace *
clat_space_make (const char *name, GSourceFunc function, gpointer data, GError **error)
{
  return wrap (clat_netns_make (name, furnish, error), name, function, data, error);
}

/* Somebody else may have a namespace of that name; it is not for us to touch. */
static gboolean
is_ours (ClatSpace *self)
{
  ClatLink loopback;

  return clat_link_get (self->rtnl, "lo", &loopback, NULL)
         && g_str_equal (loopback.alias, CLAT_SPACE_MARK);
}

ClatSpace *
clat_space_open (const char *name, ClatRtnl *host, GSourceFunc function, gpointer data,
                 GError **error)
{
  g_autoptr (GError) local_error = NULL;
  ClatNetns *netns = clat_netns_open (name, &local_error);
  g_autoptr (ClatSpace) self = NULL;

  if (netns == NULL && local_error == NULL)
    netns = clat_lost_find (name, host, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  self = wrap (netns, name, function, data, error);
  return self != NULL && is_ours (self) ? g_steal_pointer (&self) : NULL;
}

/* Neighbours remember which MAC address an address had, and are not told better as long
 * as it is only asked for (RFC 4429, 3.2): each MAC address has addresses of its own. The
 * form that the kernel wants a secret in is that of an address. */
static char *
make_secret (const guint8 identifier[CLAT_IDENTIFIER_LENGTH], const guint8 *mac)
{
  g_autoptr (GHmac) hmac =
      g_hmac_new (G_CHECKSUM_SHA256, identifier, CLAT_IDENTIFIER_LENGTH);
  guint8 digest[32];
  gsize size = sizeof digest;
  char text[INET6_ADDRSTRLEN];

  if (mac != NULL)
    g_hmac_update (hmac, mac, CLAT_MAC_LENGTH);
  g_hmac_get_digest (hmac, digest, &size);
  inet_ntop (AF_INET6, digest, text, sizeof text);
  return g_strdup (text);
}

#define UPLINK_CONF(name) "ipv6/conf/" CLAT_SPACE_UPLINK "/" name

/* A namespace begins with the kernel's defaults. Here in addition:
 *
 * - Opaque addresses, stable for this network (RFC 7217): writing the secret chooses
 * that. When somebody else has one, the next is tried at once, three times.
 * - Addresses are used at once while the link is asked whether they are in use (RFC
 * 4429).
 */
static gboolean
configure_uplink (ClatSpace *self, const char *secret, GError **error)
{
  const struct
  {
    const char *setting;
    const char *value;
  } settings[] = {
      {UPLINK_CONF ("stable_secret"), secret},
      {"ipv6/idgen_delay", "0"},
      {UPLINK_CONF ("optimistic_dad"), "1"},
      {UPLINK_CONF ("use_optimistic"), "1"},
      {UPLINK_CONF ("dad_transmits"), "1"},
      {UPLINK_CONF ("router_solicitation_delay"), "0"},
      {UPLINK_CONF ("accept_ra"), "1"},
      {UPLINK_CONF ("autoconf"), "1"},
      {UPLINK_CONF ("use_tempaddr"), "0"},
  };
  int home = clat_netns_enter (self->netns, error);
  gboolean set = home >= 0;

  for (guint i = 0; set && i < G_N_ELEMENTS (settings); i++)
    set = clat_sysctl_set (settings[i].setting, settings[i].value, error);
  /* Not in every kernel: routes of more specific prefixes, to a NAT64 of its own router.
   */
  if (set)
    clat_sysctl_set (UPLINK_CONF ("accept_ra_rt_info_max_plen"), "128", NULL);
  if (home >= 0)
    clat_netns_leave (home);
  return set;
}

/* Locally administered, unicast, and the same each time: neighbours that remember the
 * CLAT's address from its last life are right. */
static void
make_mac (const ClatWanted *wanted, guint8 mac[CLAT_MAC_LENGTH])
{
  memcpy (mac, wanted->identifier, CLAT_MAC_LENGTH);
  mac[0] = (mac[0] & 0xfc) | 0x02;
}

static gboolean
add_child (ClatSpace *self, const ClatWanted *wanted, ClatRtnl *host, GError **error)
{
  ClatChild child = {
      .name = CLAT_SPACE_UPLINK,
      .parent = wanted->parent,
      .netns = clat_netns_get_fd (self->netns),
      .inside = self->rtnl,
      .keeps_mac = wanted->keeps_mac,
  };

  make_mac (wanted, child.mac);
  return clat_child_add (&child, host, error);
}

/* A child where the link takes one. */
static gboolean
add_uplink (ClatSpace *self, const ClatWanted *wanted, ClatRtnl *host, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!wanted->redirects)
    {
      if (add_child (self, wanted, host, &local_error))
        return TRUE;
      g_debug ("%s: no child: %s", self->name, local_error->message);
    }
  return clat_redirect_make (host, wanted->parent, CLAT_SPACE_UPLINK,
                             clat_netns_get_fd (self->netns), error);
}

gboolean
clat_space_hear (ClatSpace *self, ClatHeard *heard, int link, guint32 longest,
                 GError **error)
{
  ClatLink uplink;
  gboolean told;
  int home;

  if (!clat_link_get (self->rtnl, CLAT_SPACE_UPLINK, &uplink, error))
    return FALSE;
  home = clat_netns_enter (self->netns, error);
  if (home < 0)
    return FALSE;

  told = clat_heard_tell (heard, link, uplink.ifindex, longest, error);
  clat_netns_leave (home);
  return told;
}

gboolean
clat_space_raise_uplink (ClatSpace *self, int ifindex, int parent, ClatHeard *heard,
                         GError **error)
{
  self->heard = heard;
  self->link = parent;
  self->lost_address = FALSE;
  return clat_link_set_flags (self->rtnl, ifindex, IFF_UP, error);
}

/* By which neighbours know the uplink; NULL where there are none. */
static const guint8 *
get_mac (const ClatWanted *wanted, const ClatLink *uplink, const ClatLink *parent)
{
  if (wanted->redirects)
    return NULL;
  return g_str_equal (uplink->kind, "macvlan") ? uplink->mac : parent->mac;
}

gboolean
clat_space_make_uplink (ClatSpace *self, const ClatWanted *wanted, ClatRtnl *host,
                        GError **error)
{
  g_autofree char *secret = NULL;
  ClatLink uplink, parent;

  if (!add_uplink (self, wanted, host, error)
      || !clat_link_get (self->rtnl, CLAT_SPACE_UPLINK, &uplink, error)
      || !clat_link_get_by_index (host, wanted->parent, &parent, error))
    return FALSE;

  secret = make_secret (wanted->identifier, get_mac (wanted, &uplink, &parent));
  return configure_uplink (self, secret, error)
         && (!wanted->redirects
             || clat_link_set_flags (self->rtnl, uplink.ifindex, IFF_NOARP, error));
}
