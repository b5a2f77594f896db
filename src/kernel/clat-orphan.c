/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Namespaces of translators that lost their names while no instance of the service ran.
 * The host's end of the veth pair still has the id of the peer's namespace: by that id,
 * interfaces can be read there and moved there, but no process can enter it. */
#include "clat-orphan.h"

#include <string.h>
#include <unistd.h>

#include "clat-link-change.h"
#include "clat-link.h"
#include "clat-names.h"
#include "clat-tun.h"

/* Temporary interfaces; the kernel inserts a free number. */
#define TUN_NAME_FORMAT "clat-to-%d"

typedef struct
{
  const char *prefix;
  GStrvBuilder *names;
} Listing;

/* Whether the peer is in one of our namespaces, as its inner interface. Other namespaces
 * are not touched. */
static gboolean
leads_to_ours (const ClatLink *veth, ClatRtnl *host)
{
  ClatLink loopback, inner;

  return veth->peer_netns >= 0
         && clat_link_get_in (host, veth->peer_netns, "lo", &loopback, NULL)
         && g_str_equal (loopback.alias, CLAT_NAMESPACE_MARK)
         && clat_link_get_in (host, veth->peer_netns, CLAT_NAME_INNER, &inner, NULL)
         && inner.ifindex == veth->parent;
}

/* Opens the namespace with that id: a tun device is moved into it, and TUNGETDEVNETNS on
 * its descriptor returns the namespace. */
static ClatNetns *
open_by_id (int netns, ClatRtnl *host, GError **error)
{
  char name[IFNAMSIZ] = TUN_NAME_FORMAT;
  int tun = clat_tun_open (name, 0, error);
  int found = -1;
  ClatLink link;

  if (tun < 0)
    return NULL;

  if (clat_link_get (host, name, &link, error)
      && clat_link_move (host, link.ifindex, netns, error))
    found = clat_tun_open_netns (tun, error);
  close (tun);
  return found < 0 ? NULL : clat_netns_wrap (found);
}

ClatNetns *
clat_orphan_find (const char *name, ClatRtnl *host, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  ClatLink veth;

  if (clat_link_get (host, name, &veth, &local_error))
    return leads_to_ours (&veth, host) ? open_by_id (veth.peer_netns, host, error) : NULL;

  if (!g_error_matches (local_error, CLAT_ERROR, CLAT_ERROR_GONE))
    g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

static void
append_name (const ClatLink *link, gpointer data)
{
  Listing *listing = data;

  if (link->peer_netns >= 0 && g_str_has_prefix (link->name, listing->prefix))
    g_strv_builder_add (listing->names, link->name);
}

char **
clat_orphan_list (const char *prefix, ClatRtnl *host, GError **error)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  Listing listing = {prefix, names};

  return clat_link_list (host, append_name, &listing, error) ? g_strv_builder_end (names)
                                                             : NULL;
}
