/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Announces a translator's IPv6 address to its neighbours. */
#include "clat-announcement.h"

#include <string.h>

#include "clat-ipv6-address.h"
#include "clat-neighbour-advertisement.h"
#include "clat-netns.h"
#include "clat-plan.h"

typedef struct
{
  ClatLink parent;
  GError *error;
} HostAnnouncement;

static void
announce_host_address (const ClatIpv6Address *address, gpointer data)
{
  HostAnnouncement *self = data;

  if (self->error == NULL && address->ifindex == self->parent.ifindex
      && clat_ipv6_address_may_be_used (address) && !(address->flags & IFA_F_OPTIMISTIC))
    clat_neighbour_advertisement_send (&self->parent, &address->ipv6.address, TRUE,
                                       &self->error);
}

static gboolean
announce_host (ClatRtnl *host, int parent, GError **error)
{
  HostAnnouncement announcement = {0};

  if (!clat_link_get_by_index (host, parent, &announcement.parent, error)
      || !clat_ipv6_address_list (host, announce_host_address, &announcement, error))
    return FALSE;
  if (announcement.error != NULL)
    g_propagate_error (error, announcement.error);
  return announcement.error == NULL;
}

static gboolean
announce (const ClatAnnouncement *self, ClatNamespace *namespace, const ClatLink *uplink,
          gboolean overrides, GError **error)
{
  int home = clat_netns_enter (clat_namespace_get_netns (namespace), error);
  gboolean sent;

  if (home < 0)
    return FALSE;

  sent = clat_neighbour_advertisement_send (uplink, &self->address, overrides, error);
  clat_netns_leave (home);
  return sent;
}

gboolean
clat_announcement_update (ClatAnnouncement *self, ClatNamespace *namespace,
                          ClatRtnl *host, int parent, const ClatObserved *observed,
                          GError **error)
{
  const ClatLink *uplink = &observed->links.uplink;
  gboolean has_address = IN6_ARE_ADDR_EQUAL (&self->address, &observed->actual.ipv6);
  gboolean has_new_mac =
      has_address && memcmp (self->mac, uplink->mac, sizeof self->mac) != 0;
  gboolean overrides = has_new_mac && clat_plan_may_override (&observed->actual);

  if (has_address && !has_new_mac && !self->is_to_be_repeated)
    return TRUE;

  /* Before it is sent: an error is not repeated in every pass. */
  self->address = observed->actual.ipv6;
  memcpy (self->mac, uplink->mac, sizeof self->mac);
  self->is_to_be_repeated = FALSE;
  return announce (self, namespace, uplink, overrides, error)
         && (!overrides || announce_host (host, parent, error));
}

void
clat_announcement_repeat (ClatAnnouncement *self)
{
  self->is_to_be_repeated = TRUE;
}
