/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is there of one translator, read from the kernel. */
#include "clat-observe.h"

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <string.h>

#include "clat-bpf.h"
#include "clat-default-route.h"
#include "clat-host-ipv4.h"
#include "clat-ipv6-address.h"
#include "clat-names.h"
#include "clat-neighbour.h"
#include "clat-route-lookup.h"
#include "clat-tc.h"

/* An address that every NAT64 prefix has a place for, and that nobody sends to: the route
 * to it tells the way to the NAT64. RFC 7050, 2.2. */
#define WELL_KNOWN_IPV4 0xc00000aa /* 192.0.0.170 */

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

static gboolean
has_duplicate (const ClatMadeList *list)
{
  for (guint i = 0; i < list->n; i++)
    if (list->made[i].is_duplicate)
      return TRUE;
  return FALSE;
}

static void
keep_source_address (const ClatIpv6Address *address, ClatActual *actual)
{
  if (clat_ipv6_address_may_be_used (address) && actual->n_addresses < CLAT_MAX_ADDRESSES)
    actual->addresses[actual->n_addresses++] = (ClatSourceAddress){
        .address = address->ipv6.address,
        .prefix_length = address->ipv6.length,
        .is_deprecated = (address->flags & IFA_F_DEPRECATED) != 0,
        .is_optimistic = (address->flags & IFA_F_OPTIMISTIC) != 0,
    };
}

/* In a namespace of ours only what we have made stays for good. */
static void
keep_ipv6 (const ClatIpv6Address *address, gpointer data)
{
  ClatObserved *self = data;
  ClatMadeList *list = &self->actual.made;

  if (address->ifindex != self->uplink.ifindex)
    return;
  keep_source_address (address, &self->actual);
  clat_redirect_want_address (&self->redirect, &address->ipv6.address);
  if (!(address->flags & IFA_F_PERMANENT))
    self->actual.has_slaac |= clat_ipv6_address_is_usable (address);
  else if (list->n < CLAT_MAX_MADE)
    list->made[list->n++] =
        (ClatMade){address->ipv6, (address->flags & IFA_F_DADFAILED) != 0};
}

static void
keep_gateway (const ClatDefaultRoute *gateway, gpointer data)
{
  ClatObserved *self = data;

  if (gateway->ifindex == self->uplink.ifindex && gateway->protocol != RTPROT_RA)
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

/* A link of the namespace and the program at its ingress, if they are there. Does nothing
 * after an error. */
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
} Silence;

/* Who is asked again has not answered yet. */
static void
keep_unreachable (const struct in6_addr *router, gboolean in_vain, gpointer data)
{
  Silence *silence = data;
  ClatActual *actual = silence->actual;

  if ((in_vain || clat_namespace_was_unreachable (silence->namespace, router))
      && actual->n_unreachable < CLAT_MAX_UNREACHABLE)
    actual->unreachable[actual->n_unreachable++] = *router;
}

static void
read_redirect (ClatObserved *self, ClatRtnl *host, GError **error)
{
  if (!clat_redirect_read (&self->redirect, host, &self->uplink, error))
    return;

  self->actual.parent = self->redirect.parent;
  self->actual.has_neighbours = self->redirect.wanted.has_neighbours != 0;
  self->actual.has_redirect = self->redirect.has_programs;
}

static void
read_addresses (ClatObserved *self, ClatNamespace *namespace, GError **error)
{
  ClatRtnl *rtnl = clat_namespace_get_rtnl (namespace);
  Silence silence = {namespace, &self->actual};

  if (clat_ipv6_address_list (rtnl, keep_ipv6, self, error)
      && clat_default_route_list (rtnl, AF_INET6, keep_gateway, self, error)
      && clat_neighbour_list_unknown_routers (rtnl, self->uplink.ifindex,
                                              keep_unreachable, &silence, error))
    clat_namespace_note_unreachable (namespace, &self->actual);
}

