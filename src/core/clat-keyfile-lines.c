/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where in the text of a key file something stands: GKeyFile does not tell lines. */
#include "clat-keyfile-lines.h"

#include <string.h>

static gboolean
is_heading (const char *line)
{
  return line[0] == '[' && g_str_has_suffix (line, "]");
}

static gboolean
is_heading_of (const char *line, const char *group)
{
  gsize length = strlen (group);

  return is_heading (line) && strncmp (line + 1, group, length) == 0
         && line[1 + length] == ']';
}

static gboolean
is_key (const char *line, const char *key)
{
  gsize length = strlen (key);

  return g_str_has_prefix (line, key) && line[length] != '\0'
         && strchr ("= \t", line[length]) != NULL;
}

guint
clat_keyfile_lines_find_group (const char *text, const char *group)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (is_heading_of (g_strstrip (lines[i]), group))
      return i + 1;
  return 1;
}

guint
clat_keyfile_lines_find_key (const char *text, const char *group, const char *key)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean in_group = FALSE;
  guint found = 1;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);

      if (is_heading (line))
        in_group = is_heading_of (line, group);
      else if (in_group && is_key (line, key))
        found = i + 1;
    }
  return found;
}

guint
clat_keyfile_lines_find_bad (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean in_group = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);

      if (line[0] == '\0' || line[0] == '#')
        continue;
      if (is_heading (line))
        in_group = TRUE;
      else if (!in_group || line[0] == '=' || strchr (line, '=') == NULL)
        return i + 1;
    }
  return 1;
}
