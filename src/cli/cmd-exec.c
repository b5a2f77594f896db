/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl exec: a command in the namespace of a translator. */
#include "config.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <unistd.h>

#include "cli-bus.h"
#include "cli-command.h"
#include "cli-connection.h"
#include "cli-error.h"
#include "cli-netns.h"

static const char *
get_namespace (ClatDBusConnection1 *connection)
{
  const char *namespace = clat_dbus_connection1_get_namespace (connection);

  return namespace != NULL ? namespace : "";
}

/* The only one that has a namespace. */
static ClatDBusConnection1 *
find_only (GDBusObjectManagerClient *bus, GError **error)
{
  g_autoptr (GPtrArray) connections = cli_bus_list (bus);
  g_autoptr (ClatDBusConnection1) found = NULL;

  for (guint i = 0; i < connections->len; i++)
    {
      if (*get_namespace (connections->pdata[i]) == '\0')
        continue;
      if (found != NULL)
        {
          g_set_error (error, CLI_ERROR, CLI_ERROR_AMBIGUOUS,
                       _ ("several connections have a translator; name one"));
          return NULL;
        }
      found = g_object_ref (connections->pdata[i]);
    }
  if (found == NULL)
    g_set_error (error, CLI_ERROR, CLI_ERROR_NOT_FOUND,
                 _ ("no connection has a translator"));
  return g_steal_pointer (&found);
}

static char *
find_namespace (const char *name, GError **error)
{
  g_autoptr (GDBusObjectManagerClient) bus = cli_bus_open (error);
  g_autoptr (ClatDBusConnection1) connection = NULL;
  g_autofree char *title = NULL;

  if (bus == NULL)
    return NULL;
  connection = name != NULL ? cli_bus_find (bus, name, error) : find_only (bus, error);
  if (connection == NULL)
    return NULL;
  if (*get_namespace (connection) != '\0')
    return g_strdup (get_namespace (connection));
  title = cli_connection_dup_title (connection);
  g_set_error (error, CLI_ERROR, CLI_ERROR_NOT_FOUND, _ ("%s has no translator"), title);
  return NULL;
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
