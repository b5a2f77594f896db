/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pairs of one connection, with the pool that lends their IPv4 addresses and the
 * kernel that knows which of them are in use. */
#pragma once

#include "clat-kernel.h"
#include "clat-pairs.h"
#include "clat-state.h"

G_BEGIN_DECLS

typedef struct
{
  ClatKernel *kernel; /* lent, as is the pool */
  ClatPool *pool;
  ClatPairs list;
  gint64 check; /* when to check old pairs for use; 0: no old pairs */
} ClatConnectionPairs;

/* IPv4 addresses are lent from the pool as long as packets are translated. FALSE if the
 * pool is empty. */
gboolean clat_connection_pairs_lend (ClatConnectionPairs *self, ClatGoal goal);

/* See clat_pairs_follow. */
gboolean clat_connection_pairs_follow (ClatConnectionPairs *self,
                                       const ClatActual *actual,
                                       ClatPref64Table *pref64s);

/* Takes over the pairs of a previous instance. FALSE if no working translator is left. */
gboolean clat_connection_pairs_adopt (ClatConnectionPairs *self,
                                      const ClatActual *actual);

/* Once it is time, drops the old pairs that neither a socket nor a flow of a guest uses.
 */
void clat_connection_pairs_drop_old (ClatConnectionPairs *self, gint64 now);

/* Sets the time of that check, if there are old pairs now. */
void clat_connection_pairs_note_old (ClatConnectionPairs *self, gint64 now);

/* Whether a socket on the host uses one of the addresses. */
gboolean clat_connection_pairs_has_socket (const ClatConnectionPairs *self);

/* Keeps the flows of guests that use one of the addresses on the translator of that name,
 * instead of those kept before. Returns their number. */
guint clat_connection_pairs_hold_guests (const ClatConnectionPairs *self,
                                         const char *name);

/* The gateway of the IPv4 routes; 0.0.0.0 if other programs have all addresses of the
 * pool. */
struct in_addr clat_connection_pairs_get_gateway (const ClatConnectionPairs *self);

void clat_connection_pairs_clear (ClatConnectionPairs *self);

G_END_DECLS
