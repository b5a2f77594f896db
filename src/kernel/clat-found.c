/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is there of one translator, read from the kernel. */
#include "clat-found.h"

#include <arpa/inet.h>
#include <string.h>

#include "clat-bpf.h"
#include "clat-filter.h"
#include "clat-hostside.h"
#include "clat-route.h"

/* An address that every NAT64 prefix has a place for, and that nobody sends to: the route
 * to it tells the way to the NAT64. RFC 7050, 2.2. */
#define WELL_KNOWN_IPV4 0xc00000aa /* 192.0.0.170 */

/* RFC 4862 with the identifiers of Ethernet, RFC 2464. */
#define SLAAC_PREFIX_LENGTH 64

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

static ClatUplink
uplink_of_kind (const char *kind)
{
  if (g_str_equal (kind, "ipvlan"))
    return CLAT_UPLINK_IPVLAN;
  if (g_str_equal (kind, "macvlan"))
    return CLAT_UPLINK_MACVLAN;
  return CLAT_UPLINK_NONE;
}

/* A link of the namespace and the program at its ingress, if they are there. Does nothing
 * after an error. */
static void
read_link (ClatRtnl *rtnl, const char *name, ClatLink *link, guint32 *program,
           GError **error)
{
  if (*error == NULL && find_link (rtnl, name, link, error))
    clat_filter_get (rtnl, link->ifindex, program, error);
}

static void
keep_address (const struct in6_addr *address, gpointer data)
{
  ClatActual *actual = data;

  if (actual->n_addresses < CLAT_MAX_ADDRESSES)
    actual->addresses[actual->n_addresses++] = *address;
}

static void
read_uplink (ClatFound *self, ClatRtnl *rtnl, GError **error)
{
  read_link (rtnl, CLAT_SPACE_UPLINK, &self->uplink, &self->programs[CLAT_PROGRAM_UPLINK],
             error);
  if (self->uplink.ifindex == 0)
    return;

  self->actual.uplink = uplink_of_kind (self->uplink.kind);
  self->actual.parent = self->uplink.parent;
  self->actual.uplink_mtu = self->uplink.mtu;
  self->actual.mtu6 = self->uplink.mtu6 == 0 ? self->uplink.mtu
                                             : MIN (self->uplink.mtu, self->uplink.mtu6);
  if (*error == NULL)
    clat_ipv6_list (rtnl, self->uplink.ifindex, keep_address, &self->actual, error);
}

/* Every advertisement makes the kernel try again an address that somebody else has, and
 * use it meanwhile: the one in use stays as long as it is as good as the one the kernel
 * would take, of the same prefix. A change of address cuts every connection. */
static gboolean
stays (const ClatFound *self, ClatRtnl *rtnl, const struct in6_addr *chosen)
{
  const struct in6_addr *used = &self->actual.datapath.translation.pairs[0].ipv6;

  return !IN6_ARE_ADDR_EQUAL (used, chosen)
         && memcmp (used, chosen, SLAAC_PREFIX_LENGTH / 8) == 0
         && clat_ipv6_is_preferred (rtnl, self->uplink.ifindex, used);
}

/* The kernel in the namespace knows the way to the NAT64 and which of its addresses suits
 * it (RFC 6724). */
