/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A running trace of one translator: its BPF programs send packets while it runs. */
#pragma once

#include "clat-trace-pairing.h"

G_BEGIN_DECLS

typedef struct _ClatTrace ClatTrace;

/* Calls function from the main loop. */
ClatTrace *clat_trace_new (const ClatPrefix *prefix, ClatTraceFunc function,
                           gpointer data);
void clat_trace_free (ClatTrace *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatTrace, clat_trace_free)

/* Traces the programs that the translator in the namespace of this thread has now, and
 * others no longer. Error CLAT_ERROR_GONE if it has none, CLAT_ERROR_BUSY if another
 * process traces them. */
gboolean clat_trace_follow (ClatTrace *self, GError **error);

/* Ends the trace, and reports all packets so far. */
void clat_trace_stop (ClatTrace *self);

/* How many times the kernel had no room for an event. */
guint64 clat_trace_get_n_lost (ClatTrace *self);

G_END_DECLS
