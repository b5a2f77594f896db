/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets as the data path got them and as it sent them. */
#pragma once

#include <glib.h>

#include "clat-prefix.h"

G_BEGIN_DECLS

/* An IP packet without link-layer header. */
typedef struct
{
  guint8 *data; /* NULL: no packet */
  guint captured;
  guint length; /* the packet's; more than captured if only a part was captured */
} ClatTracePacket;

/* Takes the IP packet out of a frame of length octets, of which captured were sent. */
ClatTracePacket clat_trace_packet_new (const guint8 *frame, guint captured, guint length);
void clat_trace_packet_clear (ClatTracePacket *self);

gboolean clat_trace_packet_is_ipv6 (const ClatTracePacket *self);

/* Whether packets of the two families may be the same one before and after translation
 * with that prefix: they have the same protocol and peer. is_out: from IPv4 to IPv6. */
gboolean clat_trace_packet_matches (const ClatTracePacket *before,
                                    const ClatTracePacket *after,
                                    const ClatPrefix *prefix, gboolean is_out);

typedef enum
{
  CLAT_TRACE_WAY_DIRECT, /* by the program at the host's end of the veth pair */
  CLAT_TRACE_WAY_FAST,   /* by a program in the namespace */
  CLAT_TRACE_WAY_SLOW,   /* by clat-xlat */
} ClatTraceWay;

/* What became of one packet. */
typedef struct
{
  gint64 time; /* us of CLOCK_MONOTONIC */
  gboolean is_out;
  ClatTraceWay way;
  gboolean is_dropped;    /* by the fast path */
  const char *reason;     /* of the drop, as on the bus; NULL: unknown */
  ClatTracePacket before; /* without data: clat-xlat sent the other one by itself, as an
                             ICMP error, or it is one of several fragments */
  ClatTracePacket after; /* without data: dropped, or clat-xlat has sent nothing so far */
} ClatTraceRecord;

void clat_trace_record_clear (ClatTraceRecord *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ClatTraceRecord, clat_trace_record_clear)

G_END_DECLS
