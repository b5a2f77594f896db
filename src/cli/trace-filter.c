/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filters of tcpdump: it compiles them to classic BPF, and the kernel applies that to
 * what is sent to a socket. */
#include "config.h"

#include <errno.h>
#include <gio/gio.h>
#include <linux/filter.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli-error.h"
#include "trace-tcpdump.h"

/* The compiled filter as decimal numbers, for packets without link-layer header. */
#define TCPDUMP "tcpdump", "-y", "RAW", "-ddd", "--"

struct _TraceFilter
{
  int in;  /* packets are sent here, */
  int out; /* and arrive here if they match */
};

static char *
get_last_line (char *text)
{
  char *newline;

  g_strchomp (text);
  newline = strrchr (text, '\n');
  return newline != NULL ? newline + 1 : text;
}

/* What tcpdump prints; NULL if it refuses the words. */
static char *
compile (char *const *words, GError **error)
{
  static const char *const tcpdump[] = {TCPDUMP};
  g_autoptr (GPtrArray) command = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *output = NULL;
  g_autofree char *messages = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (tcpdump); i++)
    g_ptr_array_add (command, (char *)tcpdump[i]);
  for (; *words != NULL; words++)
    g_ptr_array_add (command, *words);
  g_ptr_array_add (command, NULL);

  process = g_subprocess_newv (
      (const char *const *)command->pdata,
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, error);
  if (process == NULL
      || !g_subprocess_communicate_utf8 (process, NULL, NULL, &output, &messages, error))
    return NULL;
  if (g_subprocess_get_successful (process))
    return g_steal_pointer (&output);
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "%s", get_last_line (messages));
  return NULL;
}

/* A line with the number of instructions, and one for each of them. */
static GArray *
parse (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", 0);
  g_autoptr (GArray) program = g_array_new (FALSE, FALSE, sizeof (struct sock_filter));

  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
    {
      struct sock_filter instruction;
      guint code, true_jump, false_jump, value;

      if (sscanf (lines[i], "%u %u %u %u", &code, &true_jump, &false_jump, &value) != 4)
        continue;
      instruction = (struct sock_filter){code, true_jump, false_jump, value};
      g_array_append_val (program, instruction);
    }
  return g_steal_pointer (&program);
}

static gboolean
apply (int socket, GArray *instructions)
{
  struct sock_fprog program = {
      .len = instructions->len,
      .filter = (struct sock_filter *)instructions->data,
  };

  errno = EINVAL;
  return instructions->len <= G_MAXUINT16
         && setsockopt (socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program)
                == 0;
}

TraceFilter *
trace_filter_new (char *const *words, GError **error)
{
  g_autoptr (TraceFilter) self = NULL;
  g_autofree char *text = compile (words, error);
  g_autoptr (GArray) program = text != NULL ? parse (text) : NULL;
  int ends[2];

  if (program == NULL)
    return NULL;
  if (socketpair (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) == 0)
    {
      self = g_new (TraceFilter, 1);
      *self = (TraceFilter){.in = ends[0], .out = ends[1]};
      if (apply (self->out, program))
        return g_steal_pointer (&self);
    }
  g_set_error_literal (error, CLI_ERROR, CLI_ERROR_FAILED, g_strerror (errno));
  return NULL;
}

void
trace_filter_free (TraceFilter *self)
{
  close (self->in);
  close (self->out);
  g_free (self);
}

gboolean
trace_filter_matches (TraceFilter *self, const ClatTracePacket *packet)
{
  char octet;

  return packet->data != NULL
         && send (self->in, packet->data, packet->captured, MSG_DONTWAIT | MSG_NOSIGNAL)
                >= 0
         && recv (self->out, &octet, sizeof octet, MSG_DONTWAIT) >= 0;
}
