/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long an IPv6 address for the translator is waited for. */
#include "clat-address-wait.h"

#include "clat-expiry.h"

#define US_PER_SECOND G_GINT64_CONSTANT (1000000)

/* Duplicate address detection takes a second for each try, routers answer within half of
 * one (RFC 4861, 6.2.6): after this long something is missing. */
#define OVERDUE_US (10 * US_PER_SECOND)

/* Where no router offers SLAAC, an address that was waited for since the routers had this
 * time to answer will not come: they delay an answer by three seconds at most (RFC
 * 4861, 6.2.6). */
#define ANSWER_US (4 * US_PER_SECOND)

static gint64
get_end (const ClatAddressWait *self)
{
  return self->waiting_since
         + (self->slaac == CLAT_SLAAC_OFFERED ? OVERDUE_US : ANSWER_US);
}

gboolean
clat_address_wait_is_overdue (const ClatAddressWait *self, gint64 now)
{
  return self->waiting_since != 0 && now >= get_end (self);
}

gboolean
clat_address_wait_lacks_slaac (const ClatAddressWait *self, gint64 now)
{
  if (self->slaac == CLAT_SLAAC_UNKNOWN)
    return now >= self->routers_solicited + ANSWER_US;
  return self->slaac == CLAT_SLAAC_NONE || clat_address_wait_is_overdue (self, now);
}

gint64
clat_address_wait_get_next (const ClatAddressWait *self, gint64 now)
{
  gint64 next = CLAT_NEVER;

  if (self->waiting_since == 0)
    return CLAT_NEVER;
  if (!clat_address_wait_is_overdue (self, now))
    next = get_end (self);
  if (self->slaac == CLAT_SLAAC_UNKNOWN && !clat_address_wait_lacks_slaac (self, now))
    next = MIN (next, self->routers_solicited + ANSWER_US);
  return next;
}
