/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pcapng file with traced packets. */
#include <gio/gio.h>

#include "trace-file.h"
#include "trace-print.h"

struct _TraceFile
{
  GOutputStream *stream;
};

static gboolean
write_bytes (TraceFile *self, const GByteArray *bytes, GError **error)
{
  return g_output_stream_write_all (self->stream, bytes->data, bytes->len, NULL, NULL,
                                    error);
}

TraceFile *
trace_file_new (const char *path, const char *interface, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GByteArray) header = g_byte_array_new ();
  GFileOutputStream *stream = g_file_replace (
      file, NULL, FALSE, G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION, NULL,
      error);
  TraceFile *self;

  if (stream == NULL)
    return NULL;
  self = g_new (TraceFile, 1);
  self->stream = G_OUTPUT_STREAM (stream);
  trace_pcapng_append_header (header, interface);
  if (write_bytes (self, header, error))
    return self;
  trace_file_free (self);
  return NULL;
}

void
trace_file_free (TraceFile *self)
{
  g_object_unref (self->stream);
  g_free (self);
}

static void
append (GByteArray *into, gint64 time, const ClatTracePacket *packet, const char *comment)
{
  if (packet->data != NULL)
    trace_pcapng_append_packet (into, time, packet, comment);
}

gboolean
trace_file_write (TraceFile *self, const ClatTraceRecord *record, gint64 time,
                  GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *comment = trace_print_to_comment (record);

  append (bytes, time, &record->before, comment);
  append (bytes, time, &record->after, comment);
  return write_bytes (self, bytes, error);
}
