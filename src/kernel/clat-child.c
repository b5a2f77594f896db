/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A child interface in a namespace, of whichever kind its parent takes: ipvlan with the
 * parent's MAC address, which every network takes, else macvlan.
 *
 * A parent has children of one kind only. All its ipvlan children share one mode, and the
 * last one that is made sets it for all: where others have another one than L2, none may
 * be added. A parent that is an ipvlan itself is one of them: what is made is a sibling.
 */
#include "clat-child.h"

#include <linux/if_link.h>

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
add (const ClatChild *self, ClatRtnl *host, ClatUplink kind, GError **error)
{
  return clat_link_add_child (host, kind, self->name, self->parent, self->netns,
                              self->mac, error);
}

static gboolean
remove_again (const ClatChild *self, GError **error)
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
check_unseen (const ClatChild *self, ClatRtnl *host, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (add (self, host, CLAT_UPLINK_MACVLAN, &local_error))
    return remove_again (self, error);
  if (g_error_matches (local_error, CLAT_ERROR, CLAT_ERROR_BUSY))
    return refuse (error);
  g_debug ("%s: no macvlan: %s", self->name, local_error->message);
  return TRUE;
}

gboolean
clat_child_add (const ClatChild *self, ClatRtnl *host, GError **error)
{
  Siblings siblings = {.parent = self->parent};
  g_autoptr (GError) local_error = NULL;

  if (!clat_link_list (host, note_sibling, &siblings, error))
    return FALSE;
  if (siblings.has_other)
    return refuse (error);
  if (!siblings.has_l2 && !check_unseen (self, host, error))
    return FALSE;
  if (add (self, host, CLAT_UPLINK_IPVLAN, &local_error))
    return TRUE;

  if (self->keeps_mac)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  g_debug ("%s: no ipvlan: %s", self->name, local_error->message);
  return add (self, host, CLAT_UPLINK_MACVLAN, error);
}
