/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The uplink of a translator on an interface that cannot carry an ipvlan or macvlan. */
#include "clat-redirect.h"

#include <net/if_arp.h>
#include <string.h>

#include "clat-bpf.h"
#include "clat-foreign-hook.h"
#include "clat-link-change.h"
#include "clat-redirect-programs.h"
#include "clat-sysctl.h"
#include "clat-tc.h"

/* NetworkManager and udev are configured to ignore interfaces of this name. */
#define NAME_FORMAT "clat-up-%d"

#define NAME_IN "clat_nm_in"

/* The maximum of a veth. The inner end has the MTU of the link. */
#define OUTSIDE_MTU 65535

/* The alias of the host's end records what the uplink was made for: the choice of the
 * address, and the ifindex of the link. */
static const char *const alias_beginnings[] = {
    [CLAT_ADDRESS_OWN] = "of ",
    [CLAT_ADDRESS_SHARED] = "shared of ",
    [CLAT_ADDRESS_ROUTED] = "routed of ",
};

static gboolean
set_up_outside (ClatRtnl *host, const char *name, int parent, ClatAddressChoice address,
                GError **error)
{
  g_autofree char *disable_ipv6 = g_strdup_printf ("ipv6/conf/%s/disable_ipv6", name);
  g_autofree char *alias = g_strdup_printf ("%s%d", alias_beginnings[address], parent);
  ClatLink outside;

  return clat_link_get (host, name, &outside, error)
         && clat_sysctl_set (disable_ipv6, "1", error)
         && clat_link_set_alias (host, outside.ifindex, alias, error)
         && clat_link_set_flags (host, outside.ifindex, IFF_UP | IFF_NOARP, error);
}

/* FALSE if it is not an alias of ours. */
static gboolean
parse_alias (const char *alias, ClatAddressChoice *address, int *parent)
{
  for (guint i = 0; i < G_N_ELEMENTS (alias_beginnings); i++)
    if (g_str_has_prefix (alias, alias_beginnings[i]))
      {
        *address = i;
        *parent = (int)g_ascii_strtoll (alias + strlen (alias_beginnings[i]), NULL, 10);
        return *parent > 0;
      }
  return FALSE;
}

static gboolean
check_parent (ClatRtnl *host, int parent, ClatAddressChoice address, GError **error)
{
  ClatLink link;

  if (address == CLAT_ADDRESS_SHARED)
    return TRUE;
  if (!clat_link_get_by_index (host, parent, &link, error))
    return FALSE;
  if (!g_str_equal (link.kind, "ipvlan"))
    return TRUE;
  g_set_error (error, CLAT_ERROR, CLAT_ERROR_LACKS_FEATURE,
               "%s is an ipvlan interface, which receives only packets to its own "
               "addresses, and another one cannot be added beside it",
               link.name);
  return FALSE;
}

gboolean
clat_redirect_make (ClatRtnl *host, int parent, ClatAddressChoice address,
                    const char *inside, int netns, GError **error)
{
  g_autofree char *name = g_strdup_printf (NAME_FORMAT, parent);

  return check_parent (host, parent, address, error)
         && clat_link_add_veth (host, name, inside, netns, OUTSIDE_MTU, error)
         && set_up_outside (host, name, parent, address, error);
}

/* If the configurations of the two programs differ, both count as missing. */
static gboolean
read_programs (ClatRedirect *self, ClatRtnl *host, GError **error)
{
  struct clat_redirect in = {0}, out = {0};
  guint32 out_id;

  if (!clat_foreign_hook_get (host, self->parent, CLAT_TC_INGRESS, NAME_IN,
                              &self->program, error)
      || !clat_tc_get (host, self->outside.ifindex, &out_id, error))
    return FALSE;

  self->has_programs = clat_redirect_programs_read (self->program, &in)
                       && clat_redirect_programs_read (out_id, &out)
                       && memcmp (&in, &out, sizeof in) == 0;
  self->configured = in;
  return TRUE;
}

