/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A running trace of one translator. */
#include "clat-trace.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <glib-unix.h>
#include <net/if.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "clat-bpf.h"
#include "clat-names.h"
#include "clat-tc.h"
#include "clat-trace-shared.h"

/* The variable and the map of the BPF programs. */
#define PROCESS_NAME ".data.trace"
#define EVENTS_NAME  "trace_events"

/* Of the buffer of each CPU: room for about 120 packets between two turns of the main
 * loop. */
#define BUFFER_PAGES 128

/* Events of several CPUs are put in order once those of all CPUs have arrived. */
#define COLLECT_MS 5
#define ARRIVAL_NS (1000 * 1000)

/* clat-xlat sends a packet at once, unless it waits for fragments. */
#define SLOW_PATH_US   G_USEC_PER_SEC
#define EXPIRY_SECONDS 1

struct _ClatTrace
{
  ClatTracePairing *pairing;
  guint32 program; /* id of one of them; 0: none */
  int map;         /* of the events: the kernel removes what is in it by a descriptor when
                      that is closed */
  guint32 map_id;
  struct perf_buffer *buffer;
  guint event_source;
  guint collect_source;
  guint expiry_source;
  guint64 n_lost;
};

static gboolean
on_expiry (gpointer data)
{
  ClatTrace *self = data;

  clat_trace_pairing_expire (self->pairing, g_get_monotonic_time () - SLOW_PATH_US);
  return G_SOURCE_CONTINUE;
}

ClatTrace *
clat_trace_new (const ClatPrefix *prefix, ClatTraceFunc function, gpointer data)
{
  ClatTrace *self = g_new0 (ClatTrace, 1);

  clat_bpf_log_here ();
  self->pairing = clat_trace_pairing_new (prefix, function, data);
  self->expiry_source = g_timeout_add_seconds (EXPIRY_SECONDS, on_expiry, self);
  return self;
}

static void
on_event (void *data, int cpu, void *sample, guint32 size)
{
  ClatTrace *self = data;
  struct clat_trace_event event;
  ClatTracePacket packet;

  if (size < sizeof event)
    return;
  memcpy (&event, sample, sizeof event);
  packet =
      clat_trace_packet_new ((const guint8 *)sample + sizeof event,
                             MIN (event.captured, size - sizeof event), event.length);
  clat_trace_pairing_add (self->pairing, cpu,
                          &(ClatTraceEvent){
                              .began = event.began,
                              .program = event.program,
                              .has_ended = event.has_ended != 0,
                              .verdict = event.verdict,
                              .reason = event.reason,
                          },
                          &packet);
  clat_trace_packet_clear (&packet);
}

static void
on_lost (void *data, int cpu, unsigned long long count)
{
  ClatTrace *self = data;

  self->n_lost += count;
}

static gboolean
on_collected (gpointer data)
{
  ClatTrace *self = data;
  guint64 now = (guint64)g_get_monotonic_time () * 1000;

  perf_buffer__consume (self->buffer);
  if (clat_trace_pairing_run (self->pairing, now - ARRIVAL_NS) > 0)
    return G_SOURCE_CONTINUE;
  self->collect_source = 0;
  return G_SOURCE_REMOVE;
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer data)
{
  ClatTrace *self = data;

  perf_buffer__consume (self->buffer);
  if (self->collect_source == 0)
    self->collect_source = g_timeout_add (COLLECT_MS, on_collected, self);
  return G_SOURCE_CONTINUE;
}

static gboolean
find_program (guint32 *id, GError **error)
{
  g_autoptr (ClatRtnl) rtnl = clat_rtnl_new (error);
  int ifindex = if_nametoindex (CLAT_NAME_INNER);

  if (rtnl == NULL || !clat_tc_get (rtnl, ifindex, id, error))
    return FALSE;
  if (*id != 0)
    return TRUE;
  clat_error_set_errno (error, ENOENT, "BPF programs of the translator");
  return FALSE;
}

static gboolean
is_traced_by_other (guint32 program)
{
  guint32 process;

  return clat_bpf_read_map (program, PROCESS_NAME, &process, sizeof process)
         && process != 0 && process != (guint32)getpid () && kill (process, 0) == 0;
}

static void
mark (guint32 program, guint32 process)
{
  clat_bpf_write_map (program, PROCESS_NAME, &process, sizeof process);
}

static void
close_buffer (ClatTrace *self)
{
  if (self->buffer == NULL)
    return;
  if (!is_traced_by_other (self->program))
    mark (self->program, 0);
  perf_buffer__consume (self->buffer);
  clat_trace_pairing_run (self->pairing, G_MAXUINT64);
  g_clear_handle_id (&self->event_source, g_source_remove);
  g_clear_handle_id (&self->collect_source, g_source_remove);
  g_clear_pointer (&self->buffer, perf_buffer__free);
  close (self->map);
}

static gboolean
open_buffer (ClatTrace *self, guint32 program, GError **error)
{
  self->map =
      clat_bpf_open_map (program, EVENTS_NAME, sizeof (guint32), sizeof (guint32));
  if (self->map < 0)
    {
      g_set_error_literal (error, CLAT_ERROR, CLAT_ERROR_LACKS_FEATURE,
                           "its BPF programs are those of another version of clat-nm");
      return FALSE;
    }
  self->buffer =
      perf_buffer__new (self->map, BUFFER_PAGES, on_event, on_lost, self, NULL);
  if (self->buffer == NULL)
    {
      clat_error_set_errno (error, errno, "buffer of the events");
      close (self->map);
      return FALSE;
    }
  self->event_source =
      g_unix_fd_add (perf_buffer__epoll_fd (self->buffer), G_IO_IN, on_readable, self);
  return TRUE;
}

static gboolean
start (ClatTrace *self, guint32 program, GError **error)
{
  if (is_traced_by_other (program))
    {
      g_set_error_literal (error, CLAT_ERROR, CLAT_ERROR_BUSY,
                           "another process traces it already");
      return FALSE;
    }
  if (!open_buffer (self, program, error))
    return FALSE;
  self->program = program;
  self->map_id = clat_bpf_get_map_id (program, EVENTS_NAME);
  mark (program, getpid ());
  return TRUE;
}

gboolean
clat_trace_follow (ClatTrace *self, GError **error)
{
  guint32 program;

  if (!find_program (&program, error))
    return FALSE;
  if (self->buffer != NULL && clat_bpf_get_map_id (program, EVENTS_NAME) == self->map_id)
    {
      /* Programs that replace others go on with their maps. */
      self->program = program;
      return TRUE;
    }
  close_buffer (self);
  return start (self, program, error);
}

void
clat_trace_stop (ClatTrace *self)
{
  close_buffer (self);
  clat_trace_pairing_expire (self->pairing, G_MAXINT64);
}

void
clat_trace_free (ClatTrace *self)
{
  close_buffer (self);
  g_clear_handle_id (&self->expiry_source, g_source_remove);
  clat_trace_pairing_free (self->pairing);
  g_free (self);
}

guint64
clat_trace_get_n_lost (ClatTrace *self)
{
  return self->n_lost;
}
