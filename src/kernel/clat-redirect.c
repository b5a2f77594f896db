/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The uplink of a translator on an interface that cannot carry an ipvlan or macvlan. */
#include "clat-redirect.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clat-bpf.h"
#include "clat-foreign-ingress.h"
#include "clat-link-change.h"
#include "clat-sysctl.h"
#include "clat-tc.h"
#include "redirect.skel.h"

/* NetworkManager and udev are configured to ignore interfaces of this name. */
#define NAME_FORMAT "clat-up-%d"

/* The alias of the host's end, which records the ifindex of the link. */
#define ALIAS_FORMAT "of %d"

#define NAME_IN "clat_nm_in"

/* The maximum of a veth. The inner end has the MTU of the link. */
#define OUTSIDE_MTU 65535

/* The kernel's name of the map is preceded by the name of the object. */
#define RODATA_NAME   ".rodata"
#define MAX_CONSTANTS 4096

static guint64
get_build (void)
{
  static guint64 build;

  if (build == 0)
    {
      size_t size;
      const void *object = redirect__elf_bytes (&size);

      build = clat_bpf_identify (object, size);
    }
  return build;
}

static gboolean
set_up_outside (ClatRtnl *host, const char *name, int parent, GError **error)
{
  g_autofree char *disable_ipv6 = g_strdup_printf ("ipv6/conf/%s/disable_ipv6", name);
  g_autofree char *alias = g_strdup_printf (ALIAS_FORMAT, parent);
  ClatLink outside;

  return clat_link_get (host, name, &outside, error)
         && clat_sysctl_set (disable_ipv6, "1", error)
         && clat_link_set_alias (host, outside.ifindex, alias, error)
         && clat_link_set_flags (host, outside.ifindex, IFF_UP | IFF_NOARP, error);
}

static gboolean
check_parent (ClatRtnl *host, int parent, GError **error)
{
  ClatLink link;

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
clat_redirect_make (ClatRtnl *host, int parent, const char *inside, int netns,
                    GError **error)
{
  g_autofree char *name = g_strdup_printf (NAME_FORMAT, parent);

  return check_parent (host, parent, error)
         && clat_link_add_veth (host, name, inside, netns, OUTSIDE_MTU, error)
         && set_up_outside (host, name, parent, error);
}

static gboolean
read_configured (guint32 program, struct clat_redirect *configured)
{
  /* The compiler adds constants of its own behind the configuration. */
  union
  {
    struct redirect__rodata rodata;
    char bytes[MAX_CONSTANTS];
  } data = {0};
  int fd = program == 0 ? -1
                        : clat_bpf_open_map (program, RODATA_NAME,
                                             sizeof data.rodata.redirect, sizeof data);
  guint32 key = 0;
  gboolean read;

  if (fd < 0)
    return FALSE;

  read = bpf_map_lookup_elem (fd, &key, &data) == 0;
  close (fd);
  if (read)
    memcpy (configured, (const void *)&data.rodata.redirect, sizeof *configured);
  return read;
}

/* If the configurations of the two programs differ, both count as missing. */
static gboolean
read_programs (ClatRedirect *self, ClatRtnl *host, GError **error)
{
  struct clat_redirect in = {0}, out = {0};
  guint32 in_id, out_id;

  if (!clat_foreign_ingress_get (host, self->parent, NAME_IN, &in_id, error)
      || !clat_tc_get (host, self->outside.ifindex, &out_id, error))
    return FALSE;

  self->has_programs = read_configured (in_id, &in) && read_configured (out_id, &out)
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
      && sscanf (self->outside.alias, ALIAS_FORMAT, &self->parent) == 1
      && find_link (host, self->parent, &parent, &local_error)
      && read_programs (self, host, &local_error))
    clat_proxy_ndp_read (&self->proxy_ndp, host, self->parent, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  self->wanted = (struct clat_redirect){
      .build = get_build (),
      .parent = self->parent,
      .veth = self->outside.ifindex,
      .has_ethernet = parent.type == ARPHRD_ETHER,
      .has_neighbours = !(inside->flags & IFF_NOARP),
  };
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
  struct redirect *programs;
  gboolean set;

  if (!join_neighbours (self, host, inner, error))
    return FALSE;

  programs = redirect__open ();
  if (programs == NULL)
    {
      clat_error_set_errno (error, errno, "opening a BPF program");
      return FALSE;
    }

  memcpy ((void *)&programs->rodata->redirect, &self->wanted, sizeof self->wanted);
  set = redirect__load (programs) == 0;
  if (!set)
    clat_error_set_errno (error, errno, "loading a BPF program");

  /* The inbound program first: replies to what is sent then find it. */
  set = set
        && clat_foreign_ingress_set (host, self->parent,
                                     bpf_program__fd (programs->progs.clat_nm_in),
                                     NAME_IN, error)
        && clat_tc_set (host, self->outside.ifindex,
                        bpf_program__fd (programs->progs.clat_nm_out), "clat_nm_out",
                        error);
  redirect__destroy (programs);
  return set;
}

gboolean
clat_redirect_release (ClatRtnl *host, int parent, GError **error)
{
  static const ClatProxyNdp none = {0};
  ClatProxyNdp left;

  return parent == 0
         || (clat_foreign_ingress_remove (host, parent, NAME_IN, error)
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

  return clat_foreign_ingress_get (host, ifindex, NAME_IN, &program, NULL)
         && !(read_configured (program, &configured)
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
