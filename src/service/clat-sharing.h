/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the translator of one connection shares the IPv6 address of the host, and the
 * address that it uses in consequence. */
#pragma once

#include "clat-address-setting.h"
#include "clat-kernel.h"
#include "clat-shared-addresses.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean shares; /* as the network gives no other */
  guint since;     /* the link's number of carriers */
  ClatSharedAddresses addresses;
} ClatSharing;

/* To call in each pass. need->has_host_address is set here. TRUE if the translator shares
 * the address from now on. */
gboolean clat_sharing_update (ClatSharing *self, const ClatHostLink *link,
                              ClatAddressNeed *need, gint64 now);

/* Sets the members of wanted that depend on the choice; its identifier is set. */
void clat_sharing_choose_address (const ClatSharing *self,
                                  const ClatAddressSetting *setting,
                                  const ClatHostLink *link, ClatWanted *wanted);

G_END_DECLS
