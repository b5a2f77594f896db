/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The drain of one connection: native IPv4 takes over at once, but connections that were
 * established through the NAT64 may go on for a while. */
#pragma once

#include "clat-connection-pairs.h"
#include "clat-host-watch.h"
#include "clat-state.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 until;          /* 0: no drain */
  gboolean has_no_rules; /* no guest's flow is held; FALSE: unknown, after a start */
} ClatDrain;

/* To call in each pass: begins, goes on with or ends the drain of the translator of that
 * name, which lasts seconds at most, and sets the situation's member. Nothing begins
 * unless actual has a translator that works. */
void clat_drain_update (ClatDrain *self, const char *name, guint seconds,
                        const ClatHostLink *link, const ClatActual *actual,
                        const ClatConnectionPairs *pairs, ClatSituation *situation,
                        gint64 now);

/* When to call it again if nothing happens before. */
gint64 clat_drain_get_next (const ClatDrain *self, gint64 now);

G_END_DECLS
