/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts the packets together that are the same one before and after translation. */
#include "clat-trace-pairing.h"

#include <linux/pkt_cls.h>

#include "clat-shared.h"
#include "xlat-reason.h"

/* Packets that clat-xlat has received: more are reported as if it had not sent them. */
#define MAX_WAITING 256

typedef struct
{
  guint cpu;
  ClatTraceEvent event;
  ClatTracePacket packet;
} Stored;

/* A packet with which a program has begun on one CPU. */
typedef struct
{
  guint64 began;
  ClatTracePacket packet;
} Begun;

struct _ClatTracePairing
{
  ClatPrefix prefix;
  ClatTraceFunc function;
  gpointer data;
  GArray *stored;    /* Stored */
  GHashTable *begun; /* Begun by CPU */
  GQueue waiting;    /* ClatTraceRecord: what clat-xlat has received, the oldest first */
};

static void
clear_stored (gpointer data)
{
  Stored *stored = data;

  clat_trace_packet_clear (&stored->packet);
}

static void
free_begun (gpointer data)
{
  Begun *begun = data;

  clat_trace_packet_clear (&begun->packet);
  g_free (begun);
}

static void
free_record (gpointer data)
{
  clat_trace_record_clear (data);
  g_free (data);
}

ClatTracePairing *
clat_trace_pairing_new (const ClatPrefix *prefix, ClatTraceFunc function, gpointer data)
{
  ClatTracePairing *self = g_new0 (ClatTracePairing, 1);

  self->prefix = *prefix;
  self->function = function;
  self->data = data;
  self->stored = g_array_new (FALSE, FALSE, sizeof (Stored));
  g_array_set_clear_func (self->stored, clear_stored);
  self->begun = g_hash_table_new_full (NULL, NULL, NULL, free_begun);
  g_queue_init (&self->waiting);
  return self;
}

void
clat_trace_pairing_free (ClatTracePairing *self)
{
  g_array_unref (self->stored);
  g_hash_table_unref (self->begun);
  g_queue_clear_full (&self->waiting, free_record);
  g_free (self);
}

static ClatTracePacket
steal (ClatTracePacket *packet)
{
  ClatTracePacket stolen = *packet;

  packet->data = NULL;
  return stolen;
}

static void
begin (ClatTracePairing *self, guint cpu, guint64 began, ClatTracePacket *packet)
{
  Begun *begun = g_new0 (Begun, 1);

  begun->began = began;
  begun->packet = steal (packet);
  g_hash_table_replace (self->begun, GUINT_TO_POINTER (cpu), begun);
}

/* Events may be lost: then there is no packet. */
static ClatTracePacket
end (ClatTracePairing *self, guint cpu, guint64 began)
{
  Begun *begun = g_hash_table_lookup (self->begun, GUINT_TO_POINTER (cpu));

  if (begun == NULL || begun->began != began)
    return (ClatTracePacket){0};
  return steal (&begun->packet);
}

static void
report_oldest (ClatTracePairing *self)
{
  ClatTraceRecord *record = g_queue_pop_head (&self->waiting);

  self->function (record, self->data);
  free_record (record);
}

static void
wait_for_slow (ClatTracePairing *self, ClatTraceRecord *record)
{
  ClatTraceRecord *waiting = g_new0 (ClatTraceRecord, 1);

  *waiting = *record;
  waiting->way = CLAT_TRACE_WAY_SLOW;
  clat_trace_packet_clear (&waiting->after);
  record->before.data = record->after.data = NULL;

  if (g_queue_get_length (&self->waiting) >= MAX_WAITING)
    report_oldest (self);
  g_queue_push_tail (&self->waiting, waiting);
}

/* clat-xlat sends packets in the order in which it received them. */
static GList *
find_waiting (ClatTracePairing *self, const ClatTracePacket *after, gboolean is_out)
{
  for (GList *link = self->waiting.head; link != NULL; link = link->next)
    {
      ClatTraceRecord *record = link->data;

      if (record->is_out == is_out
          && clat_trace_packet_matches (&record->before, after, &self->prefix, is_out))
        return link;
    }
  return NULL;
}

static void
end_slow (ClatTracePairing *self, ClatTraceRecord *sent)
{
  GList *link;

  sent->is_out = clat_trace_packet_is_ipv6 (&sent->after);
  sent->way = CLAT_TRACE_WAY_SLOW;
  clat_trace_packet_clear (&sent->before);

  link = find_waiting (self, &sent->after, sent->is_out);
  if (link != NULL)
    {
      ClatTraceRecord *received = link->data;

      sent->time = received->time;
      sent->before = steal (&received->before);
      free_record (received);
      g_queue_delete_link (&self->waiting, link);
    }
  self->function (sent, self->data);
}

static void
end_translation (ClatTracePairing *self, ClatTraceRecord *record, guint32 verdict)
{
  record->is_out = !clat_trace_packet_is_ipv6 (&record->before);
  record->is_dropped = verdict == TC_ACT_SHOT;

  /* All others pass: those of the namespace's own, or to the next program. */
  if (verdict != TC_ACT_REDIRECT && !record->is_dropped)
    return;
  if (record->is_dropped)
    clat_trace_packet_clear (&record->after);
  else if (clat_trace_packet_is_ipv6 (&record->after) != record->is_out)
    {
      wait_for_slow (self, record);
      return;
    }
  self->function (record, self->data);
}

static void
handle_end (ClatTracePairing *self, guint cpu, const ClatTraceEvent *event,
            ClatTracePacket *packet)
{
  g_auto (ClatTraceRecord) record = {0};

  record.before = end (self, cpu, event->began);
  record.after = steal (packet);
  if (record.after.data == NULL
      || (record.before.data == NULL && event->program != CLAT_PROGRAM_SLOW))
    return;

  record.time = event->began / 1000;
  record.way =
      event->program == CLAT_PROGRAM_DIRECT ? CLAT_TRACE_WAY_DIRECT : CLAT_TRACE_WAY_FAST;
  if (event->reason != XLAT_REASON_NONE)
    record.reason = xlat_reason_to_string (event->reason);
  if (event->program != CLAT_PROGRAM_SLOW)
    end_translation (self, &record, event->verdict);
  else if (event->verdict == TC_ACT_REDIRECT)
    end_slow (self, &record);
}

void
clat_trace_pairing_add (ClatTracePairing *self, guint cpu, const ClatTraceEvent *event,
                        ClatTracePacket *packet)
{
  Stored stored = {.cpu = cpu, .event = *event, .packet = steal (packet)};

  g_array_append_val (self->stored, stored);
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  const Stored *left = a, *right = b;

  return (left->event.began > right->event.began)
         - (left->event.began < right->event.began);
}

guint
clat_trace_pairing_run (ClatTracePairing *self, guint64 time)
{
  guint n = 0;

  /* Stable: the begin of a program stays before its end. */
  g_array_sort (self->stored, compare_times);
  for (; n < self->stored->len; n++)
    {
      Stored *stored = &g_array_index (self->stored, Stored, n);

      if (stored->event.began >= time)
        break;
      if (stored->event.has_ended)
        handle_end (self, stored->cpu, &stored->event, &stored->packet);
      else
        begin (self, stored->cpu, stored->event.began, &stored->packet);
    }
  if (n > 0)
    g_array_remove_range (self->stored, 0, n);
  return self->stored->len;
}

void
clat_trace_pairing_expire (ClatTracePairing *self, gint64 time)
{
  const ClatTraceRecord *oldest;

  while ((oldest = g_queue_peek_head (&self->waiting)) != NULL && oldest->time < time)
    report_oldest (self);
}
