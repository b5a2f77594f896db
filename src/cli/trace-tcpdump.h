/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tcpdump, which knows how packets are described and what filters mean. */
#pragma once

#include "trace-pcapng.h"

G_BEGIN_DECLS

/* Fails if it is not installed. */
gboolean trace_tcpdump_exists (GError **error);

/* Whether packets match a filter. */
typedef struct _TraceFilter TraceFilter;

/* words: as on tcpdump's command line. Fails if they are not a filter. */
TraceFilter *trace_filter_new (char *const *words, GError **error);
void trace_filter_free (TraceFilter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TraceFilter, trace_filter_free)

gboolean trace_filter_matches (TraceFilter *self, const ClatTracePacket *packet);

/* Describes packets. */
typedef struct _TraceWords TraceWords;

TraceWords *trace_words_new (GError **error);
void trace_words_free (TraceWords *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TraceWords, trace_words_free)

/* One line, without a time; cleaned for a terminal. */
char *trace_words_of (TraceWords *self, const ClatTracePacket *packet, GError **error);

G_END_DECLS
