/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl show: all fields of one connection. */
#include "config.h"

#include "cli-bus.h"
#include "cli-command.h"
#include "cli-connection.h"
#include "cli-details.h"
#include "cli-json.h"

static void
print_table (ClatDBusConnection1 *connection)
{
  g_autofree char *text = cli_details_format (connection, cli_style_of_stdout ());

  g_print ("%s", text);
}

gboolean
cmd_show (const CliOptions *options, char **args, GError **error)
{
  g_autoptr (GDBusObjectManagerClient) bus = cli_bus_open (error);
  g_autoptr (ClatDBusConnection1) connection = NULL;

  if (bus == NULL)
    return FALSE;
  connection = cli_bus_find (bus, args[0], error);
  if (connection == NULL)
    return FALSE;

  if (options->is_json)
    cli_json_print_object (cli_connection_to_json (connection, cli_clock_now ()), FALSE);
  else
    print_table (connection);
  return TRUE;
}
