/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text in columns. */
#include "config.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli-table.h"

#define GAP "  "

/* Where the table is too wide, the first column is cut, down to its minimum, until the
 * last one has its full or a good width; the last one is then wrapped, down to its own
 * minimum. */
#define MIN_WRAP_WIDTH  24
#define GOOD_WRAP_WIDTH 32
#define MIN_FIRST_WIDTH 16

typedef struct
{
  char **cells;
  CliTone *tones;
} Row;

struct _CliTable
{
  guint n_columns;
  gboolean *is_right;
  GPtrArray *rows;
};

CliStyle
cli_style_of_stdout (void)
{
  const char *no_color = g_getenv ("NO_COLOR");
  CliStyle style = {.is_ascii = !g_get_charset (NULL)};
  struct winsize size = {0};

  if (!isatty (STDOUT_FILENO))
    return style;

  style.width = 80;
  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    style.width = size.ws_col;
  style.has_color = (no_color == NULL || *no_color == '\0')
                    && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
  return style;
}

static void
free_row (gpointer data)
{
  Row *row = data;

  g_strfreev (row->cells);
  g_free (row->tones);
  g_free (row);
}

CliTable *
cli_table_new (guint n_columns)
{
  CliTable *self = g_new0 (CliTable, 1);

  self->n_columns = n_columns;
  self->is_right = g_new0 (gboolean, self->n_columns);
  self->rows = g_ptr_array_new_with_free_func (free_row);
  return self;
}

void
cli_table_free (CliTable *self)
{
  g_ptr_array_unref (self->rows);
  g_free (self->is_right);
  g_free (self);
}

void
cli_table_align_right (CliTable *self, guint column)
{
  g_return_if_fail (column < self->n_columns);

  self->is_right[column] = TRUE;
}

void
cli_table_add (CliTable *self, const char *const *cells)
{
  Row *row = g_new0 (Row, 1);

  row->cells = g_new0 (char *, self->n_columns + 1);
  row->tones = g_new0 (CliTone, self->n_columns);
  for (guint i = 0; i < self->n_columns; i++)
    row->cells[i] = cli_text_clean (cells[i]);
  g_ptr_array_add (self->rows, row);
}

void
cli_table_set_tone (CliTable *self, guint column, CliTone tone)
{
  Row *row = g_ptr_array_index (self->rows, self->rows->len - 1);

  g_return_if_fail (column < self->n_columns);

  row->tones[column] = tone;
}

/* The end of the part of text that fits: at least one character, so that loops end. */
static const char *
find_end (const char *text, guint width)
{
  const char *end = text;
  guint used = 0;

  while (*end != '\0')
    {
      used += cli_text_width_of_char (g_utf8_get_char (end));
      if (used > width && end != text)
        break;
      end = g_utf8_next_char (end);
    }
  return end;
}

/* Whether a line may not begin with it (UAX #14). */
static gboolean
follows_closely (gunichar character)
{
  static const GUnicodeBreakType types[] = {
      G_UNICODE_BREAK_CLOSE_PUNCTUATION, G_UNICODE_BREAK_CLOSE_PARANTHESIS,
      G_UNICODE_BREAK_EXCLAMATION,       G_UNICODE_BREAK_INFIX_SEPARATOR,
      G_UNICODE_BREAK_NON_STARTER,       G_UNICODE_BREAK_CONDITIONAL_JAPANESE_STARTER,
  };
  GUnicodeBreakType type = g_unichar_break_type (character);

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (type == types[i])
      return TRUE;
  return FALSE;
}

/* After a space; and beside a character of Japanese or Chinese, which have none. */
static gboolean
may_break (const char *at)
{
  gunichar before = g_utf8_get_char (g_utf8_prev_char (at));
  gunichar after = g_utf8_get_char (at);

  if (before == ' ')
    return TRUE;
  return (g_unichar_iswide (before) || g_unichar_iswide (after))
         && g_unichar_break_type (before) != G_UNICODE_BREAK_OPEN_PUNCTUATION
         && !follows_closely (after);
}

