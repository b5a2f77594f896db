/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl stats: packets, bytes and drops of each direction. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-bus.h"
#include "cli-command.h"
#include "cli-connection.h"
#include "cli-counters.h"
#include "cli-error.h"
#include "cli-json.h"
#include "cli-table.h"
#include "cli-watch.h"

/* Of --watch, in seconds. */
#define DEFAULT_INTERVAL 1
#define MAX_INTERVAL     (24 * 60 * 60)

/* A column of the table, and the member of JSON objects that has its counters. */
static const struct
{
  const char *title;
  const char *member;
} directions[CLI_N_DIRECTIONS] = {
    [CLI_IPV4_TO_IPV6] = {N_ ("IPV4 TO IPV6"), "Ipv4ToIpv6"},
    [CLI_IPV6_TO_IPV4] = {N_ ("IPV6 TO IPV4"), "Ipv6ToIpv4"},
};

static guint64
get_counter (GVariant *direction, const char *key)
{
  guint64 value = 0;

  g_variant_lookup (direction, key, "t", &value);
  return value;
}

static void
add_row (CliTable *table, const CliCounters *counters, const char *key, const char *label)
{
  g_auto (GStrv) cells = g_new0 (char *, 1 + CLI_N_DIRECTIONS + 1);

  cells[0] = g_strdup (label);
  for (gsize i = 0; i < CLI_N_DIRECTIONS; i++)
    cells[1 + i] =
        g_strdup_printf ("%" G_GUINT64_FORMAT, get_counter (counters->of[i], key));
  cli_table_add (table, (const char *const *)cells);
}

static void
collect_drops (GVariant *direction, GPtrArray *keys)
{
  GVariantIter iter;
  const char *key;

  g_variant_iter_init (&iter, direction);
  while (g_variant_iter_next (&iter, "{&st}", &key, NULL))
    if (g_str_has_prefix (key, CLI_DROP_PREFIX)
        && !g_ptr_array_find_with_equal_func (keys, key, g_str_equal, NULL))
      g_ptr_array_add (keys, (gpointer)key);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char **)a, *(const char **)b);
}

/* A reason that has occurred in both directions is one row. */
static void
add_drops (CliTable *table, const CliCounters *counters)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();

  for (gsize i = 0; i < CLI_N_DIRECTIONS; i++)
    collect_drops (counters->of[i], keys);
  g_ptr_array_sort (keys, compare);
  for (guint i = 0; i < keys->len; i++)
    {
      const char *key = g_ptr_array_index (keys, i);
      g_autofree char *label =
          g_strdup_printf (_ ("dropped: %s"), key + strlen (CLI_DROP_PREFIX));

      add_row (table, counters, key, label);
    }
}

static void
add_titles (CliTable *table, const char *title)
{
  const char *titles[1 + CLI_N_DIRECTIONS] = {title};

  for (gsize i = 0; i < CLI_N_DIRECTIONS; i++)
    {
      titles[1 + i] = _ (directions[i].title);
      cli_table_align_right (table, 1 + i);
    }
  cli_table_add (table, titles);
}

static void
print_table (ClatDBusConnection1 *connection, const CliCounters *counters)
{
  g_autofree char *title = cli_connection_dup_title (connection);
  g_autoptr (CliTable) table = cli_table_new (1 + CLI_N_DIRECTIONS);
  g_autofree char *text = NULL;

  if (!cli_counters_exist (counters))
    {
      g_print (_ ("%s: no translator is active\n"), title);
      return;
    }

  add_titles (table, title);
  add_row (table, counters, "packets", _ ("packets"));
  add_row (table, counters, "bytes", _ ("bytes"));
  add_drops (table, counters);
  text = cli_table_format (table, cli_style_of_stdout ());
  g_print ("%s", text);
}

static JsonObject *
to_json (ClatDBusConnection1 *connection, const CliCounters *counters)
{
  JsonObject *object = cli_connection_to_json_name (connection);

  for (gsize i = 0; i < CLI_N_DIRECTIONS; i++)
    json_object_set_member (object, directions[i].member,
                            json_gvariant_serialize (counters->of[i]));
  return object;
}

static gboolean
print_one (ClatDBusConnection1 *connection, gboolean is_json, GError **error)
{
  g_auto (CliCounters) counters = {0};

  if (!cli_counters_read (connection, &counters, error))
    return FALSE;
  if (is_json)
    cli_json_print_object (to_json (connection, &counters), FALSE);
  else
    print_table (connection, &counters);
  return TRUE;
}

static gboolean
print_all_json (GPtrArray *connections, GError **error)
{
  g_autoptr (JsonArray) array = json_array_new ();

  for (guint i = 0; i < connections->len; i++)
    {
      ClatDBusConnection1 *connection = g_ptr_array_index (connections, i);
      g_auto (CliCounters) counters = {0};

      if (!cli_counters_read (connection, &counters, error))
        return FALSE;
      json_array_add_object_element (array, to_json (connection, &counters));
    }
  cli_json_print_array (g_steal_pointer (&array));
  return TRUE;
}

static gboolean
print_all_tables (GPtrArray *connections, GError **error)
{
  for (guint i = 0; i < connections->len; i++)
    {
      if (i > 0)
        g_print ("\n");
      if (!print_one (g_ptr_array_index (connections, i), FALSE, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
print_all (GDBusObjectManagerClient *bus, gboolean is_json, GError **error)
{
  g_autoptr (GPtrArray) connections = cli_bus_list (bus);

  if (!(is_json ? print_all_json : print_all_tables) (connections, error))
    return FALSE;
  if (!cli_bus_has_networkmanager (bus))
    {
      cli_error_set_networkmanager (error);
      return FALSE;
    }
  if (!is_json && connections->len == 0)
    g_print ("%s\n", _ ("No connection is active."));
  return TRUE;
}

static gboolean
watch (const CliOptions *options, GDBusObjectManagerClient *bus, const char *name,
       GError **error)
{
  int seconds = options->interval != -1 ? options->interval : DEFAULT_INTERVAL;

  if (seconds < 1 || seconds > MAX_INTERVAL)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
                   _ ("invalid interval %d; expected 1 to %d"), seconds, MAX_INTERVAL);
      return FALSE;
    }
  return cli_watch_run (bus, name, seconds, options->is_json, error);
}

gboolean
cmd_stats (const CliOptions *options, char **args, GError **error)
{
  g_autoptr (GDBusObjectManagerClient) bus = cli_bus_open (error);
  g_autoptr (ClatDBusConnection1) connection = NULL;
  gboolean watches = options->watches || options->interval != -1;

  if (bus == NULL)
    return FALSE;
  if (args[0] != NULL)
    {
      connection = cli_bus_find (bus, args[0], error);
      if (connection == NULL)
        return FALSE;
    }
  if (watches)
    return watch (options, bus, args[0], error);
  return connection != NULL ? print_one (connection, options->is_json, error)
                            : print_all (bus, options->is_json, error);
}
