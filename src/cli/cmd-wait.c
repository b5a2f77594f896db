/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl wait: until IPv4 works, for scripts. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-command.h"
#include "cli-connection.h"
#include "cli-error.h"
#include "cli-json.h"
#include "cli-wait.h"

static void
print_text (ClatDBusConnection1 *connection)
{
  g_autofree char *title = cli_connection_dup_title (connection);
  g_autofree char *status = cli_connection_dup_status (connection);
  g_autofree char *clean = cli_text_clean (status);

  g_print ("%s: %s\n", title, clean);
}

gboolean
cmd_wait (const CliOptions *options, char **args, GError **error)
{
  int seconds = options->timeout != -1 ? options->timeout : CLI_WAIT_DEFAULT_SECONDS;
  g_autoptr (ClatDBusConnection1) connection = NULL;

  if (seconds < 0 || seconds > CLI_WAIT_MAX_SECONDS)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
                   _ ("invalid timeout %d; expected 0 to %d"), seconds,
                   CLI_WAIT_MAX_SECONDS);
      return FALSE;
    }
  connection = cli_wait_for_ipv4 (args[0], seconds, error);
  if (connection == NULL)
    return FALSE;

  if (options->is_json)
    cli_json_print_object (cli_connection_to_json (connection, cli_clock_now ()), FALSE);
  else
    print_text (connection);
  return TRUE;
}
