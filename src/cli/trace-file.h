/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pcapng file with traced packets. */
#pragma once

#include "trace-pcapng.h"

G_BEGIN_DECLS

typedef struct _TraceFile TraceFile;

/* Replaces the file of that name. interface: the one of which the file is. */
TraceFile *trace_file_new (const char *path, const char *interface, GError **error);
void trace_file_free (TraceFile *self);

/* Writes both packets of the record. */
gboolean trace_file_write (TraceFile *self, const ClatTraceRecord *record, gint64 time,
                           GError **error);

G_END_DECLS
