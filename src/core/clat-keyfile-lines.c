/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Line numbers in the text of a key file, which GKeyFile does not report. */
#include "clat-keyfile-lines.h"

#include <string.h>

static gboolean
is_blank_or_comment (const char *line)
{
  return line[0] == '\0' || line[0] == '#';
}

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

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);

      if (is_heading (line))
        in_group = is_heading_of (line, group);
      else if (in_group && is_key (line, key))
        return i + 1;
    }
  return 1;
}

guint
clat_keyfile_lines_find_bad (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean in_group = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);

      if (is_blank_or_comment (line))
        continue;
      if (is_heading (line))
        in_group = TRUE;
      else if (!in_group || line[0] == '=' || strchr (line, '=') == NULL)
        return i + 1;
    }
  return 1;
}

static char *
copy_key (const char *line)
{
  return g_strchomp (g_strndup (line, strcspn (line, "=")));
}

guint
clat_keyfile_lines_find_repeated (const char *text, char **repeated)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GHashTable) groups =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) keys =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);
      gboolean is_group = is_heading (line);
      g_autofree char *name = is_group ? g_strdup (line) : copy_key (line);

      if (is_blank_or_comment (line))
        continue;
      if (g_hash_table_contains (is_group ? groups : keys, name))
        {
          *repeated = g_strdup_printf (is_group ? "group %s" : "key '%s'", name);
          return i + 1;
        }
      if (is_group)
        g_hash_table_remove_all (keys);
      g_hash_table_add (is_group ? groups : keys, g_steal_pointer (&name));
    }
  return 0;
}
