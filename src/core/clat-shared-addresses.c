/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host's IPv6 addresses that a translator may share. */
#include "clat-shared-addresses.h"

#include "clat-expiry.h"

/* Longer than duplicate address detection takes when the address is added again. */
#define GRACE_US (5 * (gint64)G_USEC_PER_SEC)

/* Returns how many. */
static guint
select_stable (const ClatSourceAddress *addresses, guint count,
               ClatSourceAddress selected[CLAT_MAX_ADDRESSES])
{
  gboolean has_stable = FALSE;
  guint n = 0;

  for (guint i = 0; i < count; i++)
    has_stable |= !addresses[i].is_temporary && !addresses[i].is_deprecated;
  for (guint i = 0; i < count && n < CLAT_MAX_ADDRESSES; i++)
    if (!has_stable || !addresses[i].is_temporary)
      selected[n++] = addresses[i];
  return n;
}

static gboolean
contains (const ClatSharedAddresses *self, const struct in6_addr *address)
{
  for (guint i = 0; i < self->n; i++)
    if (IN6_ARE_ADDR_EQUAL (&self->addresses[i].address, address))
      return TRUE;
  return FALSE;
}

/* New connections use it only if there is no other. */
static void
keep (ClatSharedAddresses *self, const ClatSourceAddress *lost, gint64 until)
{
  self->addresses[self->n] = *lost;
  self->addresses[self->n].is_deprecated = TRUE;
  self->until[self->n] = until;
  self->n++;
}

void
clat_shared_addresses_follow (ClatSharedAddresses *self,
                              const ClatSourceAddress *addresses, guint count, gint64 now)
{
  const ClatSharedAddresses before = *self;

  *self = (ClatSharedAddresses){0};
  self->n = select_stable (addresses, count, self->addresses);
  for (guint i = 0; i < before.n && self->n < CLAT_MAX_ADDRESSES; i++)
    {
      gint64 until = before.until[i] == 0 ? now + GRACE_US : before.until[i];

      if (!contains (self, &before.addresses[i].address) && now < until)
        keep (self, &before.addresses[i], until);
    }
}

const struct in6_addr *
clat_shared_addresses_get_current (const ClatSharedAddresses *self)
{
  for (guint i = 0; i < self->n; i++)
    if (!self->addresses[i].is_deprecated)
      return &self->addresses[i].address;
  return NULL;
}

gint64
clat_shared_addresses_get_next (const ClatSharedAddresses *self)
{
  gint64 next = CLAT_NEVER;

  for (guint i = 0; i < self->n; i++)
    if (self->until[i] != 0)
      next = MIN (next, self->until[i]);
  return next;
}
