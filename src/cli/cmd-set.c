/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl set: stores the settings of clat-nm for a connection in its NetworkManager
 * profile. */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "clat-address-setting.h"
#include "clat-prefix.h"
#include "cli-command.h"
#include "cli-error.h"
#include "cli-json.h"
#include "cli-mode.h"
#include "cli-profile.h"

static void
print_json (NMConnection *profile)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "Uuid", nm_connection_get_uuid (profile));
  json_object_set_string_member (object, "Id", nm_connection_get_id (profile));
  json_object_set_string_member (object, "Mode", cli_profile_get_mode (profile));
  json_object_set_string_member (object, "Prefix", cli_profile_get_prefix (profile));
  json_object_set_string_member (object, "Address", cli_profile_get_address (profile));
  json_object_set_string_member (object, "Ipv6Mostly",
                                 cli_profile_get_ipv6_mostly (profile));
  cli_json_print_object (object, FALSE);
}

#define PREFIX_WORD      "prefix="
#define ADDRESS_WORD     "address="
#define IPV6_MOSTLY_WORD "ipv6-mostly="

/* As without the key: clat-nm.conf applies. */
#define DEFAULT "default"

/* The arguments after the name of the connection. */
typedef struct
{
  gboolean has_mode;
  ClatMode mode;
  const char *prefix; /* NULL: not given, as are the others */
  const char *address;
  const char *ipv6_mostly;
} Settings;

static gboolean
is_prefix (const char *text, GError **error)
{
  ClatPrefix prefix;

  return clat_prefix_parse (text, &prefix, error);
}

static gboolean
is_address_setting (const char *text, GError **error)
{
  ClatAddressSetting setting;

  return clat_address_setting_parse (text, &setting, error);
}

static gboolean
is_ipv6_mostly_setting (const char *text, GError **error)
{
  if (g_str_equal (text, "yes") || g_str_equal (text, "no")
      || g_str_equal (text, DEFAULT))
    return TRUE;
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
               _ ("invalid value '%s'; expected one of: %s"), text, "yes, no, " DEFAULT);
  return FALSE;
}

/* The value after the word, which may be empty. */
static gboolean
parse_value (const char *word, const char *text,
             gboolean (*is_valid) (const char *text, GError **error), const char **value,
             GError **error)
{
  g_autoptr (GError) parse_error = NULL;

  if (*value != NULL)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, _ ("more than one %s given"), word);
      return FALSE;
    }
  if (*text != '\0' && !is_valid (text, &parse_error))
    {
      cli_error_set_invalid (error, parse_error);
      return FALSE;
    }
  *value = text;
  return TRUE;
}

static gboolean
parse_mode (const char *text, Settings *settings, GError **error)
{
  g_autofree char *modes = cli_mode_list ();
  ClatMode mode;

  if (!cli_mode_parse (text, &mode))
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
                   _ ("invalid mode '%s'; expected one of: %s"), text, modes);
      return FALSE;
    }
  if (settings->has_mode)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
                   _ ("more than one mode given: '%s' and '%s'"),
                   clat_mode_to_string (settings->mode), text);
      return FALSE;
    }
  settings->has_mode = TRUE;
  settings->mode = mode;
  return TRUE;
}

static gboolean
parse_word (const char *word, Settings *settings, GError **error)
{
  if (g_str_has_prefix (word, PREFIX_WORD))
    return parse_value (PREFIX_WORD, word + strlen (PREFIX_WORD), is_prefix,
                        &settings->prefix, error);
  if (g_str_has_prefix (word, ADDRESS_WORD))
    return parse_value (ADDRESS_WORD, word + strlen (ADDRESS_WORD), is_address_setting,
                        &settings->address, error);
  if (g_str_has_prefix (word, IPV6_MOSTLY_WORD))
    return parse_value (IPV6_MOSTLY_WORD, word + strlen (IPV6_MOSTLY_WORD),
                        is_ipv6_mostly_setting, &settings->ipv6_mostly, error);
  return parse_mode (word, settings, error);
}

/* FALSE if the profile has these settings already. */
static gboolean
change (NMConnection *profile, const Settings *settings)
{
  gboolean is_other = FALSE;

  if (settings->has_mode)
    is_other |= cli_profile_set_mode (profile, settings->mode);
  if (settings->prefix != NULL)
    is_other |= cli_profile_set_prefix (profile, settings->prefix);
  if (settings->address != NULL)
    is_other |= cli_profile_set_address (profile, settings->address);
  if (settings->ipv6_mostly != NULL)
    is_other |= cli_profile_set_ipv6_mostly (
        profile,
        g_str_equal (settings->ipv6_mostly, DEFAULT) ? "" : settings->ipv6_mostly);
  return is_other;
}

gboolean
cmd_set (const CliOptions *options, char **args, GError **error)
{
  g_autoptr (NMClient) client = NULL;
  NMRemoteConnection *profile;
  Settings settings = {0};

  for (char **word = args + 1; *word != NULL; word++)
    if (!parse_word (*word, &settings, error))
      return FALSE;

  client = cli_profile_open (error);
  if (client == NULL)
    return FALSE;
  profile = cli_profile_find (client, args[0], error);
  if (profile == NULL)
    return FALSE;
  if (change (NM_CONNECTION (profile), &settings)
      && !cli_profile_save (profile, TRUE, error))
    return FALSE;

  if (options->is_json)
    print_json (NM_CONNECTION (profile));
  return TRUE;
}
