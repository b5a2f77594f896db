/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the translator of one connection shares the IPv6 address of the host. */
#include "clat-sharing.h"

#include <string.h>

/* A shared address is kept until it vanishes, or what may be another network offers
 * SLAAC: a change cuts all connections. */
gboolean
clat_sharing_update (ClatSharing *self, const ClatHostLink *link, ClatAddressNeed *need,
                     gint64 now)
{
  clat_shared_addresses_follow (&self->addresses, link->addresses, link->n_addresses,
                                now);
  if (self->addresses.n == 0
      || (link->carriers != self->since && link->slaac == CLAT_SLAAC_OFFERED))
    self->shares = FALSE;

  need->has_host_address = self->addresses.n > 0;
  if (self->shares || !clat_address_need_is_to_share (need))
    return FALSE;

  self->shares = TRUE;
  self->since = link->carriers;
  return TRUE;
}

void
clat_sharing_choose_address (const ClatSharing *self, const ClatAddressSetting *setting,
                             const ClatHostLink *link, ClatWanted *wanted)
{
  ClatAddressChoice choice = setting->choice;

  if (choice == CLAT_ADDRESS_AUTO)
    choice = self->shares ? CLAT_ADDRESS_SHARED : CLAT_ADDRESS_OWN;
  wanted->address = choice;
  switch (choice)
    {
    case CLAT_ADDRESS_AUTO:
    case CLAT_ADDRESS_OWN:
      return;
    case CLAT_ADDRESS_SHARED:
      wanted->n_given = self->addresses.n;
      memcpy (wanted->given, self->addresses.addresses, sizeof wanted->given);
      break;
    case CLAT_ADDRESS_ROUTED:
      wanted->given[0] =
          clat_address_setting_make_routed (&setting->prefix, wanted->identifier);
      wanted->n_given = 1;
      break;
    }
  /* No advertisement tells the uplink of a lower one. */
  wanted->parent_mtu = link->mtu6;
}
