/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl list: whether IPv4 works on each connection, and why not. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-bus.h"
#include "cli-command.h"
#include "cli-connection.h"
#include "cli-error.h"
#include "cli-json.h"
#include "cli-table.h"

/* CliField */
static GPtrArray *
list_columns (void)
{
  GPtrArray *columns = g_ptr_array_new ();
  gsize n_fields;
  const CliField *fields = cli_connection_get_fields (&n_fields);

  for (gsize i = 0; i < n_fields; i++)
    if (fields[i].title != NULL)
      g_ptr_array_add (columns, (gpointer)&fields[i]);
  return columns;
}

static void
add_titles (CliTable *table, GPtrArray *columns)
{
  g_autofree const char **cells = g_new0 (const char *, columns->len);

  for (guint i = 0; i < columns->len; i++)
    cells[i] = _ (((const CliField *)columns->pdata[i])->title);
  cli_table_add (table, cells);
}

static void
add_row (CliTable *table, GPtrArray *columns, ClatDBusConnection1 *connection,
         CliClock clock)
{
  g_auto (GStrv) cells = g_new0 (char *, columns->len + 1);
  g_autofree CliTone *tones = g_new0 (CliTone, columns->len);

  for (guint i = 0; i < columns->len; i++)
    cells[i] = cli_connection_dup_text (connection, columns->pdata[i], clock, &tones[i]);
  cli_table_add (table, (const char *const *)cells);
  for (guint i = 0; i < columns->len; i++)
    cli_table_set_tone (table, i, tones[i]);
}

static void
print_table (GPtrArray *connections)
{
  g_autoptr (GPtrArray) columns = list_columns ();
  g_autoptr (CliTable) table = cli_table_new (columns->len);
  g_autofree char *text = NULL;
  CliClock clock = cli_clock_now ();

  add_titles (table, columns);
  for (guint i = 0; i < connections->len; i++)
    add_row (table, columns, g_ptr_array_index (connections, i), clock);
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
        array, cli_connection_to_json (g_ptr_array_index (connections, i), clock));
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

  /* After the table: translators stay while NetworkManager restarts. */
  if (!cli_bus_has_networkmanager (bus))
    {
      cli_error_set_networkmanager (error);
      return FALSE;
    }
  if (!options->is_json && connections->len == 0)
    g_print ("%s\n", _ ("No connection is active."));
  return TRUE;
}
