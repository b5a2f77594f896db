/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Namespaces of translators that have lost their names while nobody was there. The host's
 * end of the veth pair still tells the number by which the host knows the namespace of
 * the other end: links can be asked for there and be put there, but nobody can enter it
 * by that. */
#include "clat-orphan.h"

#include <string.h>
#include <unistd.h>

#include "clat-link-change.h"
#include "clat-link.h"
#include "clat-names.h"
#include "clat-tun.h"

/* The kernel puts a number that is free. */
#define GUIDE_FORMAT "clat-to-%d"

typedef struct
{
  const char *prefix;
  GStrvBuilder *names;
} Listing;

/* A namespace of ours, and this pair is the way into it. Somebody else's is not touched.
 */
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

/* A tun device that has been put there tells where it is. */
static ClatNetns *
follow (int netns, ClatRtnl *host, GError **error)
{
  char name[IFNAMSIZ] = GUIDE_FORMAT;
  int guide = clat_tun_open (name, 0, error);
  int found = -1;
  ClatLink link;

  if (guide < 0)
    return NULL;

  if (clat_link_get (host, name, &link, error)
      && clat_link_move (host, link.ifindex, netns, error))
    found = clat_tun_open_netns (guide, error);
  close (guide);
  return found < 0 ? NULL : clat_netns_wrap (found);
}

ClatNetns *
clat_orphan_find (const char *name, ClatRtnl *host, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  ClatLink veth;

  if (clat_link_get (host, name, &veth, &local_error))
    return leads_to_ours (&veth, host) ? follow (veth.peer_netns, host, error) : NULL;

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
