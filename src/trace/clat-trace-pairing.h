/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts the packets together that are the same one before and after translation. */
#pragma once

#include "clat-trace-packet.h"

G_BEGIN_DECLS

/* A program of the data path has begun or ended with a packet. */
typedef struct
{
  guint64 began;   /* ns of CLOCK_MONOTONIC */
  guint32 program; /* enum clat_program */
  gboolean has_ended;
  guint32 verdict; /* TC_ACT_* */
  guint32 reason;  /* enum xlat_reason */
} ClatTraceEvent;

typedef struct _ClatTracePairing ClatTracePairing;

/* Called for each packet when its fate is known; the record is lent. */
typedef void (*ClatTraceFunc) (const ClatTraceRecord *record, gpointer data);

ClatTracePairing *clat_trace_pairing_new (const ClatPrefix *prefix,
                                          ClatTraceFunc function, gpointer data);
void clat_trace_pairing_free (ClatTracePairing *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatTracePairing, clat_trace_pairing_free)

/* Stores an event. Those of one CPU come in the order in which they happened. Takes the
 * data of packet. */
void clat_trace_pairing_add (ClatTracePairing *self, guint cpu,
                             const ClatTraceEvent *event, ClatTracePacket *packet);

/* Puts together the packets of programs that began before time, in ns, in their order.
 * Returns how many events it leaves. */
guint clat_trace_pairing_run (ClatTracePairing *self, guint64 time);

/* Reports packets that clat-xlat received before time, in us, and has not sent. */
void clat_trace_pairing_expire (ClatTracePairing *self, gint64 time);

G_END_DECLS
