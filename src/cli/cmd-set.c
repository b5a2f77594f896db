/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl set: the mode of a connection and its NAT64 prefix, kept in its NetworkManager
 * profile. */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli-command.h"
#include "cli-error.h"
#include "cli-json.h"
#include "cli-mode.h"
#include "cli-prefix.h"
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

/* What is to be set; NULL: stays as it is. */
typedef struct
{
  const char *mode;
  const char *prefix;
} Settings;

static gboolean
parse_prefix (const char *text, Settings *settings, GError **error)
{
  if (*text != '\0' && !cli_prefix_is_valid (text))
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
                   _ ("'%s' is no NAT64 prefix such as 64:ff9b::/96"), text);
      return FALSE;
    }
  settings->prefix = text;
  return TRUE;
}

static gboolean
parse_word (const char *word, Settings *settings, GError **error)
{
  if (g_str_has_prefix (word, PREFIX_WORD))
    return parse_prefix (word + strlen (PREFIX_WORD), settings, error);

  settings->mode = cli_mode_parse (word);
  if (settings->mode == NULL)
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, _ ("'%s' is none of %s"), word,
                 CLI_MODE_NAMES);
  return settings->mode != NULL;
}

/* FALSE if it was so already. */
static gboolean
change (NMConnection *profile, const Settings *settings)
{
  gboolean is_other = FALSE;

  if (settings->mode != NULL)
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
