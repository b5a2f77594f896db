/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A traced packet as text and as JSON. */
#pragma once

#include "clat-trace-packet.h"

G_BEGIN_DECLS

/* before, after: in words; NULL where there is no packet. time: in us since 1970. */
char *trace_print_to_text (const ClatTraceRecord *record, gint64 time, const char *before,
                           const char *after);
char *trace_print_to_json (const ClatTraceRecord *record, gint64 time, const char *before,
                           const char *after);

/* Its way, and what has happened to it: for a file of packets. */
char *trace_print_to_comment (const ClatTraceRecord *record);

G_END_DECLS
