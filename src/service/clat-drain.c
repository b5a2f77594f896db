/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The drain of one connection beside native IPv4. */
#include "clat-drain.h"

#include "clat-expiry.h"

/* How often it is checked whether anything still uses the translator. */
#define CHECK_SECONDS 1

/* Not past a VPN that takes over native IPv4. */
static gboolean
is_allowed (const ClatSituation *situation, const ClatHostLink *link)
{
  return clat_situation_judge (situation).state == CLAT_STATE_NATIVE
         && situation->is_connected && situation->pref64 != NULL
         && !link->has_better_default;
}

void
clat_drain_update (ClatDrain *self, guint seconds, const ClatHostLink *link,
                   const ClatActual *actual, const ClatConnectionPairs *pairs,
                   ClatSituation *situation, gint64 now)
{
  if (!is_allowed (situation, link))
    self->until = 0;
  else if (self->until == 0 && actual->n_routes > 0)
    self->until = now + seconds * (gint64)G_USEC_PER_SEC;

  if (self->until != 0
      && (now >= self->until || !clat_connection_pairs_has_socket (pairs)))
    self->until = 0;
  situation->is_draining = self->until != 0;
}

gint64
clat_drain_get_next (const ClatDrain *self, gint64 now)
{
  return self->until == 0 ? CLAT_NEVER
                          : MIN (self->until, now + CHECK_SECONDS * G_USEC_PER_SEC);
}
