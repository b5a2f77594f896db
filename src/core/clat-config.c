/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clat-nm.conf as a struct. */
#include "clat-config.h"

#include <string.h>

#include "clat-error.h"
#include "clat-pool.h"

#define GROUP "main"

static gboolean
read_mode (ClatConfig *config, const char *value, GError **error)
{
  if (!clat_mode_parse (value, &config->mode, error))
    return FALSE;

  if (config->mode == CLAT_MODE_YES)
    {
      /* "yes" undoes a default of "no"; as the default itself it would mean "auto". */
      g_set_error_literal (error, CLAT_ERROR, CLAT_ERROR_INVALID,
                           "the default mode is auto, no or force");
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_ipv4_pool (ClatConfig *config, const char *value, GError **error)
{
  g_autoptr (ClatPool) pool = clat_pool_new (value, error);

  if (pool == NULL)
    return FALSE;

  g_free (config->ipv4_pool);
  config->ipv4_pool = g_strdup (value);
  return TRUE;
}

/* There is no other order: an advertisement beats DNS (RFC 8781, 5.1). */
static gboolean
read_discovery (ClatConfig *config, const char *value, GError **error)
{
  gboolean both = g_str_equal (value, "ra,dns");

  config->discovers_by_ra = both || g_str_equal (value, "ra");
  config->discovers_by_dns = both || g_str_equal (value, "dns");
  if (config->discovers_by_ra || config->discovers_by_dns || g_str_equal (value, "none"))
    return TRUE;

  g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
               "“%s” is not a way of discovery: ra,dns or ra or dns or none", value);
  return FALSE;
}

static gboolean
read_translator (ClatConfig *config, const char *value, GError **error)
{
  config->settings.userspace = g_str_equal (value, "userspace");
  if (config->settings.userspace || g_str_equal (value, "auto"))
    return TRUE;

  g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
               "“%s” is not a translator: auto or userspace", value);
  return FALSE;
}

static gboolean
read_lowest_ipv6_mtu (ClatConfig *config, const char *value, GError **error)
{
  guint64 mtu;

  /* RFC 8200, 5: no IPv6 path takes less. */
  if (!g_ascii_string_to_unsigned (value, 10, 1280, 65535, &mtu, NULL))
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
                   "“%s” is not a size of IPv6 packets from 1280 to 65535", value);
      return FALSE;
    }

  config->settings.lowest_ipv6_mtu = mtu;
  return TRUE;
}

static gboolean
read_reassembly (ClatConfig *config, const char *value, GError **error)
{
  config->settings.reassembles = g_str_equal (value, "yes");
  if (config->settings.reassembles || g_str_equal (value, "no"))
    return TRUE;

  g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID, "“%s” is neither yes nor no",
               value);
  return FALSE;
}

static gboolean
read_drain (ClatConfig *config, const char *value, GError **error)
{
  guint64 seconds;

  if (!g_ascii_string_to_unsigned (value, 10, 0, CLAT_MAX_DRAIN_SECONDS, &seconds, NULL))
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
                   "“%s” is not a number of seconds from 0 to %d", value,
                   CLAT_MAX_DRAIN_SECONDS);
      return FALSE;
    }

  config->drain = seconds;
  return TRUE;
}

static const struct
{
  const char *key;
  gboolean (*read) (ClatConfig *config, const char *value, GError **error);
} readers[] = {
    {"mode",            read_mode           },
    {"ipv4-pool",       read_ipv4_pool      },
    {"discovery",       read_discovery      },
    {"translator",      read_translator     },
    {"lowest-ipv6-mtu", read_lowest_ipv6_mtu},
    {"reassembly",      read_reassembly     },
    {"drain",           read_drain          },
};

ClatConfig *
clat_config_new (void)
{
  ClatConfig *self = g_new0 (ClatConfig, 1);

  self->mode = CLAT_MODE_AUTO;
  self->ipv4_pool = g_strdup ("192.0.0.0/29");
  self->discovers_by_ra = TRUE;
  self->discovers_by_dns = TRUE;
  self->drain = 30;
  self->settings = (ClatSettings){.lowest_ipv6_mtu = 1280, .reassembles = TRUE};
  return self;
}

void
clat_config_free (ClatConfig *self)
{
  g_free (self->ipv4_pool);
  g_free (self);
}

/* GKeyFile does not tell lines. The number of the first line that begins with word and
 * goes on with a character of after, 1 if there is none. */
static guint
find_line (const char *text, const char *word, const char *after)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gsize length = strlen (word);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strchug (lines[i]);

      if (g_str_has_prefix (line, word) && line[length] != '\0'
          && strchr (after, line[length]) != NULL)
        return i + 1;
    }
  return 1;
}

static guint
find_key (const char *text, const char *key)
{
  return find_line (text, key, "= \t");
}

/* The first line that GKeyFile does not take: it complains without a number. */
static guint
find_bad_line (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean in_group = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);

      if (line[0] == '\0' || line[0] == '#')
        continue;
      if (line[0] == '[' && g_str_has_suffix (line, "]"))
        in_group = TRUE;
      else if (!in_group || line[0] == '=' || strchr (line, '=') == NULL)
        return i + 1;
    }
  return 1;
}

static gboolean
read_key (ClatConfig *config, const char *key, const char *value, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    if (g_str_equal (readers[i].key, key))
      return readers[i].read (config, value, error);

  g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID, "unknown key “%s”", key);
  return FALSE;
}

static gboolean
refuse_unknown_groups (GKeyFile *file, const char *name, const char *text, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autofree char *heading = g_strconcat ("[", groups[i], NULL);

      if (g_str_equal (groups[i], GROUP))
        continue;
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID, "%s:%u: unknown group [%s]",
                   name, find_line (text, heading, "]"), groups[i]);
      return FALSE;
    }
  return TRUE;
}

ClatConfig *
clat_config_parse (const char *name, const char *text, gsize length, GError **error)
{
  g_autoptr (ClatConfig) config = clat_config_new ();
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) keys = NULL;

  if (length == 0)
    return g_steal_pointer (&config);

  if (memchr (text, '\0', length) != NULL)
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID, "%s: is not a text file", name);
      return NULL;
    }

  if (!g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, error))
    {
      g_prefix_error (error, "%s:%u: ", name, find_bad_line (text));
      return NULL;
    }

  if (!refuse_unknown_groups (file, name, text, error))
    return NULL;

  keys = g_key_file_get_keys (file, GROUP, NULL, NULL);
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *value = g_key_file_get_string (file, GROUP, keys[i], error);

      if (value == NULL || !read_key (config, keys[i], g_strstrip (value), error))
        {
          g_prefix_error (error, "%s:%u: ", name, find_key (text, keys[i]));
          return NULL;
        }
    }

  return g_steal_pointer (&config);
}

ClatConfig *
clat_config_load (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local_error = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &local_error))
    {
      if (g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return clat_config_new ();
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  return clat_config_parse (path, text, length, error);
}
