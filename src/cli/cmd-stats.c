/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl stats: packets, bytes and drops of each direction. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-bus.h"
#include "cli-command.h"
#include "cli-connection.h"
#include "cli-error.h"
#include "cli-json.h"
#include "cli-table.h"

#define DROP_PREFIX "drop-"

/* A column of the table, and the member of JSON objects that has its counters. */
static const struct
{
  const char *title;
  const char *member;
} directions[] = {
    {N_ ("IPV4 TO IPV6"), "Ipv4ToIpv6"},
    {N_ ("IPV6 TO IPV4"), "Ipv6ToIpv4"},
};

#define N_DIRECTIONS G_N_ELEMENTS (directions)

/* A dictionary a{st} for each direction. */
typedef struct
{
  GVariant *of[N_DIRECTIONS];
} Counters;

static gboolean
read_counters (ClatDBusConnection1 *connection, Counters *counters, GError **error)
{
  GError *bus_error = NULL;
  g_autofree char *title = NULL;
  g_autofree char *what = NULL;

  if (clat_dbus_connection1_call_get_statistics_sync (connection, &counters->of[0],
                                                      &counters->of[1], NULL, &bus_error))
    return TRUE;

  title = cli_connection_dup_title (connection);
  what = g_strdup_printf (_ ("cannot read the counters of %s"), title);
  cli_error_take_bus (error, bus_error, what);
  return FALSE;
}

static void
clear_counters (Counters *counters)
{
  for (gsize i = 0; i < N_DIRECTIONS; i++)
    g_clear_pointer (&counters->of[i], g_variant_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Counters, clear_counters)

static guint64
get_counter (GVariant *direction, const char *key)
{
  guint64 value = 0;

  g_variant_lookup (direction, key, "t", &value);
  return value;
}

static void
add_row (CliTable *table, const Counters *counters, const char *key, const char *label)
{
  g_auto (GStrv) cells = g_new0 (char *, 1 + N_DIRECTIONS + 1);

  cells[0] = g_strdup (label);
  for (gsize i = 0; i < N_DIRECTIONS; i++)
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
    if (g_str_has_prefix (key, DROP_PREFIX)
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
add_drops (CliTable *table, const Counters *counters)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();

  for (gsize i = 0; i < N_DIRECTIONS; i++)
    collect_drops (counters->of[i], keys);
  g_ptr_array_sort (keys, compare);
  for (guint i = 0; i < keys->len; i++)
    {
      const char *key = g_ptr_array_index (keys, i);
      g_autofree char *label =
          g_strdup_printf (_ ("dropped: %s"), key + strlen (DROP_PREFIX));

      add_row (table, counters, key, label);
    }
}

static void
add_titles (CliTable *table, const char *title)
{
  const char *titles[1 + N_DIRECTIONS] = {title};

  for (gsize i = 0; i < N_DIRECTIONS; i++)
    {
      titles[1 + i] = _ (directions[i].title);
      cli_table_align_right (table, 1 + i);
    }
  cli_table_add (table, titles);
}

static gboolean
has_counters (const Counters *counters)
{
  for (gsize i = 0; i < N_DIRECTIONS; i++)
    if (g_variant_n_children (counters->of[i]) > 0)
      return TRUE;
  return FALSE;
}

static void
print_table (ClatDBusConnection1 *connection, const Counters *counters)
{
  g_autofree char *title = cli_connection_dup_title (connection);
  g_autoptr (CliTable) table = cli_table_new (1 + N_DIRECTIONS);
  g_autofree char *text = NULL;

  if (!has_counters (counters))
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
to_json (ClatDBusConnection1 *connection, const Counters *counters)
{
  JsonObject *object = cli_connection_to_json_name (connection);

  for (gsize i = 0; i < N_DIRECTIONS; i++)
    json_object_set_member (object, directions[i].member,
                            json_gvariant_serialize (counters->of[i]));
  return object;
}

static gboolean
print_one (ClatDBusConnection1 *connection, gboolean is_json, GError **error)
{
  g_auto (Counters) counters = {0};

  if (!read_counters (connection, &counters, error))
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
      g_auto (Counters) counters = {0};

      if (!read_counters (connection, &counters, error))
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

gboolean
cmd_stats (const CliOptions *options, char **args, GError **error)
{
  g_autoptr (GDBusObjectManagerClient) bus = cli_bus_open (error);
  g_autoptr (ClatDBusConnection1) connection = NULL;

  if (bus == NULL)
    return FALSE;
  if (args[0] == NULL)
    return print_all (bus, options->is_json, error);

  connection = cli_bus_find (bus, args[0], error);
  return connection != NULL && print_one (connection, options->is_json, error);
}
