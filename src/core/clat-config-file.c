/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads clat-nm.conf. */
#include "clat-config-file.h"

#include <string.h>

#include "clat-config-keys.h"
#include "clat-error.h"
#include "clat-keyfile-lines.h"

#define MAIN     "main"
#define UTF8_BOM "\xef\xbb\xbf"

/* What a group other than [main] is for. */
typedef struct
{
  ClatConfigScope kind;
  const char *name;
} Scope;

static gboolean
read_prefix (ClatConfig *config, const Scope *scope, const char *value, GError **error)
{
  ClatPrefix prefix;

  if (!clat_prefix_parse (value, &prefix, error))
    return FALSE;
  clat_config_add_prefix (config, scope->kind, scope->name, &prefix);
  return TRUE;
}

static gboolean
read_address (ClatConfig *config, const Scope *scope, const char *value, GError **error)
{
  ClatAddressSetting address;

  if (!clat_address_setting_parse (value, &address, error))
    return FALSE;
  clat_config_add_address (config, scope->kind, scope->name, &address);
  return TRUE;
}

static gboolean
read_scoped_key (ClatConfig *config, const Scope *scope, const char *key,
                 const char *value, GError **error)
{
  if (g_str_equal (key, "prefix"))
    return read_prefix (config, scope, value, error);
  if (g_str_equal (key, "address"))
    return read_address (config, scope, value, error);

  g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID, "unknown key '%s'", key);
  return FALSE;
}

/* FALSE without error if the group is not for an interface or a profile. */
static gboolean
parse_group (const char *group, Scope *scope)
{
  static const char *const beginnings[] = {
      [CLAT_CONFIG_INTERFACE] = "interface ",
      [CLAT_CONFIG_PROFILE] = "profile ",
  };

  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    if (g_str_has_prefix (group, beginnings[i]))
      {
        *scope = (Scope){i, group + strlen (beginnings[i])};
        return *scope->name != '\0';
      }
  return FALSE;
}

static gboolean
read_key (ClatConfig *config, const char *group, const char *key, const char *value,
          GError **error)
{
  Scope scope;

  if (parse_group (group, &scope))
    return read_scoped_key (config, &scope, key, value, error);
  return clat_config_keys_read (config, key, value, error);
}

static gboolean
read_group (ClatConfig *config, GKeyFile *file, const char *group, const char *name,
            const char *text, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);
  Scope scope;

  if (!g_str_equal (group, MAIN) && !parse_group (group, &scope))
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID, "%s:%u: unknown group [%s]",
                   name, clat_keyfile_lines_find_group (text, group), group);
      return FALSE;
    }

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *value = g_key_file_get_string (file, group, keys[i], error);

      if (value == NULL || !read_key (config, group, keys[i], g_strstrip (value), error))
        {
          g_prefix_error (error, "%s:%u: ", name,
                          clat_keyfile_lines_find_key (text, group, keys[i]));
          return FALSE;
        }
    }
  return TRUE;
}

static GKeyFile *
load_key_file (const char *name, const char *text, gsize length, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *repeated = NULL;
  guint line;

  if (memchr (text, '\0', length) != NULL)
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID, "%s: not a text file", name);
      return NULL;
    }

  if (!g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, error))
    {
      g_prefix_error (error, "%s:%u: ", name, clat_keyfile_lines_find_bad (text));
      return NULL;
    }

  line = clat_keyfile_lines_find_repeated (text, &repeated);
  if (line != 0)
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID, "%s:%u: %s is repeated", name,
                   line, repeated);
      return NULL;
    }
  return g_steal_pointer (&file);
}

ClatConfig *
clat_config_file_parse (const char *name, const char *text, gsize length, GError **error)
{
  g_autoptr (ClatConfig) config = clat_config_new ();
  g_autoptr (GKeyFile) file = NULL;
  g_auto (GStrv) groups = NULL;

  /* Some editors write a byte order mark, which GKeyFile rejects. */
  if (length >= strlen (UTF8_BOM) && g_str_has_prefix (text, UTF8_BOM))
    {
      text += strlen (UTF8_BOM);
      length -= strlen (UTF8_BOM);
    }
  if (length == 0)
    return g_steal_pointer (&config);

  file = load_key_file (name, text, length, error);
  if (file == NULL)
    return NULL;

  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    if (!read_group (config, file, groups[i], name, text, error))
      return NULL;

  return g_steal_pointer (&config);
}

ClatConfig *
clat_config_file_load (const char *path, gboolean must_exist, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local_error = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &local_error))
    {
      if (!must_exist && g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return clat_config_new ();
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  return clat_config_file_parse (path, text, length, error);
}