/* FALSE without error if there is no such link. */
static gboolean
find_link (ClatRtnl *host, int ifindex, ClatLink *link, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (clat_link_get_by_index (host, ifindex, link, &local_error))
    return TRUE;
  if (!g_error_matches (local_error, CLAT_ERROR, CLAT_ERROR_GONE))
    g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

gboolean
clat_redirect_read (ClatRedirect *self, ClatRtnl *host, const ClatLink *inside,
                    GError **error)
{
  g_autoptr (GError) local_error = NULL;
  ClatLink parent = {0};

  self->inside = *inside;
  if (find_link (host, inside->parent, &self->outside, &local_error)
      && parse_alias (self->outside.alias, &self->address, &self->parent)
      && find_link (host, self->parent, &parent, &local_error)
      && read_programs (self, host, &local_error))
    clat_proxy_ndp_read (&self->proxy_ndp, host, self->parent, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  self->wanted = (struct clat_redirect){
      .build = clat_redirect_programs_get_build (self->address == CLAT_ADDRESS_SHARED),
      .parent = self->parent,
      .veth = self->outside.ifindex,
      .has_ethernet = parent.type == ARPHRD_ETHER,
      .has_neighbours = !(inside->flags & IFF_NOARP),
  };
  self->wanted.uses_next_hop = self->wanted.has_ethernet && !(parent.flags & IFF_NOARP)
                               && !self->wanted.has_neighbours;
  memcpy (self->wanted.mac, self->wanted.has_neighbours ? parent.mac : self->inside.mac,
          sizeof self->wanted.mac);
  return TRUE;
}

void
clat_redirect_want_address (ClatRedirect *self, const struct in6_addr *address)
{
  struct clat_redirect *wanted = &self->wanted;

  if (wanted->n_addresses < CLAT_REDIRECT_MAX_ADDRESSES)
    memcpy (wanted->addresses[wanted->n_addresses++], address, sizeof *address);
  if (wanted->has_neighbours)
    clat_proxy_ndp_add (&self->wanted_proxy_ndp, address);
}

void
clat_redirect_want_next_hop (ClatRedirect *self, const struct in6_addr *next_hop)
{
  if (self->wanted.uses_next_hop)
    memcpy (self->wanted.next_hop, next_hop, sizeof self->wanted.next_hop);
}

static gboolean
has_prefix (const struct clat_redirect *wanted, const struct clat_redirect_prefix *prefix)
{
  for (guint i = 0; i < wanted->n_prefixes; i++)
    if (memcmp (&wanted->prefixes[i], prefix, sizeof *prefix) == 0)
      return TRUE;
  return FALSE;
}

void
clat_redirect_want_prefix (ClatRedirect *self, const ClatPrefix *prefix)
{
  struct clat_redirect *wanted = &self->wanted;
  struct clat_redirect_prefix added = {0};
  guint8 *mask = (guint8 *)added.mask;

  for (guint bit = 0; bit < prefix->length; bit++)
    mask[bit / 8] |= 0x80 >> bit % 8;
  memcpy (added.address, &prefix->address, sizeof added.address);
  if (self->address == CLAT_ADDRESS_SHARED
      && wanted->n_prefixes < CLAT_REDIRECT_MAX_PREFIXES && !has_prefix (wanted, &added))
    wanted->prefixes[wanted->n_prefixes++] = added;
}

static gboolean
has_mac (const ClatRedirect *self)
{
  return memcmp (self->inside.mac, self->wanted.mac, sizeof self->wanted.mac) == 0;
}

gboolean
clat_redirect_is_as_wanted (const ClatRedirect *self)
{
  return self->has_programs
         && memcmp (&self->configured, &self->wanted, sizeof self->configured) == 0
         && has_mac (self)
         && clat_proxy_ndp_equal (&self->proxy_ndp, &self->wanted_proxy_ndp);
}

/* Makes the namespace a neighbour on the link: MAC address and proxy entries. */
static gboolean
join_neighbours (const ClatRedirect *self, ClatRtnl *host, ClatRtnl *inner,
                 GError **error)
{
  return (has_mac (self)
          || clat_link_set_mac (inner, self->inside.ifindex, self->wanted.mac, error))
         && clat_proxy_ndp_change (&self->proxy_ndp, &self->wanted_proxy_ndp, host,
                                   self->parent, error);
}

gboolean
clat_redirect_set (const ClatRedirect *self, ClatRtnl *host, ClatRtnl *inner,
                   GError **error)
{
  g_auto (ClatRedirectPrograms) programs = {0};

  /* The inbound program first: replies to what is sent then find it. */
  return join_neighbours (self, host, inner, error)
         && clat_redirect_programs_load (&programs, &self->wanted,
                                         self->address == CLAT_ADDRESS_SHARED,
                                         self->program, error)
         && clat_foreign_hook_set (host, self->parent, CLAT_TC_INGRESS, programs.in,
                                   NAME_IN, error)
         && clat_tc_set (host, self->outside.ifindex, programs.out, "clat_nm_out", error);
}

gboolean
clat_redirect_add_counters (ClatRtnl *host, int parent,
                            struct clat_counters counters[CLAT_N_DIRECTIONS],
                            GError **error)
{
  struct clat_counters own[CLAT_N_DIRECTIONS];
  guint32 program;

  if (!clat_foreign_hook_get (host, parent, CLAT_TC_INGRESS, NAME_IN, &program, error))
    return FALSE;
  /* Programs that leave nothing to the host have no counters. */
  if (program == 0 || !clat_bpf_read_counters (program, own, NULL))
    return TRUE;
  for (guint i = 0; i < CLAT_N_DIRECTIONS; i++)
    for (guint reason = 0; reason < XLAT_N_REASONS; reason++)
      counters[i].drops[reason] += own[i].drops[reason];
  return TRUE;
}

gboolean
clat_redirect_release (ClatRtnl *host, int parent, GError **error)
{
  static const ClatProxyNdp none = {0};
  ClatProxyNdp left;

  return parent == 0
         || (clat_foreign_hook_remove (host, parent, CLAT_TC_INGRESS, NAME_IN, error)
             && clat_proxy_ndp_read (&left, host, parent, error)
             && clat_proxy_ndp_change (&left, &none, host, parent, error));
}

static void
append_link (const ClatLink *link, gpointer data)
{
  g_array_append_val (data, link->ifindex);
}

/* Whether the link has no program of ours that redirects to an existing veth pair: the
 * rest of ours there can be removed. */
static gboolean
is_stale (ClatRtnl *host, int ifindex)
{
  struct clat_redirect configured = {0};
  guint32 program;
  ClatLink outside;

  return clat_foreign_hook_get (host, ifindex, CLAT_TC_INGRESS, NAME_IN, &program, NULL)
         && !(clat_redirect_programs_read (program, &configured)
              && clat_link_get_by_index (host, configured.veth, &outside, NULL));
}

void
clat_redirect_sweep (ClatRtnl *host)
{
  g_autoptr (GArray) links = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GError) error = NULL;

  if (clat_link_list (host, append_link, links, &error))
    for (guint i = 0; i < links->len && error == NULL; i++)
      if (is_stale (host, g_array_index (links, int, i)))
        clat_redirect_release (host, g_array_index (links, int, i), &error);
  if (error != NULL)
    g_warning ("cannot remove stale programs from the links: %s", error->message);
}
