/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl set: the mode of a connection, kept in its NetworkManager profile. */
#include "config.h"

#include <glib/gi18n.h>

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
  cli_json_print_object (object, FALSE);
}

gboolean
cmd_set (const CliOptions *options, char **args, GError **error)
{
  const char *mode = cli_mode_parse (args[1]);
  g_autoptr (NMClient) client = NULL;
  NMRemoteConnection *profile;

  if (mode == NULL)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, _ ("'%s' is none of %s"), args[1],
                   CLI_MODE_NAMES);
      return FALSE;
    }

  client = cli_profile_open (error);
  if (client == NULL)
    return FALSE;
  profile = cli_profile_find (client, args[0], error);
  if (profile == NULL)
    return FALSE;
  if (cli_profile_set_mode (NM_CONNECTION (profile), mode)
      && !cli_profile_save (profile, TRUE, error))
    return FALSE;

  if (options->is_json)
    print_json (NM_CONNECTION (profile));
  return TRUE;
}
