/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The property ipv6.clat in the output of "nmcli connection show ID". */
#include "config.h"

#include <string.h>

#include "nmcli-output.h"

/* nmcli's layout. */
#define NAME_WIDTH  40
#define RULE_WIDTH  79
#define TITLE_LINES 3
#define COLUMN_NAME "clat"

static void
clear_chunk (gpointer data)
{
  NmcliChunk *chunk = data;

  g_free (chunk->fields);
}

static NmcliChunkKind
get_kind (const char *field)
{
  static const char *const sections[] = {"ipv6", "all", "common", "profile"};

  if (g_ascii_strcasecmp (field, NMCLI_PROPERTY) == 0)
    return NMCLI_CHUNK_OURS;
  for (gsize i = 0; i < G_N_ELEMENTS (sections); i++)
    if (g_ascii_strcasecmp (field, sections[i]) == 0)
      return NMCLI_CHUNK_SECTION;
  return NMCLI_CHUNK_OTHER;
}

static void
add_field (GArray *chunks, const char *field)
{
  NmcliChunk chunk = {get_kind (field), NULL};
  NmcliChunk *last =
      chunks->len > 0 ? &g_array_index (chunks, NmcliChunk, chunks->len - 1) : NULL;

  if (chunk.kind == NMCLI_CHUNK_OTHER && last != NULL && last->kind == NMCLI_CHUNK_OTHER)
    {
      g_autofree char *before = last->fields;

      last->fields = g_strconcat (before, ",", field, NULL);
      return;
    }
  chunk.fields = g_strdup (field);
  g_array_append_val (chunks, chunk);
}

GArray *
nmcli_output_split_fields (const char *fields)
{
  GArray *chunks = g_array_new (FALSE, FALSE, sizeof (NmcliChunk));
  g_auto (GStrv) names = NULL;

  g_array_set_clear_func (chunks, clear_chunk);
  if (fields == NULL)
    {
      NmcliChunk everything = {NMCLI_CHUNK_SECTION, NULL};

      g_array_append_val (chunks, everything);
      return chunks;
    }

  names = g_strsplit (fields, ",", -1);
  for (char **name = names; *name != NULL; name++)
    add_field (chunks, g_strstrip (*name));
  return chunks;
}

gboolean
nmcli_output_is_foreign (const GArray *chunks)
{
  for (guint i = 0; i < chunks->len; i++)
    if (g_array_index (chunks, NmcliChunk, i).kind != NMCLI_CHUNK_OTHER)
      return FALSE;
  return TRUE;
}

static void
append_rule (GString *out, guint width)
{
  for (guint i = 0; i < width; i++)
    g_string_append_c (out, '-');
}

/* A cell of a terse table. */
static void
append_escaped (GString *out, const char *value, gboolean is_unescaped)
{
  for (; *value != '\0'; value++)
    {
      if (!is_unescaped && (*value == ':' || *value == '\\'))
        g_string_append_c (out, '\\');
      g_string_append_c (out, *value);
    }
}

static void
append_line (GString *out, NmcliLook look, const char *mode)
{
  if (look.print == NMCLI_PRINT_TERSE)
    g_string_append_printf (out, "%s:%s\n", NMCLI_PROPERTY, mode);
  else
    g_string_append_printf (out, "%-*s%s\n", NAME_WIDTH, NMCLI_PROPERTY ":", mode);
}

static int
get_column_width (const char *mode)
{
  return MAX (strlen (mode), strlen (COLUMN_NAME));
}

static void
append_table (GString *out, NmcliLook look, const char *mode)
{
  int width = get_column_width (mode);

  if (look.print == NMCLI_PRINT_TERSE)
    {
      append_escaped (out, mode, look.is_unescaped);
      g_string_append_c (out, '\n');
      return;
    }
  g_string_append_printf (out, "%-*s \n", width, COLUMN_NAME);
  if (look.print == NMCLI_PRINT_PRETTY)
    {
      append_rule (out, width + 2);
      g_string_append_c (out, '\n');
    }
  g_string_append_printf (out, "%-*s \n", width, mode);
}

char *
nmcli_output_format (NmcliLook look, const char *mode)
{
  GString *out = g_string_new (NULL);

  if (look.is_tabular)
    {
      append_table (out, look, mode);
      return g_string_free (out, FALSE);
    }
  append_line (out, look, mode);
  if (look.print == NMCLI_PRINT_PRETTY)
    {
      append_rule (out, RULE_WIDTH);
      g_string_append_c (out, '\n');
    }
  return g_string_free (out, FALSE);
}

/* Adds a line after the last one of the form "ipv6.<property>: <value>". */
static char *
insert_line (NmcliLook look, const char *output, const char *mode)
{
  GString *out = g_string_new (NULL);
  const char *after = NULL;

  for (const char *line = output; *line != '\0';)
    {
      const char *end = strchrnul (line, '\n');
      const char *next = *end == '\n' ? end + 1 : end;

      if (g_str_has_prefix (line, "ipv6."))
        after = next;
      line = next;
    }
  if (after == NULL)
    after = output + strlen (output);
  else
    append_line (out, look, mode);

  g_string_prepend_len (out, output, after - output);
  g_string_append (out, after);
  return g_string_free (out, FALSE);
}

/* Adds a cell to a line of a table. */
static void
append_cell (GString *line, const char *text, int width)
{
  g_string_append_printf (line, " %-*s ", width, text);
}

static void
widen_row (GPtrArray *lines, guint row, NmcliLook look, const char *mode)
{
  guint n_over = look.print == NMCLI_PRINT_PRETTY ? 2 : 1;
  int width = get_column_width (mode);

  if (look.print == NMCLI_PRINT_TERSE)
    {
      GString *line = g_ptr_array_index (lines, row);

      g_string_append_c (line, ':');
      append_escaped (line, mode, look.is_unescaped);
      return;
    }
  if (row < n_over)
    return;
  append_cell (g_ptr_array_index (lines, row), mode, width);
  append_cell (g_ptr_array_index (lines, row - n_over), COLUMN_NAME, width);
  if (look.print == NMCLI_PRINT_PRETTY)
    append_rule (g_ptr_array_index (lines, row - 1), width + 2);
}

static void
free_line (gpointer data)
{
  g_string_free (data, TRUE);
}

/* Adds a cell to the row that begins with the name "ipv6", and to its titles. */
static char *
insert_cell (NmcliLook look, const char *output, const char *mode)
{
  g_auto (GStrv) parts = g_strsplit (output, "\n", -1);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (free_line);
  const char *start = look.print == NMCLI_PRINT_TERSE ? "ipv6:" : "ipv6 ";
  GString *out = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL; i++)
    g_ptr_array_add (lines, g_string_new (parts[i]));
  for (guint i = 0; i < lines->len; i++)
    if (g_str_has_prefix (parts[i], start))
      widen_row (lines, i, look, mode);

  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? "\n" : "",
                            ((GString *)g_ptr_array_index (lines, i))->str);
  return g_string_free (out, FALSE);
}

char *
nmcli_output_insert (NmcliLook look, const char *output, const char *mode)
{
  return look.is_tabular ? insert_cell (look, output, mode)
                         : insert_line (look, output, mode);
}

gsize
nmcli_output_title_length (const char *output)
{
  const char *at = output;

  if (*at != '=')
    return 0;
  for (guint i = 0; i < TITLE_LINES && *at != '\0'; i++)
    {
      at = strchrnul (at, '\n');
      at += *at == '\n';
    }
  return at - output;
}
