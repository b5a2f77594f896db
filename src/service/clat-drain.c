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

static gboolean
is_used (ClatDrain *self, const char *name, const ClatConnectionPairs *pairs)
{
  gboolean has_guests = clat_connection_pairs_hold_guests (pairs, name) > 0;

  self->has_no_rules = FALSE;
  return has_guests || clat_connection_pairs_has_socket (pairs);
}

/* The guests' packets take the best route again. A flow that goes on there ends with its
 * next packet: the NAT of the host has another address for it. */
static void
release_guests (ClatDrain *self, const char *name, const ClatConnectionPairs *pairs)
{
  if (!self->has_no_rules)
    clat_kernel_hold_guest_flows (pairs->kernel, name, NULL, 0);
  self->has_no_rules = TRUE;
}

void
clat_drain_update (ClatDrain *self, const char *name, guint seconds,
                   const ClatHostLink *link, const ClatActual *actual,
                   const ClatConnectionPairs *pairs, ClatSituation *situation, gint64 now)
{
  if (!is_allowed (situation, link))
    self->until = 0;
  else if (self->until == 0 && actual->n_routes > 0)
    self->until = now + seconds * (gint64)G_USEC_PER_SEC;

  if (self->until != 0 && (now >= self->until || !is_used (self, name, pairs)))
    self->until = 0;
  if (self->until == 0)
    release_guests (self, name, pairs);
  situation->is_draining = self->until != 0;
}

gint64
clat_drain_get_next (const ClatDrain *self, gint64 now)
{
  return self->until == 0 ? CLAT_NEVER
                          : MIN (self->until, now + CHECK_SECONDS * G_USEC_PER_SEC);
}
