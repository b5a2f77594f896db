/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses the table of packets. */
#include "row-file.h"

#include <string.h>

#include "xlat-checksum.h"

static void
free_output (gpointer data)
{
  RowOutput *output = data;

  g_bytes_unref (output->packet);
  g_free (output);
}

static void
free_step (gpointer data)
{
  RowStep *step = data;

  g_bytes_unref (step->packet);
  g_ptr_array_unref (step->outputs);
  g_free (step);
}

static void
free_row (gpointer data)
{
  Row *row = data;

  g_free (row->name);
  g_ptr_array_unref (row->options);
  g_ptr_array_unref (row->steps);
  g_free (row);
}

static Row *
new_row (const char *name)
{
  Row *row = g_new0 (Row, 1);

  row->name = g_strdup (name);
  row->options = g_ptr_array_new_with_free_func (g_free);
  row->steps = g_ptr_array_new_with_free_func (free_step);
  return row;
}

/* "-" is the empty packet. */
static GBytes *
parse_hex (const char *text)
{
  size_t length = strcmp (text, "-") == 0 ? 0 : strlen (text) / 2;
  guint8 *data = g_malloc (length + 1);

  for (size_t i = 0; i < length; i++)
    {
      int high = g_ascii_xdigit_value (text[2 * i]);
      int low = g_ascii_xdigit_value (text[2 * i + 1]);

      if (high < 0 || low < 0)
        g_error ("not hexadecimal: %s", text);
      data[i] = (guint8)(high << 4 | low);
    }
  return g_bytes_new_take (data, length);
}

static RowStep *
parse_step (const char *text)
{
  RowStep *step = g_new0 (RowStep, 1);
  char *hex;

  step->time_ns = g_ascii_strtoull (text, &hex, 10) * 1000000;
  step->packet = parse_hex (g_strchug (hex));
  step->outputs = g_ptr_array_new_with_free_func (free_output);
  return step;
}

static enum xlat_verdict
parse_verdict (const char *text)
{
  static const char *const verdicts[] = {
      [XLAT_DROP] = "drop", [XLAT_ANSWER] = "answer",   [XLAT_REPLY] = "reply",
      [XLAT_HOLD] = "hold", [XLAT_FORWARD] = "forward",
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (verdicts); i++)
    if (strcmp (verdicts[i], text) == 0)
      return (enum xlat_verdict)i;
  g_error ("not a verdict: %s", text);
}

static enum xlat_reason
parse_reason (const char *text)
{
  for (unsigned i = 0; i < XLAT_N_REASONS; i++)
    if (strcmp (xlat_reason_to_string ((enum xlat_reason)i), text) == 0)
      return (enum xlat_reason)i;
  g_error ("not a reason: %s", text);
}

static RowOutput *
parse_output (const char *hex, gboolean has_new_id)
{
  RowOutput *output = g_new0 (RowOutput, 1);

  output->packet = parse_hex (hex);
  output->has_new_id = has_new_id;
  return output;
}

static void
parse_line (GPtrArray *rows, char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 2);
  const char *word = words[0], *rest = words[1];
  Row *row = rows->len > 0 ? rows->pdata[rows->len - 1] : NULL;
  RowStep *step =
      row != NULL && row->steps->len > 0 ? row->steps->pdata[row->steps->len - 1] : NULL;

  if (rest == NULL)
    g_error ("a line of one word: %s", line);

  if (strcmp (word, "row") == 0)
    g_ptr_array_add (rows, new_row (rest));
  else if (strcmp (word, "option") == 0 && row != NULL)
    g_ptr_array_add (row->options, g_strdup (rest));
  else if (strcmp (word, "in") == 0 && row != NULL)
    g_ptr_array_add (row->steps, parse_step (rest));
  else if (strcmp (word, "verdict") == 0 && step != NULL)
    {
      g_auto (GStrv) both = g_strsplit (rest, " ", 2);

      step->verdict = parse_verdict (both[0]);
      step->reason = parse_reason (both[1]);
    }
  else if (strcmp (word, "out") == 0 && step != NULL)
    g_ptr_array_add (step->outputs, parse_output (rest, FALSE));
  else if (strcmp (word, "out-new-id") == 0 && step != NULL)
    g_ptr_array_add (step->outputs, parse_output (rest, TRUE));
  else
    g_error ("out of place: %s", line);
}

GPtrArray *
row_file_load (const char *path)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (free_row);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, &error))
    g_error ("%s", error->message);

  lines = g_strsplit (text, "\n", -1);
  for (unsigned i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0' && *lines[i] != '#')
      parse_line (rows, lines[i]);
  return rows;
}

void
row_forget_id (guint8 *packet)
{
  struct xlat_ipv4 *ip = (struct xlat_ipv4 *)packet;

  ip->id = 0;
  ip->checksum = 0;
  ip->checksum = (be16)~xlat_sum (ip, sizeof *ip);
}
