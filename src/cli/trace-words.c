/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets in the words of tcpdump, which reads them as a pcapng file and prints a line
 * for each. */
#include "config.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <unistd.h>

#include "cli-error.h"
#include "cli-text.h"
#include "trace-tcpdump.h"

/* --number: a line that does not begin with the number of its packet continues another.
 */
#define TCPDUMP "tcpdump", "-r", "-", "-n", "-l", "-t", "--number"

struct _TraceWords
{
  GSubprocess *tcpdump;
  GDataInputStream *lines;
  guint64 n_packets;
};

gboolean
trace_tcpdump_exists (GError **error)
{
  g_autofree char *path = g_find_program_in_path ("tcpdump");

  if (path != NULL)
    return TRUE;
  g_set_error_literal (error, CLI_ERROR, CLI_ERROR_FAILED,
                       _ ("tcpdump describes the packets, and is not installed"));
  return FALSE;
}

/* Ctrl-C is for clatctl, which then has the last packets described. */
static void
leave_process_group (gpointer data)
{
  setpgid (0, 0);
}

static gboolean
write_bytes (TraceWords *self, const GByteArray *bytes, GError **error)
{
  return g_output_stream_write_all (g_subprocess_get_stdin_pipe (self->tcpdump),
                                    bytes->data, bytes->len, NULL, NULL, error);
}

TraceWords *
trace_words_new (GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
      | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GByteArray) header = g_byte_array_new ();
  g_autoptr (TraceWords) self = g_new0 (TraceWords, 1);

  g_subprocess_launcher_set_child_setup (launcher, leave_process_group, NULL, NULL);
  self->tcpdump = g_subprocess_launcher_spawn (launcher, error, TCPDUMP, NULL);
  if (self->tcpdump == NULL)
    return NULL;
  self->lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->tcpdump));

  trace_pcapng_append_header (header, "clat");
  return write_bytes (self, header, error) ? g_steal_pointer (&self) : NULL;
}

void
trace_words_free (TraceWords *self)
{
  g_clear_object (&self->lines);
  /* At the end of its input it ends. */
  g_clear_object (&self->tcpdump);
  g_free (self);
}

/* What is behind the number of the packet; NULL: it is not that packet's line. */
static char *
read_words (const char *line, guint64 number)
{
  char *end;

  if (g_ascii_strtoull (line, &end, 10) != number || end == line)
    return NULL;
  while (*end == ' ')
    end++;
  return cli_text_clean (end);
}

char *
trace_words_of (TraceWords *self, const ClatTracePacket *packet, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  trace_pcapng_append_packet (bytes, 0, packet, NULL);
  if (!write_bytes (self, bytes, error))
    return NULL;
  self->n_packets++;

  for (;;)
    {
      g_autofree char *line =
          g_data_input_stream_read_line (self->lines, NULL, NULL, error);
      char *words = line != NULL ? read_words (line, self->n_packets) : NULL;

      if (words != NULL)
        return words;
      if (line == NULL)
        break;
    }
  if (error != NULL && *error == NULL)
    g_set_error_literal (error, CLI_ERROR, CLI_ERROR_FAILED, _ ("tcpdump has ended"));
  return NULL;
}
