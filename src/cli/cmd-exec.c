/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl exec: a command in the namespace of a translator. */
#include "config.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <unistd.h>

#include "cli-bus.h"
#include "cli-command.h"
#include "cli-error.h"
#include "cli-netns.h"
#include "cli-translator.h"

static char *
find_namespace (const char *name, GError **error)
{
  g_autoptr (GDBusObjectManagerClient) bus = cli_bus_open (error);
  g_autoptr (ClatDBusConnection1) connection =
      bus != NULL ? cli_translator_find (bus, name, error) : NULL;

  return connection != NULL ? clat_dbus_connection1_dup_namespace (connection) : NULL;
}

gboolean
cmd_exec (const CliOptions *options, char **args, GError **error)
{
  g_autofree char *namespace = NULL;

  if (options->command == NULL || options->command < args || *options->command == NULL)
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE,
                           _ ("exec: no command given after \"--\"; see clatctl exec "
                              "--help"));
      return FALSE;
    }
  namespace = find_namespace (args != options->command ? args[0] : NULL, error);
  if (namespace == NULL || !cli_netns_enter (namespace, NULL, error))
    return FALSE;

  execvp (options->command[0], options->command);
  g_set_error (error, CLI_ERROR, CLI_ERROR_FAILED, _ ("cannot run %s: %s"),
               options->command[0], g_strerror (errno));
  return FALSE;
}
