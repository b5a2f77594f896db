/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clat-nm.conf as a struct. */
#include "clat-config.h"

#include <string.h>

#include "clat-error.h"
#include "clat-keyfile-lines.h"
#include "clat-pool.h"

#define MAIN     "main"
#define UTF8_BOM "\xef\xbb\xbf"

/* A NAT64 prefix from the configuration, and the interfaces or the profile it is for. */
typedef struct
{
  enum
  {
    KIND_INTERFACE, /* whose name matches the pattern */
    KIND_PROFILE,
  } kind;
  const char *name;
  ClatPrefix prefix;
} PrefixOf;

static gboolean
read_mode (ClatConfig *config, const char *value, GError **error)
{
  if (!clat_mode_parse (value, &config->mode, error))
    return FALSE;

  if (config->mode == CLAT_MODE_YES)
    {
      /* "yes" in a profile overrides a default of "no". As the default it would mean
       * "auto". */
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

/* RFC 8781, 5.1 prefers router advertisements, but some networks announce wrong prefixes.
 */
static gboolean
read_discovery (ClatConfig *config, const char *value, GError **error)
{
  static const struct
  {
    const char *value;
    gboolean by_ra;
    gboolean by_dns;
    gboolean dns_first;
  } ways[] = {
      {"ra,dns", TRUE, TRUE, FALSE}, {"dns,ra", TRUE, TRUE, TRUE},
      {"ra", TRUE, FALSE, FALSE},    {"dns", FALSE, TRUE, TRUE},
      {"none", FALSE, FALSE, FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    if (g_str_equal (value, ways[i].value))
      {
        config->discovers_by_ra = ways[i].by_ra;
        config->discovers_by_dns = ways[i].by_dns;
        config->dns_first = ways[i].dns_first;
        return TRUE;
      }

  g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
               "'%s' is not a discovery method; expected ra,dns or dns,ra or ra or dns "
               "or none",
               value);
  return FALSE;
}

static gboolean
read_translator (ClatConfig *config, const char *value, GError **error)
{
  config->settings.userspace = g_str_equal (value, "userspace");
  if (config->settings.userspace || g_str_equal (value, "auto"))
    return TRUE;

  g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
               "'%s' is not a translator; expected auto or userspace", value);
  return FALSE;
}

static gboolean
read_lowest_ipv6_mtu (ClatConfig *config, const char *value, GError **error)
{
  guint64 mtu;

  /* RFC 8200, 5: every IPv6 path carries 1280. */
  if (!g_ascii_string_to_unsigned (value, 10, 1280, 65535, &mtu, NULL))
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
                   "'%s' is not an IPv6 MTU from 1280 to 65535", value);
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

  g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID, "'%s' is neither yes nor no",
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
                   "'%s' is not a number of seconds from 0 to %d", value,
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
    {"mode", read_mode},
    {"ipv4-pool", read_ipv4_pool},
    {"discovery", read_discovery},
    {"translator", read_translator},
    {"lowest-ipv6-mtu", read_lowest_ipv6_mtu},
    {"reassembly", read_reassembly},
    {"drain", read_drain},
};

static void
clear_prefix_of (gpointer set)
{
  g_free ((char *)((PrefixOf *)set)->name);
}

ClatConfig *
clat_config_new (void)
{
  ClatConfig *self = g_new0 (ClatConfig, 1);

  self->mode = CLAT_MODE_AUTO;
  self->ipv4_pool = g_strdup ("192.0.0.0/29");
  self->discovers_by_ra = TRUE;
  self->discovers_by_dns = TRUE;
  self->drain = 30;
  self->prefixes = g_array_new (FALSE, FALSE, sizeof (PrefixOf));
  g_array_set_clear_func (self->prefixes, clear_prefix_of);
  self->settings = (ClatSettings){.lowest_ipv6_mtu = 1280, .reassembles = TRUE};
  return self;
}

void
clat_config_free (ClatConfig *self)
{
  g_free (self->ipv4_pool);
  g_array_unref (self->prefixes);
  g_free (self);
}

const ClatPrefix *
clat_config_find_prefix (const ClatConfig *self, const char *interface, const char *uuid,
                         const char *id)
{
  const ClatPrefix *found = NULL;

  for (guint i = 0; i < self->prefixes->len; i++)
    {
      const PrefixOf *set = &g_array_index (self->prefixes, PrefixOf, i);

      if (set->kind == KIND_PROFILE
          && (g_str_equal (set->name, uuid) || g_str_equal (set->name, id)))
        return &set->prefix;
      if (found == NULL && set->kind == KIND_INTERFACE
          && g_pattern_match_simple (set->name, interface))
        found = &set->prefix;
    }
  return found;
}

static gboolean
read_main_key (ClatConfig *config, const char *key, const char *value, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    if (g_str_equal (readers[i].key, key))
      return readers[i].read (config, value, error);

  g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID, "unknown key '%s'", key);
  return FALSE;
}

static gboolean
read_prefix_key (ClatConfig *config, PrefixOf set, const char *key, const char *value,
                 GError **error)
{
  if (!g_str_equal (key, "prefix"))
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID, "unknown key '%s'", key);
      return FALSE;
    }
  if (!clat_prefix_parse (value, &set.prefix, error))
    return FALSE;

  set.name = g_strdup (set.name);
  g_array_append_val (config->prefixes, set);
  return TRUE;
}

/* FALSE without error if the group is not for an interface or a profile. */
static gboolean
parse_group (const char *group, PrefixOf *set)
{
  static const char *const beginnings[] = {
      [KIND_INTERFACE] = "interface ",
      [KIND_PROFILE] = "profile ",
  };

  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    if (g_str_has_prefix (group, beginnings[i]))
      {
        *set = (PrefixOf){.kind = i, .name = group + strlen (beginnings[i])};
        return *set->name != '\0';
      }
  return FALSE;
}

static gboolean
read_key (ClatConfig *config, const char *group, const char *key, const char *value,
          GError **error)
{
  PrefixOf set;

  if (parse_group (group, &set))
    return read_prefix_key (config, set, key, value, error);
  return read_main_key (config, key, value, error);
}

static gboolean
read_group (ClatConfig *config, GKeyFile *file, const char *group, const char *name,
            const char *text, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);
  PrefixOf set;

  if (!g_str_equal (group, MAIN) && !parse_group (group, &set))
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
clat_config_parse (const char *name, const char *text, gsize length, GError **error)
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
