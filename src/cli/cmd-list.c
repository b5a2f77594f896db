/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl list: does IPv4 work, and if not, why? */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-bus.h"
#include "cli-command.h"
#include "cli-json.h"
#include "cli-summary.h"
#include "cli-table.h"

enum
{
  COLUMN_CONNECTION,
  COLUMN_INTERFACE,
  COLUMN_IPV4,
  COLUMN_STATE,
  COLUMN_DETAILS,
  N_COLUMNS,
};

static void
add_row (CliTable *table, ClatDBusConnection1 *connection)
{
  const char *state = cli_bus_text (clat_dbus_connection1_get_state (connection));
  g_autofree char *details = cli_summary_dup_details (connection);
  CliTone tone;
  const char *const cells[] = {
      [COLUMN_CONNECTION] = cli_bus_text (clat_dbus_connection1_get_id (connection)),
      [COLUMN_INTERFACE] =
          cli_bus_text (clat_dbus_connection1_get_interface (connection)),
      [COLUMN_IPV4] = cli_text_ipv4 (state, &tone),
      [COLUMN_STATE] = state,
      [COLUMN_DETAILS] = details,
  };

  cli_table_add (table, cells);
  cli_table_set_tone (table, COLUMN_IPV4, tone);
}

static void
print_table (GPtrArray *connections)
{
  const char *const titles[] = {_ ("CONNECTION"), _ ("INTERFACE"), _ ("IPV4"),
                                _ ("STATE"), _ ("DETAILS")};
  g_autoptr (CliTable) table = cli_table_new (N_COLUMNS);
  g_autofree char *text = NULL;

  cli_table_add (table, titles);
  for (guint i = 0; i < connections->len; i++)
    add_row (table, g_ptr_array_index (connections, i));
  text = cli_table_format (table, cli_style_of_stdout ());
  g_print ("%s", text);
}

static void
print_json (GPtrArray *connections)
{
  JsonArray *array = json_array_new ();
  CliClock clock = cli_clock_now ();

  for (guint i = 0; i < connections->len; i++)
    json_array_add_object_element (
        array, cli_json_connection (g_ptr_array_index (connections, i), clock));
  cli_json_print_array (array);
}

gboolean
cmd_list (const CliOptions *options, char **args, GError **error)
{
  g_autoptr (GDBusObjectManagerClient) bus = cli_bus_open (error);
  g_autoptr (GPtrArray) connections = NULL;

  if (bus == NULL)
    return FALSE;

  connections = cli_bus_list (bus);
  if (options->is_json)
    print_json (connections);
  else if (connections->len > 0)
    print_table (connections);
  else
    g_print ("%s\n", _ ("No connection is active."));
  return TRUE;
}
