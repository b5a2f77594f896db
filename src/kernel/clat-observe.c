/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads one translator from the kernel. */
#include "clat-observe.h"

#include <linux/if_addr.h>
#include <string.h>

#include "clat-addressing.h"
#include "clat-bpf.h"
#include "clat-default-route.h"
#include "clat-foreign-hook.h"
#include "clat-host-ipv4.h"
#include "clat-ipv6-address.h"
#include "clat-names.h"
#include "clat-neighbour.h"
#include "clat-tc.h"

/* FALSE without error if there is no such link. */
static gboolean
find_link (ClatRtnl *rtnl, const char *name, ClatLink *link, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (clat_link_get (rtnl, name, link, &local_error))
    return TRUE;
  if (!g_error_matches (local_error, CLAT_ERROR, CLAT_ERROR_GONE))
    g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static void
append_source_address (const ClatIpv6Address *address, ClatActual *actual)
{
  if (clat_ipv6_address_may_be_used (address) && actual->n_addresses < CLAT_MAX_ADDRESSES)
    actual->addresses[actual->n_addresses++] = (ClatSourceAddress){
        .address = address->ipv6.address,
        .prefix_length = address->ipv6.length,
        .is_deprecated = (address->flags & IFA_F_DEPRECATED) != 0,
        .is_optimistic = (address->flags & IFA_F_OPTIMISTIC) != 0,
    };
}

/* In our namespace the permanent addresses are those that we added; SLAAC's have a
 * lifetime. */
static void
add_ipv6 (const ClatIpv6Address *address, gpointer data)
{
  ClatObserved *self = data;
  ClatAddedIpv6List *list = &self->actual.added;

  if (address->ifindex != self->links.uplink.ifindex)
    return;
  append_source_address (address, &self->actual);
  clat_redirect_want_address (&self->redirect, &address->ipv6.address);
  if (!(address->flags & IFA_F_PERMANENT))
    self->actual.has_slaac |= clat_ipv6_address_is_usable (address);
  else if (list->n < CLAT_MAX_ADDED_IPV6)
    list->addresses[list->n++] =
        (ClatAddedIpv6){address->ipv6, (address->flags & IFA_F_DADFAILED) != 0};
}

static void
note_gateway (const ClatDefaultRoute *gateway, gpointer data)
{
  ClatObserved *self = data;

  if (gateway->ifindex == self->links.uplink.ifindex && gateway->protocol != RTPROT_RA)
    self->actual.gateway = gateway->gateway;
}

static ClatUplink
uplink_of_kind (const char *kind)
{
  if (g_str_equal (kind, "ipvlan"))
    return CLAT_UPLINK_IPVLAN;
  if (g_str_equal (kind, "macvlan"))
    return CLAT_UPLINK_MACVLAN;
  if (g_str_equal (kind, "veth"))
    return CLAT_UPLINK_REDIRECT;
  return CLAT_UPLINK_NONE;
}

/* Reads an interface of the namespace, and the program at its ingress, if they exist.
 * Does nothing after an error. */
static void
read_link (ClatRtnl *rtnl, const char *name, ClatLink *link, guint32 *program,
           GError **error)
{
  if (*error == NULL && find_link (rtnl, name, link, error))
    clat_tc_get (rtnl, link->ifindex, program, error);
}

typedef struct
{
  ClatNamespace *namespace;
  ClatActual *actual;
} RouterListing;

/* While an unreachable router is solicited again, it counts as unreachable. */
static void
append_unreachable (const struct in6_addr *router, gboolean has_failed, gpointer data)
{
  RouterListing *listing = data;
  ClatActual *actual = listing->actual;

  if ((has_failed || clat_namespace_was_unreachable (listing->namespace, router))
      && actual->n_unreachable < CLAT_MAX_UNREACHABLE)
    actual->unreachable[actual->n_unreachable++] = *router;
}

static void
read_redirect (ClatObserved *self, ClatRtnl *host, GError **error)
{
  if (!clat_redirect_read (&self->redirect, host, &self->links.uplink, error))
    return;

  if (self->redirect.address == CLAT_ADDRESS_SHARED)
    self->actual.uplink = CLAT_UPLINK_SHARED;
  self->actual.parent = self->redirect.parent;
  self->actual.address = self->redirect.address;
  self->actual.has_neighbours = self->redirect.wanted.has_neighbours != 0;
  self->actual.has_redirect = self->redirect.has_programs;
  if (self->redirect.address == CLAT_ADDRESS_SHARED)
    {
      self->links.flows = clat_bpf_get_map_id (self->redirect.program, CLAT_FLOWS_MAP);
      self->actual.lacks_direct = self->links.flows == 0;
    }
}

static void
read_addresses (ClatObserved *self, ClatNamespace *namespace, GError **error)
{
  ClatRtnl *rtnl = clat_namespace_get_rtnl (namespace);

  if (clat_ipv6_address_list (rtnl, add_ipv6, self, error))
    clat_default_route_list (rtnl, AF_INET6, note_gateway, self, error);
}

/* Where packets leave directly, the host's neighbour discovery finds that a router has
 * become unreachable. */
static void
read_unreachable (ClatObserved *self, ClatNamespace *namespace, ClatRtnl *host,
                  GError **error)
{
  ClatRtnl *rtnl = clat_namespace_get_rtnl (namespace);
  RouterListing listing = {namespace, &self->actual};
  int direct = self->actual.datapath.direct;

  if (clat_neighbour_list_unresolved_routers (rtnl, self->links.uplink.ifindex,
                                              append_unreachable, &listing, error)
      && (direct == 0
          || clat_neighbour_list_unresolved_routers (host, direct, append_unreachable,
                                                     &listing, error)))
    clat_namespace_note_unreachable (namespace, &self->actual);
}

/* Where packets leave directly, the host resolves the router for them: from a link-local
 * address, as the packet's source is not an address of the host. */
static void
read_parent (ClatObserved *self, ClatRtnl *host, GError **error)
{
  gboolean has_link_local = TRUE;

  if (self->actual.uplink == CLAT_UPLINK_IPVLAN || self->actual.has_neighbours)
    clat_ipv6_address_find_link_local (host, self->actual.parent, &has_link_local, error);
  self->actual.lacks_direct |= !has_link_local;
}

static void
read_uplink (ClatObserved *self, ClatNamespace *namespace, ClatRtnl *host, GError **error)
{
  ClatRtnl *rtnl = clat_namespace_get_rtnl (namespace);

  read_link (rtnl, CLAT_NAME_UPLINK, &self->links.uplink,
             &self->programs[CLAT_PROGRAM_UPLINK], error);
  if (self->links.uplink.ifindex == 0)
    return;

  self->actual.uplink = uplink_of_kind (self->links.uplink.kind);
  self->actual.parent = self->links.uplink.parent;
  self->actual.uplink_mtu = self->links.uplink.mtu;
  self->actual.mtu6 = self->links.uplink.mtu6 == 0
                          ? self->links.uplink.mtu
                          : MIN (self->links.uplink.mtu, self->links.uplink.mtu6);
  if (self->actual.uplink == CLAT_UPLINK_REDIRECT)
    read_redirect (self, host, error);
  if (*error == NULL)
    read_parent (self, host, error);
  if (*error == NULL)
    read_addresses (self, namespace, error);
}

/* An interface of that name on the host is ours only if its peer is in our namespace. */
static gboolean
is_pair (const ClatLink *veth, const ClatLink *inner)
{
  return veth->parent == inner->ifindex && inner->parent == veth->ifindex;
}

static void
read_veth (ClatObserved *self, const char *name, ClatRtnl *host, GError **error)
{
  self->actual.has_veth = self->links.inner.ifindex != 0
                          && find_link (host, name, &self->links.veth, error)
                          && is_pair (&self->links.veth, &self->links.inner);
  if (*error != NULL || !self->actual.has_veth)
    return;

  self->actual.veth_mtu = self->links.veth.mtu;
  self->actual.vrf = self->links.veth.master;
  self->actual.has_multicast = (self->links.veth.flags & IFF_MULTICAST) != 0;
  self->actual.lacks_forwarding = !self->links.veth.forwards_ipv4;
  clat_foreign_hook_get (host, self->links.veth.ifindex, CLAT_TC_EGRESS, CLAT_NAME_DIRECT,
                         &self->programs[CLAT_PROGRAM_DIRECT], error);
}

static gboolean
is_for_these_links (const struct clat_datapath *configured, const ClatObserved *self)
{
  return clat_datapath_is_for (configured, &self->links)
         && (self->links.slow.ifindex == 0 || self->programs[CLAT_PROGRAM_SLOW] != 0);
}

static gboolean
is_same_program (guint32 program, const struct clat_datapath *configured)
{
  struct clat_datapath other;

  return clat_bpf_read_datapath (program, &other)
         && memcmp (&other, configured, sizeof other) == 0;
}

/* A data path that cannot be read equals no wanted one, because it has no pairs; one
 * whose programs are configured differently is outdated. */
static void
read_datapath (ClatObserved *self)
{
  struct clat_datapath up;

  self->actual.has_datapath =
      self->programs[CLAT_PROGRAM_INNER] != 0 && self->programs[CLAT_PROGRAM_UPLINK] != 0;
  if (!self->actual.has_datapath)
    return;

  self->actual.program = self->programs[CLAT_PROGRAM_INNER];
  if (!clat_bpf_read_datapath (self->programs[CLAT_PROGRAM_INNER], &up))
    return;

  /* The outgoing program is exchanged last: it tells what is complete. */
  self->actual.datapath = clat_datapath_decode (&up);
  if (!is_same_program (self->programs[CLAT_PROGRAM_UPLINK], &up)
      || (up.direct != 0 && !is_same_program (self->programs[CLAT_PROGRAM_DIRECT], &up))
      || (up.direct == 0 && self->programs[CLAT_PROGRAM_DIRECT] != 0)
      || !is_for_these_links (&up, self))
    self->actual.datapath.is_outdated = TRUE;
}

static gboolean
is_down (const ClatLink *link)
{
  return link->ifindex != 0 && !(link->flags & IFF_UP);
}

static void
read_addressing (ClatObserved *self, ClatNamespace *namespace, ClatRtnl *host,
                 const ClatWanted *wanted)
{
  clat_addressing_observe (&self->actual, self->links.uplink.ifindex, namespace, host,
                           wanted);
  clat_redirect_want_prefix (&self->redirect, &wanted->prefix);
  for (guint i = 0; i < wanted->n_pairs; i++)
    if (wanted->pairs[i].prefix.length != 0)
      clat_redirect_want_prefix (&self->redirect, &wanted->pairs[i].prefix);
  clat_redirect_want_next_hop (&self->redirect, &self->actual.next_hop);
}

static void
read_namespace (ClatObserved *self, const char *name, ClatNamespace *namespace,
                ClatRtnl *host, const ClatWanted *wanted, GError **error)
{
  ClatRtnl *rtnl = clat_namespace_get_rtnl (namespace);

  self->actual.has_namespace = TRUE;
  read_uplink (self, namespace, host, error);
  read_link (rtnl, CLAT_NAME_INNER, &self->links.inner,
             &self->programs[CLAT_PROGRAM_INNER], error);
  read_link (rtnl, CLAT_NAME_SLOW, &self->links.slow, &self->programs[CLAT_PROGRAM_SLOW],
             error);
  if (*error == NULL)
    read_veth (self, name, host, error);
  read_datapath (self);
  if (*error == NULL && self->links.uplink.ifindex != 0)
    read_unreachable (self, namespace, host, error);
  if (wanted->translator && wanted->prefix.length != 0
      && self->actual.uplink != CLAT_UPLINK_NONE)
    read_addressing (self, namespace, host, wanted);
  self->actual.is_redirect_current = clat_redirect_is_as_wanted (&self->redirect);
}

gboolean
clat_observe (ClatObserved *self, const char *name, ClatRtnl *host,
              ClatNamespace *namespace, const ClatWanted *wanted, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  *self = (ClatObserved){0};
  if (namespace != NULL)
    read_namespace (self, name, namespace, host, wanted, &local_error);
  if (local_error == NULL)
    clat_host_ipv4_observe (host, self->actual.has_veth ? self->links.veth.ifindex : 0,
                            wanted, &self->actual, &local_error);

  self->actual.is_down = is_down (&self->links.uplink) || is_down (&self->links.inner)
                         || is_down (&self->links.slow)
                         || is_down (&self->redirect.outside)
                         || (self->actual.has_veth && is_down (&self->links.veth));
  if (local_error != NULL)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                                  "reading the current state: ");
      return FALSE;
    }
  return TRUE;
}
