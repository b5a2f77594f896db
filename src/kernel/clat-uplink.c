/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets up the uplink: the interface of the namespace through which a translator reaches
 * the connection's link. It is the first of these that the parent can carry: an ipvlan,
 * which has the parent's MAC address, so that every network accepts it; a macvlan; a veth
 * pair with BPF programs at the parent. Without an address of its own on the link it is
 * always the last.
 *
 * A parent has children of one kind only. All its ipvlan children share one mode, and the
 * last one added sets it for all: beside children in another mode than L2, none may be
 * added. If the parent is an ipvlan itself, the uplink becomes its sibling. */
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
  gboolean keeps_mac;          /* it must have the parent's MAC address */
  guint8 mac[CLAT_MAC_LENGTH]; /* of a macvlan */
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
remove_child (const Child *self, GError **error)
{
  ClatLink link;

  return clat_link_get (self->inside, self->name, &link, error)
         && clat_link_remove (self->inside, link.ifindex, error);
}

static gboolean
set_refused (GError **error)
{
  g_set_error_literal (error, CLAT_ERROR, CLAT_ERROR_BUSY,
                       "the interface has ipvlan children of another program that are "
                       "not in L2 mode, or whose mode is not known");
  return FALSE;
}

/* Children in other namespaces cannot be listed. But if a macvlan can be added, the
 * parent has no ipvlan children. */
static gboolean
check_other_namespaces (const Child *self, ClatRtnl *host, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (add_macvlan (self, host, &local_error))
    return remove_child (self, error);
  if (g_error_matches (local_error, CLAT_ERROR, CLAT_ERROR_BUSY))
    return set_refused (error);
  g_debug ("%s: no macvlan: %s", self->name, local_error->message);
  return TRUE;
}

/* Adds the child, down. An error, too, if that would change children of another program.
 */
static gboolean
make_child (const Child *self, ClatRtnl *host, GError **error)
{
  Siblings siblings = {.parent = self->parent};
  g_autoptr (GError) local_error = NULL;

  if (!clat_link_list (host, note_sibling, &siblings, error))
    return FALSE;
  if (siblings.has_other)
    return set_refused (error);
  if (!siblings.has_l2 && !check_other_namespaces (self, host, error))
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

/* Neighbours cache the MAC address of an IPv6 address, and optimistic addresses do not
 * update their caches (RFC 4429, 3.2): addresses differ by MAC address. The kernel
 * expects the secret in the form of an IPv6 address. */
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

/* A namespace begins with the kernel's defaults. In addition:
 *
 * - Opaque addresses, stable on this network (RFC 7217), which writing the secret
 * enables. If an address is a duplicate, the next is tried at once, three times.
 * - Addresses are used during duplicate address detection (RFC 4429). */
static gboolean
configure_uplink (ClatNamespace *self, const char *secret, gboolean has_slaac,
                  GError **error)
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
      {UPLINK_CONF ("accept_ra"), has_slaac ? "1" : "0"},
      {UPLINK_CONF ("autoconf"), has_slaac ? "1" : "0"},
      {UPLINK_CONF ("use_tempaddr"), "0"},
  };
  int home = clat_netns_enter (clat_namespace_get_netns (self), error);
  gboolean set = home >= 0;

  for (guint i = 0; set && i < G_N_ELEMENTS (settings); i++)
    set = clat_sysctl_set (settings[i].setting, settings[i].value, error);
  /* Routes to more specific prefixes, such as that of a NAT64 (RFC 4191). Kernels built
   * without CONFIG_IPV6_ROUTE_INFO lack it. */
  if (set)
    clat_sysctl_set (UPLINK_CONF ("accept_ra_rt_info_max_plen"), "128", NULL);
  if (home >= 0)
    clat_netns_leave (home);
  return set;
}

/* Locally administered, unicast, and always the same: neighbours' cache entries stay
 * right over a restart. */
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

/* Adds a child if the parent can carry one, else a redirecting uplink. */
static gboolean
add_uplink (ClatNamespace *self, const ClatWanted *wanted, ClatRtnl *host, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (clat_wanted_has_neighbours (wanted))
    {
      if (add_child (self, wanted, host, &local_error))
        return TRUE;
      g_debug ("%s: no child: %s", clat_namespace_get_name (self), local_error->message);
    }
  return clat_redirect_make (host, wanted->parent, wanted->address, CLAT_NAME_UPLINK,
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

/* The MAC address of the uplink; NULL on links without neighbours. */
static const guint8 *
get_mac (const ClatWanted *wanted, const ClatLink *uplink, const ClatLink *parent)
{
  if (!clat_wanted_has_neighbours (wanted))
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
  return configure_uplink (self, secret, wanted->address == CLAT_ADDRESS_OWN, error)
         && (clat_wanted_has_neighbours (wanted)
             || clat_link_set_flags (clat_namespace_get_rtnl (self), uplink.ifindex,
                                     IFF_NOARP, error));
}
