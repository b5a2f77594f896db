/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets of one interface as a pcapng file: of IP packets without link-layer header. */
#pragma once

#include "clat-trace-packet.h"

G_BEGIN_DECLS

void trace_pcapng_append_header (GByteArray *into, const char *interface);

/* time: in us since 1970. comment: UTF-8, NULL: none. */
void trace_pcapng_append_packet (GByteArray *into, gint64 time,
                                 const ClatTracePacket *packet, const char *comment);

G_END_DECLS