static void
read_uplink (ClatObserved *self, ClatNamespace *namespace, ClatRtnl *host, GError **error)
{
  ClatRtnl *rtnl = clat_namespace_get_rtnl (namespace);

  read_link (rtnl, CLAT_NAME_UPLINK, &self->uplink, &self->programs[CLAT_PROGRAM_UPLINK],
             error);
  if (self->uplink.ifindex == 0)
    return;

  self->actual.uplink = uplink_of_kind (self->uplink.kind);
  self->actual.parent = self->uplink.parent;
  self->actual.uplink_mtu = self->uplink.mtu;
  self->actual.mtu6 = self->uplink.mtu6 == 0 ? self->uplink.mtu
                                             : MIN (self->uplink.mtu, self->uplink.mtu6);
  if (self->actual.uplink == CLAT_UPLINK_REDIRECT)
    read_redirect (self, host, error);
  if (*error == NULL)
    read_addresses (self, namespace, error);
  self->actual.has_current_redirect = clat_redirect_is_as_wanted (&self->redirect);
}

/* Who announced the NAT64 leads to it (RFC 8028, 3), unless a more specific route tells
 * another way. */
static void
go_by_router (const ClatObserved *self, ClatRtnl *rtnl, const ClatWanted *wanted,
              ClatRouteLookup *path)
{
  if (path->is_default && !IN6_IS_ADDR_UNSPECIFIED (&wanted->router)
      && clat_route_lookup_has_router (rtnl, self->uplink.ifindex, &wanted->router))
    path->next_hop = wanted->router;
}

static gboolean
is_announced (const ClatWanted *wanted, const struct in6_addr *address)
{
  for (guint i = 0; i < wanted->n_announced; i++)
    if (clat_network_contains (&wanted->announced[i], address))
      return TRUE;
  return FALSE;
}

/* Every advertisement makes the kernel try again an address that somebody else has, and
 * use it meanwhile: the one in use stays as long as it is as good. A change of address
 * cuts every connection. */
static gboolean
choose_address (const ClatActual *actual, const ClatWanted *wanted,
                const ClatRouteLookup *path, const struct in6_addr *destination,
                struct in6_addr *address)
{
  gboolean by_router = IN6_ARE_ADDR_EQUAL (&path->next_hop, &wanted->router);
  ClatSourceAddress sources[CLAT_MAX_ADDRESSES];
  const ClatSourceAddress *chosen;
  guint count = 0;

  for (guint i = 0; i < actual->n_addresses; i++)
    {
      ClatSourceAddress source = actual->addresses[i];
      gboolean announced = is_announced (wanted, &source.address);

      source.is_of_router = by_router && announced;
      if (announced || !wanted->only_announced)
        sources[count++] = source;
    }

  chosen = clat_source_address_choose (sources, count, destination,
                                       &actual->datapath.translation.pairs[0].ipv6);
  if (chosen != NULL)
    *address = chosen->address;
  return chosen != NULL;
}

static void
read_addressing (ClatObserved *self, ClatNamespace *namespace, const ClatWanted *wanted)
{
  struct in_addr well_known = {htonl (WELL_KNOWN_IPV4)};
  struct in6_addr destination = clat_prefix_embed (&wanted->prefix, well_known);
  ClatRtnl *rtnl = clat_namespace_get_rtnl (namespace);
  ClatActual *actual = &self->actual;
  ClatRouteLookup path;

  if (!clat_route_lookup (rtnl, &destination, &path, NULL)
      || path.ifindex != self->uplink.ifindex)
    {
      actual->addressing = CLAT_ADDRESSING_NO_ROUTE;
      return;
    }

  go_by_router (self, rtnl, wanted, &path);
  if (!choose_address (actual, wanted, &path, &destination, &actual->ipv6))
    {
      actual->addressing =
          clat_namespace_lost_address (namespace) || has_duplicate (&actual->made)
              ? CLAT_ADDRESSING_DUPLICATE
              : CLAT_ADDRESSING_NONE;
      return;
    }

  actual->addressing = CLAT_ADDRESSING_READY;
  actual->next_hop = path.next_hop;
}

static struct in6_addr
to_address (const __be32 words[4])
{
  struct in6_addr address;

  memcpy (&address, words, sizeof address);
  return address;
}

static ClatDatapath
to_datapath (const struct clat_datapath *configured)
{
  ClatDatapath datapath = {
      .takes_nothing = configured->slow_path_only != 0,
      .is_outdated = !clat_bpf_is_own_build (configured),
  };
  ClatTranslation *translation = &datapath.translation;

  *translation = (ClatTranslation){
      .prefix = {to_address (configured->prefix), configured->prefix_length},
      .n_pairs = MIN (configured->n_pairs, CLAT_MAX_PAIRS),
      .mtu6 = configured->mtu6,
      .lowest_ipv6_mtu = configured->lowest_ipv6_mtu,
      .reassembles = configured->reassembles != 0,
  };

  for (guint i = 0; i < translation->n_pairs; i++)
    {
      const struct clat_pair *pair = &configured->pairs[i];

      translation->pairs[i] = (ClatPair){{pair->ipv4}, to_address (pair->ipv6)};
      datapath.next_hops[i] = to_address (pair->next_hop);
    }
  return datapath;
}

