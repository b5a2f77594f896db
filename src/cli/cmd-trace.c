/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl trace: the packets of one translator before and after translation. */
#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>

#include "clat-trace.h"
#include "cli-bus.h"
#include "cli-command.h"
#include "cli-connection.h"
#include "cli-error.h"
#include "cli-netns.h"
#include "cli-output.h"
#include "cli-translator.h"
#include "trace-file.h"
#include "trace-print.h"
#include "trace-tcpdump.h"

/* The service replaces its programs, for example when the network renumbers. */
#define FOLLOW_SECONDS 1

typedef struct
{
  const CliOptions *options;
  char *namespace;
  char *host_interface;
  ClatTrace *trace;
  TraceFilter *filter; /* NULL: all packets */
  TraceWords *words;   /* NULL: into the file */
  TraceFile *file;     /* NULL: as text */
  gint64 wall;         /* us since 1970 when CLOCK_MONOTONIC was 0 */
  int n_records;
  GMainLoop *loop;
  GError *error;
} Tracer;

static void
clear_tracer (Tracer *self)
{
  g_clear_pointer (&self->trace, clat_trace_free);
  g_clear_pointer (&self->filter, trace_filter_free);
  g_clear_pointer (&self->words, trace_words_free);
  g_clear_pointer (&self->file, trace_file_free);
  g_clear_pointer (&self->namespace, g_free);
  g_clear_pointer (&self->host_interface, g_free);
  g_clear_pointer (&self->loop, g_main_loop_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tracer, clear_tracer)

static gboolean
describe (Tracer *self, const ClatTracePacket *packet, char **words)
{
  if (packet->data == NULL)
    return TRUE;
  *words = trace_words_of (self->words, packet, &self->error);
  return *words != NULL;
}

static gboolean
print (Tracer *self, const ClatTraceRecord *record, gint64 time)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *text = NULL;

  if (!describe (self, &record->before, &before)
      || !describe (self, &record->after, &after))
    return FALSE;
  if (self->options->is_json)
    {
      text = trace_print_to_json (record, time, before, after);
      printf ("%s\n", text);
    }
  else
    {
      text = trace_print_to_text (record, time, before, after);
      g_print ("%s", text);
    }
  return cli_output_check (&self->error);
}

static gboolean
is_complete (Tracer *self)
{
  return self->error != NULL
         || (self->options->count != -1 && self->n_records >= self->options->count);
}

static void
on_record (const ClatTraceRecord *record, gpointer data)
{
  Tracer *self = data;
  gint64 time = record->time + self->wall;

  if (is_complete (self)
      || (self->filter != NULL && !trace_filter_matches (self->filter, &record->before)
          && !trace_filter_matches (self->filter, &record->after)))
    return;
  self->n_records++;
  if (self->file != NULL)
    trace_file_write (self->file, record, time, &self->error);
  else
    print (self, record, time);
  if (is_complete (self))
    g_main_loop_quit (self->loop);
}

static gboolean
follow (Tracer *self)
{
  GError *local_error = NULL;
  int host;

  if (!cli_netns_enter (self->namespace, &host, &self->error))
    return FALSE;
  if (!clat_trace_follow (self->trace, &local_error))
    {
      g_prefix_error (&local_error, _ ("cannot trace: "));
      self->error = local_error;
    }
  cli_netns_leave (host);
  return self->error == NULL;
}

static gboolean
on_follow (gpointer data)
{
  Tracer *self = data;

  if (self->error == NULL && !follow (self))
    g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_signal (gpointer data)
{
  Tracer *self = data;

  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

/* The first word names the connection, or is a part of the filter. After "--", all are.
 */
static ClatDBusConnection1 *
find_connection (GDBusObjectManagerClient *bus, const CliOptions *options, char **args,
                 char ***filter, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  ClatDBusConnection1 *connection = NULL;
  gboolean is_separated = options->command != NULL;
  gboolean has_name = args[0] != NULL && args != options->command;

  *filter = is_separated ? options->command : args + (has_name ? 1 : 0);
  connection = cli_translator_find (bus, has_name ? args[0] : NULL, &local_error);
  if (has_name && !is_separated
      && g_error_matches (local_error, CLI_ERROR, CLI_ERROR_NOT_FOUND))
    {
      *filter = args;
      g_clear_error (&local_error);
      connection = cli_translator_find (bus, NULL, &local_error);
    }
  if (connection == NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return connection;
}

static gboolean
prepare_filter (Tracer *self, char **words, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (*words == NULL)
    return TRUE;
  self->filter = trace_filter_new (words, &local_error);
  if (self->filter != NULL)
    return TRUE;
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
               _ ("'%s' is not a connection, or what follows is not a filter (%s)"),
               words[0], local_error->message);
  return FALSE;
}

static gboolean
prepare_output (Tracer *self, GError **error)
{
  if (self->options->file == NULL)
    return (self->words = trace_words_new (error)) != NULL;
  self->file = trace_file_new (self->options->file, self->host_interface, error);
  return self->file != NULL;
}

static gboolean
prepare (Tracer *self, char **args, GError **error)
{
  g_autoptr (GDBusObjectManagerClient) bus = cli_bus_open (error);
  g_autoptr (ClatDBusConnection1) connection = NULL;
  g_autofree char *title = NULL;
  ClatPrefix prefix = {0};
  char **filter;

  if (bus == NULL)
    return FALSE;
  connection = find_connection (bus, self->options, args, &filter, error);
  if (connection == NULL)
    return FALSE;
  self->namespace = clat_dbus_connection1_dup_namespace (connection);
  self->host_interface = clat_dbus_connection1_dup_host_interface (connection);
  if (((self->options->file == NULL || *filter != NULL) && !trace_tcpdump_exists (error))
      || !prepare_filter (self, filter, error))
    return FALSE;

  clat_prefix_parse (clat_dbus_connection1_get_pref64 (connection), &prefix, NULL);
  self->trace = clat_trace_new (&prefix, on_record, self);
  if (!follow (self))
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      return FALSE;
    }
  title = cli_connection_dup_title (connection);
  g_printerr (_ ("Tracing %s until interrupted.\n"), title);
  return prepare_output (self, error);
}

static void
run (Tracer *self)
{
  guint sources[] = {
      g_unix_signal_add (SIGINT, on_signal, self),
      g_unix_signal_add (SIGTERM, on_signal, self),
      g_timeout_add_seconds (FOLLOW_SECONDS, on_follow, self),
  };

  g_main_loop_run (self->loop);
  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  clat_trace_stop (self->trace);
}

static gboolean
check_count (int count, GError **error)
{
  if (count == -1 || count > 0)
    return TRUE;
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
               _ ("invalid count %d; expected at least 1"), count);
  return FALSE;
}

gboolean
cmd_trace (const CliOptions *options, char **args, GError **error)
{
  g_auto (Tracer)
      self = {.options = options, .wall = g_get_real_time () - g_get_monotonic_time ()};

  if (!check_count (options->count, error))
    return FALSE;

  /* tcpdump may end before it has read all packets. */
  signal (SIGPIPE, SIG_IGN);
  self.loop = g_main_loop_new (NULL, FALSE);
  if (!prepare (&self, args, error))
    return FALSE;
  run (&self);
  if (clat_trace_get_n_lost (self.trace) > 0)
    g_printerr (_ ("Some packets are missing: there were too many of them.\n"));
  if (self.error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self.error));
  return FALSE;
}
