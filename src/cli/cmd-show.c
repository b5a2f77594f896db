/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl show: all fields of one connection. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-bus.h"
#include "cli-command.h"
#include "cli-connection.h"
#include "cli-json.h"
#include "cli-table.h"

static void
add_line (CliTable *table, ClatDBusConnection1 *connection, const CliField *field,
          CliClock clock)
{
  CliTone tone;
  g_autofree char *text = cli_connection_dup_text (connection, field, clock, &tone);
  const char *const cells[] = {_ (field->label), text};

  cli_table_add (table, cells);
  cli_table_set_tone (table, 1, tone);
}

static void
print_table (ClatDBusConnection1 *connection)
{
  gsize n_fields;
  const CliField *fields = cli_connection_get_fields (&n_fields);
  g_autoptr (CliTable) table = cli_table_new (2);
  g_autofree char *text = NULL;
  CliClock clock = cli_clock_now ();

  for (gsize i = 0; i < n_fields; i++)
    if (fields[i].label != NULL)
      add_line (table, connection, &fields[i], clock);
  text = cli_table_format (table, cli_style_of_stdout ());
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