/* Where a line of text ends: after a word, or within one that is longer than a line. */
static const char *
find_line_end (const char *text, guint width)
{
  const char *end = find_end (text, width);
  const char *at = end;

  if (*end == '\0' || *end == ' ')
    return end;
  while (at > text && !may_break (at))
    at = g_utf8_prev_char (at);
  return at > text ? at : end;
}

static void
append_spaces (GString *out, guint n)
{
  g_string_append_printf (out, "%*s", (int)n, "");
}

static void
append_toned (GString *out, const char *text, CliTone tone, gboolean has_color)
{
  static const char *const colors[] = {
      [CLI_TONE_PLAIN] = NULL,
      [CLI_TONE_GOOD] = "\033[32m",
      [CLI_TONE_WAIT] = "\033[33m",
      [CLI_TONE_BAD] = "\033[31m",
  };

  if (has_color && colors[tone] != NULL)
    g_string_append_printf (out, "%s%s\033[0m", colors[tone], text);
  else
    g_string_append (out, text);
}

static char *
cut (const char *text, guint width, CliStyle style)
{
  const char *ellipsis = style.is_ascii ? "..." : "…";
  const char *end;

  if (cli_text_width (text) <= width)
    return g_strdup (text);
  end = find_end (text, width - cli_text_width (ellipsis));
  return g_strdup_printf ("%.*s%s", (int)(end - text), text, ellipsis);
}

static void
append_cell (GString *out, const char *text, guint width, gboolean is_right, CliTone tone,
             CliStyle style)
{
  g_autofree char *shown = cut (text, width, style);
  guint padding = width - cli_text_width (shown);

  if (is_right)
    append_spaces (out, padding);
  append_toned (out, shown, tone, style.has_color);
  if (!is_right)
    append_spaces (out, padding);
  g_string_append (out, GAP);
}

static void
append_wrapped (GString *out, const char *text, guint width, guint indent, CliTone tone,
                gboolean has_color)
{
  while (TRUE)
    {
      const char *end = find_line_end (text, width);
      g_autofree char *line = g_strchomp (g_strndup (text, end - text));

      append_toned (out, line, tone, has_color);
      while (*end == ' ')
        end++;
      if (*end == '\0')
        return;
      g_string_append_c (out, '\n');
      append_spaces (out, indent);
      text = end;
    }
}

static void
trim_line (GString *out)
{
  while (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
  g_string_append_c (out, '\n');
}

static guint *
measure (const CliTable *self)
{
  guint *widths = g_new0 (guint, self->n_columns);

  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = g_ptr_array_index (self->rows, i);

      for (guint j = 0; j < self->n_columns; j++)
        widths[j] = MAX (widths[j], cli_text_width (row->cells[j]));
    }
  return widths;
}

/* All columns but the last one, with their gaps. */
static guint
get_indent (const CliTable *self, const guint *widths)
{
  guint indent = 0;

  for (guint i = 0; i + 1 < self->n_columns; i++)
    indent += widths[i] + strlen (GAP);
  return indent;
}

static void
fit (const CliTable *self, guint *widths, guint width)
{
  guint needed =
      get_indent (self, widths) + MIN (widths[self->n_columns - 1], GOOD_WRAP_WIDTH);
  guint excess;

  if (width == 0 || needed <= width)
    return;
  excess = needed - width;
  widths[0] = MAX (MIN (widths[0], MIN_FIRST_WIDTH), widths[0] - MIN (widths[0], excess));
}

char *
cli_table_format (const CliTable *self, CliStyle style)
{
  g_autofree guint *widths = measure (self);
  GString *out = g_string_new (NULL);
  guint last = self->n_columns - 1;
  guint indent;
  guint last_width;

  fit (self, widths, style.width);
  indent = get_indent (self, widths);
  last_width = style.width == 0 ? widths[last]
                                : MAX (style.width, indent + MIN_WRAP_WIDTH) - indent;

  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = g_ptr_array_index (self->rows, i);

      for (guint j = 0; j < last; j++)
        append_cell (out, row->cells[j], widths[j], self->is_right[j], row->tones[j],
                     style);
      if (self->is_right[last])
        append_spaces (out, widths[last] - cli_text_width (row->cells[last]));
      append_wrapped (out, row->cells[last], last_width, indent, row->tones[last],
                      style.has_color);
      trim_line (out);
    }

  return g_string_free (out, FALSE);
}
