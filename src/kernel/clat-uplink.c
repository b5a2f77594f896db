/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interface of a namespace through which a translator reaches the connection's link:
 * a child of whichever kind its parent takes. That is ipvlan with the parent's MAC
 * address, which every network takes, else macvlan, else a veth pair with programs at the
 * parent.
 *
 * A parent has children of one kind only. All its ipvlan children share one mode, and the
 * last one that is made sets it for all: where others have another one than L2, none may
 * be added. A parent that is an ipvlan itself is one of them: what is made is a sibling.
 */
#include "clat-uplink.h"

#include <arpa/inet.h>
#include <linux/if_link.h>
#include <string.h>

#include "clat-link-change.h"
#include "clat-link.h"
#include "clat-names.h"
#include "clat-redirect.h"
#include "clat-sysctl.h"

typedef struct
{
  const char *name;
  int parent;                  /* in the host's namespace */
  int netns;                   /* descriptor */
  ClatRtnl *inside;            /* of that namespace */
  gboolean keeps_mac;          /* it must be the parent's */
  guint8 mac[CLAT_MAC_LENGTH]; /* where it is not the parent's */
} Child;

typedef struct
{
  int parent;
  gboolean has_l2;
  gboolean has_other;
} Siblings;

static void
note_sibling (const ClatLink *link, gpointer data)
{
  Siblings *siblings = data;

  if (!g_str_equal (link->kind, "ipvlan")
      || (link->parent != siblings->parent && link->ifindex != siblings->parent))
    return;
  siblings->has_l2 |= link->ipvlan_mode == IPVLAN_MODE_L2;
  siblings->has_other |= link->ipvlan_mode != IPVLAN_MODE_L2;
}

static gboolean
add_ipvlan (const Child *self, ClatRtnl *host, GError **error)
{
  return clat_link_add_ipvlan (host, self->name, self->parent, self->netns, error);
}

static gboolean
add_macvlan (const Child *self, ClatRtnl *host, GError **error)
{
  return clat_link_add_macvlan (host, self->name, self->parent, self->netns, self->mac,
                                error);
}

static gboolean
remove_again (const Child *self, GError **error)
{
  ClatLink link;

  return clat_link_get (self->inside, self->name, &link, error)
         && clat_link_remove (self->inside, link.ifindex, error);
}

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, CLAT_ERROR, CLAT_ERROR_BUSY,
                       "the interface has ipvlan children of another program that are "
                       "not in L2 mode, or whose mode cannot be seen");
  return FALSE;
}

/* Children in other namespaces cannot be seen. But as long as a macvlan can be made,
 * there is no ipvlan. */
static gboolean
check_unseen (const Child *self, ClatRtnl *host, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (add_macvlan (self, host, &local_error))
    return remove_again (self, error);
  if (g_error_matches (local_error, CLAT_ERROR, CLAT_ERROR_BUSY))
    return refuse (error);
  g_debug ("%s: no macvlan: %s", self->name, local_error->message);
  return TRUE;
}

/* Makes it, down. An error, too, if the parent has children of somebody else that would
 * not stay as they are. */
static gboolean
make_child (const Child *self, ClatRtnl *host, GError **error)
{
  Siblings siblings = {.parent = self->parent};
  g_autoptr (GError) local_error = NULL;

  if (!clat_link_list (host, note_sibling, &siblings, error))
    return FALSE;
  if (siblings.has_other)
    return refuse (error);
  if (!siblings.has_l2 && !check_unseen (self, host, error))
    return FALSE;
  if (add_ipvlan (self, host, &local_error))
    return TRUE;

  if (self->keeps_mac)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  g_debug ("%s: no ipvlan: %s", self->name, local_error->message);
  return add_macvlan (self, host, error);
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

#define UPLINK_CONF(name) "ipv6/conf/" CLAT_NAME_UPLINK "/" name

/* A namespace begins with the kernel's defaults. Here in addition:
 *
 * - Opaque addresses, stable for this network (RFC 7217): writing the secret chooses
 * that. When somebody else has one, the next is tried at once, three times.
 * - Addresses are used at once while the link is asked whether they are in use (RFC
 * 4429).
 */
static gboolean
configure_uplink (ClatNamespace *self, const char *secret, GError **error)
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
  int home = clat_netns_enter (clat_namespace_get_netns (self), error);
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
add_child (ClatNamespace *self, const ClatWanted *wanted, ClatRtnl *host, GError **error)
{
  Child child = {
      .name = CLAT_NAME_UPLINK,
      .parent = wanted->parent,
      .netns = clat_netns_get_fd (clat_namespace_get_netns (self)),
      .inside = clat_namespace_get_rtnl (self),
      .keeps_mac = wanted->keeps_mac,
  };

  make_mac (wanted, child.mac);
  return make_child (&child, host, error);
}

/* A child where the link takes one. */
static gboolean
add_uplink (ClatNamespace *self, const ClatWanted *wanted, ClatRtnl *host, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!wanted->redirects)
    {
      if (add_child (self, wanted, host, &local_error))
        return TRUE;
      g_debug ("%s: no child: %s", clat_namespace_get_name (self), local_error->message);
    }
  return clat_redirect_make (host, wanted->parent, CLAT_NAME_UPLINK,
                             clat_netns_get_fd (clat_namespace_get_netns (self)), error);
}

gboolean
clat_uplink_inject (ClatNamespace *self, ClatRaCache *ra_cache, int link, guint32 longest,
                    GError **error)
{
  ClatLink uplink;
  gboolean injected;
  int home;

  if (!clat_link_get (clat_namespace_get_rtnl (self), CLAT_NAME_UPLINK, &uplink, error))
    return FALSE;
  home = clat_netns_enter (clat_namespace_get_netns (self), error);
  if (home < 0)
    return FALSE;

  injected = clat_ra_cache_inject (ra_cache, link, uplink.ifindex, longest, error);
  clat_netns_leave (home);
  return injected;
}

gboolean
clat_uplink_bring_up (ClatNamespace *self, int ifindex, int parent, ClatRaCache *ra_cache,
                      GError **error)
{
  clat_namespace_expect_address (self, ra_cache, parent);
  return clat_link_set_flags (clat_namespace_get_rtnl (self), ifindex, IFF_UP, error);
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
clat_uplink_make (ClatNamespace *self, const ClatWanted *wanted, ClatRtnl *host,
                  GError **error)
{
  g_autofree char *secret = NULL;
  ClatLink uplink, parent;

  if (!add_uplink (self, wanted, host, error)
      || !clat_link_get (clat_namespace_get_rtnl (self), CLAT_NAME_UPLINK, &uplink, error)
      || !clat_link_get_by_index (host, wanted->parent, &parent, error))
    return FALSE;

  secret = make_secret (wanted->identifier, get_mac (wanted, &uplink, &parent));
  return configure_uplink (self, secret, error)
         && (!wanted->redirects
             || clat_link_set_flags (clat_namespace_get_rtnl (self), uplink.ifindex,
                                     IFF_NOARP, error));
}
