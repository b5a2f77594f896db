/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The maps in which the BPF programs note whether the NAT64 answers. */
#include "clat-plat-maps.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#include "clat-bpf.h"
#include "clat-plat-shared.h"

G_STATIC_ASSERT ((int)CLAT_PLAT_REPORT_IN == CLAT_PLAT_WATCH_IN);
G_STATIC_ASSERT ((int)CLAT_PLAT_REPORT_SILENCE == CLAT_PLAT_WATCH_SILENCE);
G_STATIC_ASSERT ((int)CLAT_PLAT_REPORT_ERRORS == CLAT_PLAT_WATCH_ERRORS);

struct _ClatPlatReports
{
  GSourceFunc function;
  gpointer data;
  guint32 map; /* id */
  struct ring_buffer *buffer;
  guint source;
};

static gint64
to_us (guint64 ns)
{
  return ns / 1000;
}

static struct in6_addr
to_address (const __be32 words[4])
{
  struct in6_addr address;

  memcpy (&address, words, sizeof address);
  return address;
}

static void
add_targets (ClatPlatEvidence *evidence, const __be32 *addresses, guint count)
{
  for (guint i = 0; i < count && evidence->n_targets < CLAT_PLAT_MAX_TARGETS; i++)
    if (addresses[i] != 0)
      evidence->targets[evidence->n_targets++].s_addr = addresses[i];
}

/* Any of those that have answered, from another place in the table each time. */
static void
choose_targets (ClatPlatEvidence *evidence, const struct clat_plat *noted)
{
  guint start = g_random_int_range (0, CLAT_PLAT_N_ANSWERED);

  add_targets (evidence, noted->answered + start, CLAT_PLAT_N_ANSWERED - start);
  add_targets (evidence, noted->answered, start);
  evidence->targets_answered = evidence->n_targets > 0;
  if (!evidence->targets_answered)
    add_targets (evidence, noted->silent, CLAT_PLAT_N_SILENT);
}

static ClatPlatVerdict
decode_verdict (const struct clat_plat_verdict *stored)
{
  return (ClatPlatVerdict){
      .state = MIN (stored->state, CLAT_PLAT_UNREACHABLE),
      .since = stored->since,
      .cause = MIN (stored->cause, CLAT_PLAT_CAUSE_FILTER),
      .n_packets = stored->n_packets,
      .seconds = stored->seconds,
      .error_code = stored->error_code,
      .router = to_address (stored->router),
      .target = {stored->target},
  };
}

gboolean
clat_plat_maps_read (guint32 program, ClatPlatEvidence *evidence)
{
  struct clat_plat noted;
  struct clat_plat_verdict stored;

  if (!clat_bpf_read_map (program, "plat", &noted, sizeof noted)
      || !clat_bpf_read_map (program, "plat_verdict", &stored, sizeof stored))
    return FALSE;

  *evidence = (ClatPlatEvidence){
      .last_in = to_us (noted.last_in),
      .last_other = to_us (noted.last_other),
      .first_out = to_us (noted.first_out),
      .last_out = to_us (noted.last_out),
      .n_out = noted.n_out,
      .n_errors = noted.n_errors,
      .last_error = to_us (noted.last_error),
      .error_code = noted.error_code,
      .errors_differ = noted.errors_differ != 0,
      .error_source = to_address (noted.error_source),
      .verdict = decode_verdict (&stored),
  };
  choose_targets (evidence, &noted);
  return TRUE;
}

void
clat_plat_maps_write (guint32 program, const ClatPlatVerdict *verdict, guint reports)
{
  struct clat_plat_verdict stored = {
      .watch = reports,
      .state = verdict->state,
      .since = verdict->since,
      .cause = verdict->cause,
      .n_packets = verdict->n_packets,
      .seconds = verdict->seconds,
      .error_code = verdict->error_code,
      .target = verdict->target.s_addr,
  };

  memcpy (stored.router, &verdict->router, sizeof stored.router);
  clat_bpf_write_map (program, "plat_verdict", &stored, sizeof stored);
}

void
clat_plat_maps_forget (guint32 program)
{
  static const struct clat_plat nothing;
  static const ClatPlatVerdict unknown;

  clat_bpf_write_map (program, "plat", &nothing, sizeof nothing);
  clat_plat_maps_write (program, &unknown, 0);
}

static guint32
get_id (int map)
{
  struct bpf_map_info info = {0};
  guint32 size = sizeof info;

  return map >= 0 && bpf_obj_get_info_by_fd (map, &info, &size) == 0 ? info.id : 0;
}

static int
on_report (void *data, void *report, size_t size)
{
  return 0;
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer data)
{
  ClatPlatReports *self = data;

  ring_buffer__consume (self->buffer);
  self->function (self->data);
  return G_SOURCE_CONTINUE;
}

ClatPlatReports *
clat_plat_reports_new (guint32 program, GSourceFunc function, gpointer data)
{
  ClatPlatReports *self = g_new0 (ClatPlatReports, 1);
  int map = clat_bpf_open_map (program, "plat_events", 0, 0);

  self->function = function;
  self->data = data;
  self->map = get_id (map);
  if (map >= 0)
    self->buffer = ring_buffer__new (map, on_report, self, NULL);
  if (self->buffer != NULL)
    self->source =
        g_unix_fd_add (ring_buffer__epoll_fd (self->buffer), G_IO_IN, on_readable, self);
  if (map >= 0)
    close (map);
  return self;
}

void
clat_plat_reports_free (ClatPlatReports *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  ring_buffer__free (self->buffer);
  g_free (self);
}

gboolean
clat_plat_reports_is_of (ClatPlatReports *self, guint32 program)
{
  int map = clat_bpf_open_map (program, "plat_events", 0, 0);
  guint32 id = get_id (map);

  if (map >= 0)
    close (map);
  return id == self->map;
}
