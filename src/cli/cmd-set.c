/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl set: stores the mode and the NAT64 prefix of a connection in its NetworkManager
 * profile. */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

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
  cli_json_print_object (object, FALSE);
}

#define PREFIX_WORD "prefix="

/* The arguments after the name of the connection. */
typedef struct
{
  gboolean has_mode;
  ClatMode mode;
  const char *prefix; /* NULL: not given */
} Settings;

static gboolean
parse_prefix (const char *text, Settings *settings, GError **error)
{
  g_autoptr (GError) parse_error = NULL;
  ClatPrefix prefix;

  if (settings->prefix != NULL)
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE,
                           _ ("more than one prefix= given"));
      return FALSE;
    }
  if (*text != '\0' && !clat_prefix_parse (text, &prefix, &parse_error))
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE, parse_error->message);
      return FALSE;
    }
  settings->prefix = text;
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
  return g_str_has_prefix (word, PREFIX_WORD)
             ? parse_prefix (word + strlen (PREFIX_WORD), settings, error)
             : parse_mode (word, settings, error);
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