static void
read_addressing (ClatFound *self, ClatSpace *space, const ClatPrefix *prefix)
{
  struct in_addr well_known = {htonl (WELL_KNOWN_IPV4)};
  struct in6_addr destination = clat_prefix_embed (prefix, well_known);
  ClatRtnl *rtnl = clat_space_get_rtnl (space);
  ClatActual *actual = &self->actual;
  ClatPath path;

  if (!clat_path_get (rtnl, &destination, &path, NULL)
      || path.ifindex != self->uplink.ifindex)
    {
      actual->addressing = CLAT_ADDRESSING_NO_ROUTE;
      return;
    }

  if (IN6_IS_ADDR_UNSPECIFIED (&path.source) || IN6_IS_ADDR_LINKLOCAL (&path.source))
    {
      actual->addressing = clat_space_lost_address (space) ? CLAT_ADDRESSING_DUPLICATE
                                                           : CLAT_ADDRESSING_NONE;
      return;
    }

  actual->addressing = CLAT_ADDRESSING_READY;
  actual->ipv6 = stays (self, rtnl, &path.source)
                     ? actual->datapath.translation.pairs[0].ipv6
                     : path.source;
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
to_datapath (const struct clat_datapath *told)
{
  ClatDatapath datapath = {
      .takes_nothing = told->takes_nothing != 0,
      .is_of_another_build = !clat_bpf_is_own_build (told),
  };
  ClatTranslation *translation = &datapath.translation;

  *translation = (ClatTranslation){
      .prefix = {to_address (told->prefix), told->prefix_length},
      .n_pairs = MIN (told->n_pairs, CLAT_MAX_PAIRS),
      .mtu6 = told->mtu6,
      .lowest_ipv6_mtu = told->lowest_ipv6_mtu,
      .reassembles = told->reassembles != 0,
  };

  for (guint i = 0; i < translation->n_pairs; i++)
    {
      const struct clat_pair *pair = &told->pairs[i];

      translation->pairs[i] = (ClatPair){{pair->ipv4}, to_address (pair->ipv6)};
      datapath.next_hops[i] = to_address (pair->next_hop);
    }
  return datapath;
}

/* Whether it speaks of the interfaces that are there. */
static gboolean
is_of_these_links (const struct clat_datapath *told, const ClatFound *self)
{
  return (int)told->uplink == self->uplink.ifindex
         && (int)told->inner == self->inner.ifindex
         && (int)told->slow == self->slow.ifindex
         && (self->slow.ifindex == 0 || self->programs[CLAT_PROGRAM_SLOW] != 0);
}

/* A data path whose two halves were told different things, or that cannot be understood,
 * is there but is not what anybody wants: its prefix reads as none. */
static void
read_datapath (ClatFound *self)
{
  struct clat_datapath up, down;

  self->actual.has_datapath =
      self->programs[CLAT_PROGRAM_INNER] != 0 && self->programs[CLAT_PROGRAM_UPLINK] != 0;
  if (!self->actual.has_datapath)
    return;

  if (clat_bpf_read_datapath (self->programs[CLAT_PROGRAM_INNER], &up)
      && clat_bpf_read_datapath (self->programs[CLAT_PROGRAM_UPLINK], &down)
      && memcmp (&up, &down, sizeof up) == 0 && is_of_these_links (&up, self))
    self->actual.datapath = to_datapath (&up);
}

/* An interface of our name on the host is ours only if the other end is where we put it.
 */
static gboolean
is_pair (const ClatLink *veth, const ClatLink *inner)
{
  return veth->parent == inner->ifindex && inner->parent == veth->ifindex;
}

static void
read_veth (ClatFound *self, const char *name, ClatRtnl *host, GError **error)
{
  self->actual.has_veth = self->inner.ifindex != 0
                          && find_link (host, name, &self->veth, error)
                          && is_pair (&self->veth, &self->inner);
  if (*error != NULL)
    return;

  self->actual.veth_mtu = self->veth.mtu;
  clat_hostside_read (host, self->actual.has_veth ? self->veth.ifindex : 0, &self->actual,
                      error);
}

static gboolean
is_down (const ClatLink *link)
{
  return link->ifindex != 0 && !(link->flags & IFF_UP);
}

static void
read_space (ClatFound *self, ClatSpace *space, const ClatWanted *wanted, GError **error)
{
  ClatRtnl *rtnl = clat_space_get_rtnl (space);

  self->actual.has_namespace = TRUE;
  read_uplink (self, rtnl, error);
  read_link (rtnl, CLAT_SPACE_INNER, &self->inner, &self->programs[CLAT_PROGRAM_INNER],
             error);
  read_link (rtnl, CLAT_SPACE_SLOW, &self->slow, &self->programs[CLAT_PROGRAM_SLOW],
             error);
  read_datapath (self);
  if (wanted->translator && wanted->prefix.length != 0
      && self->actual.uplink != CLAT_UPLINK_NONE)
    read_addressing (self, space, &wanted->prefix);
}

gboolean
clat_found_read (ClatFound *self, const char *name, ClatRtnl *host, ClatSpace *space,
                 const ClatWanted *wanted, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  *self = (ClatFound){0};
  if (space != NULL)
    read_space (self, space, wanted, &local_error);
  if (local_error == NULL)
    read_veth (self, name, host, &local_error);

  self->actual.is_down = is_down (&self->uplink) || is_down (&self->inner)
                         || is_down (&self->slow)
                         || (self->actual.has_veth && is_down (&self->veth));
  if (local_error != NULL)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                                  "reading what is there: ");
      return FALSE;
    }
  return TRUE;
}
