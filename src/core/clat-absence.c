/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a router has exchanged a prefix or only names its prefixes in several
 * advertisements. */
#include "clat-absence.h"

#include "clat-expiry.h"

#define INTERVAL (CLAT_ABSENCE_INTERVAL_SECONDS * (gint64)G_USEC_PER_SEC)

/* More would overflow, and is later than the end of any lifetime. */
#define MAX_RETURNS 16

void
clat_absence_note (ClatAbsence *self, gint64 now)
{
  if (self->count > 0 && now < self->counted + INTERVAL)
    return;
  self->count++;
  self->counted = now;
}

void
clat_absence_end (ClatAbsence *self)
{
  if (clat_absence_is_exchange (self) && self->n_returns < MAX_RETURNS)
    self->n_returns++;
  self->count = 0;
}

gboolean
clat_absence_is_exchange (const ClatAbsence *self)
{
  return self->count >= CLAT_ABSENCE_LIMIT << self->n_returns;
}

gint64
clat_absence_get_solicitation (const ClatAbsence *self)
{
  return self->count > 0 && self->count < CLAT_ABSENCE_LIMIT ? self->counted + INTERVAL
                                                             : CLAT_NEVER;
}