/* Whether it speaks of the interfaces that are there. */
static gboolean
is_of_these_links (const struct clat_datapath *configured, const ClatObserved *self)
{
  return (int)configured->uplink == self->uplink.ifindex
         && (int)configured->inner == self->inner.ifindex
         && (int)configured->slow == self->slow.ifindex
         && (self->slow.ifindex == 0 || self->programs[CLAT_PROGRAM_SLOW] != 0);
}

/* A data path whose two halves were configured different things, or that cannot be
 * understood, is there but is not what anybody wants: its prefix reads as none. */
static void
read_datapath (ClatObserved *self)
{
  struct clat_datapath up, down;

  self->actual.has_datapath =
      self->programs[CLAT_PROGRAM_INNER] != 0 && self->programs[CLAT_PROGRAM_UPLINK] != 0;
  if (!self->actual.has_datapath)
    return;

  if (!clat_bpf_read_datapath (self->programs[CLAT_PROGRAM_INNER], &up))
    return;

  /* The way out is exchanged last. */
  self->actual.datapath = to_datapath (&up);
  if (!clat_bpf_read_datapath (self->programs[CLAT_PROGRAM_UPLINK], &down)
      || memcmp (&up, &down, sizeof up) != 0 || !is_of_these_links (&up, self))
    self->actual.datapath.is_outdated = TRUE;
}

/* An interface of our name on the host is ours only if the other end is where we put it.
 */
static gboolean
is_pair (const ClatLink *veth, const ClatLink *inner)
{
  return veth->parent == inner->ifindex && inner->parent == veth->ifindex;
}

static void
read_veth (ClatObserved *self, const char *name, ClatRtnl *host, const ClatWanted *wanted,
           GError **error)
{
  self->actual.has_veth = self->inner.ifindex != 0
                          && find_link (host, name, &self->veth, error)
                          && is_pair (&self->veth, &self->inner);
  if (*error != NULL)
    return;

  self->actual.veth_mtu = self->veth.mtu;
  self->actual.vrf = self->veth.master;
  clat_host_ipv4_observe (host, self->actual.has_veth ? self->veth.ifindex : 0, wanted,
                          &self->actual, error);
}

static gboolean
is_down (const ClatLink *link)
{
  return link->ifindex != 0 && !(link->flags & IFF_UP);
}

static void
read_namespace (ClatObserved *self, ClatNamespace *namespace, ClatRtnl *host,
                const ClatWanted *wanted, GError **error)
{
  ClatRtnl *rtnl = clat_namespace_get_rtnl (namespace);

  self->actual.has_namespace = TRUE;
  read_uplink (self, namespace, host, error);
  read_link (rtnl, CLAT_NAME_INNER, &self->inner, &self->programs[CLAT_PROGRAM_INNER],
             error);
  read_link (rtnl, CLAT_NAME_SLOW, &self->slow, &self->programs[CLAT_PROGRAM_SLOW],
             error);
  read_datapath (self);
  if (wanted->translator && wanted->prefix.length != 0
      && self->actual.uplink != CLAT_UPLINK_NONE)
    read_addressing (self, namespace, wanted);
}

gboolean
clat_observe (ClatObserved *self, const char *name, ClatRtnl *host,
              ClatNamespace *namespace, const ClatWanted *wanted, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  *self = (ClatObserved){0};
  if (namespace != NULL)
    read_namespace (self, namespace, host, wanted, &local_error);
  if (local_error == NULL)
    read_veth (self, name, host, wanted, &local_error);

  self->actual.is_down = is_down (&self->uplink) || is_down (&self->inner)
                         || is_down (&self->slow) || is_down (&self->redirect.outside)
                         || (self->actual.has_veth && is_down (&self->veth));
  if (local_error != NULL)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                                  "reading what is there: ");
      return FALSE;
    }
  return TRUE;
}
