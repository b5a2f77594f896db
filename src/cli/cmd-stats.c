/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl stats: packets, bytes and drops of each direction. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-bus.h"
#include "cli-command.h"
#include "cli-error.h"
#include "cli-json.h"
#include "cli-table.h"

#define DROP_PREFIX "drop-"

typedef struct
{
  GVariant *out; /* IPv4 to IPv6 */
  GVariant *in;
} Counters;

static gboolean
read_counters (ClatDBusConnection1 *connection, Counters *counters, GError **error)
{
  GError *bus_error = NULL;
  g_autofree char *title = NULL;
  g_autofree char *what = NULL;

  if (clat_dbus_connection1_call_get_statistics_sync (connection, &counters->out,
                                                      &counters->in, NULL, &bus_error))
    return TRUE;

  title = cli_bus_dup_title (connection);
  what = g_strdup_printf (_ ("cannot read the counters of %s"), title);
  cli_error_take_bus (error, bus_error, what);
  return FALSE;
}

static void
clear_counters (Counters *counters)
{
  g_variant_unref (counters->out);
  g_variant_unref (counters->in);
}

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
  g_autofree char *out =
      g_strdup_printf ("%" G_GUINT64_FORMAT, get_counter (counters->out, key));
  g_autofree char *in =
      g_strdup_printf ("%" G_GUINT64_FORMAT, get_counter (counters->in, key));
  const char *const cells[] = {label, out, in};

  cli_table_add (table, cells);
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

static void
print_table (ClatDBusConnection1 *connection, const Counters *counters)
{
  g_autofree char *title = cli_bus_dup_title (connection);
  const char *const titles[] = {title, _ ("IPV4 TO IPV6"), _ ("IPV6 TO IPV4")};
  g_autoptr (CliTable) table = cli_table_new (G_N_ELEMENTS (titles));
  g_autoptr (GPtrArray) drops = g_ptr_array_new ();
  g_autofree char *text = NULL;

  if (g_variant_n_children (counters->out) == 0
      && g_variant_n_children (counters->in) == 0)
    {
      g_print (_ ("%s: nothing is translated\n"), title);
      return;
    }

  cli_table_align_right (table, 1);
  cli_table_align_right (table, 2);
  cli_table_add (table, titles);
  add_row (table, counters, "packets", _ ("packets"));
  add_row (table, counters, "bytes", _ ("bytes"));

  collect_drops (counters->out, drops);
  collect_drops (counters->in, drops);
  g_ptr_array_sort (drops, compare);
  for (guint i = 0; i < drops->len; i++)
    {
      const char *key = g_ptr_array_index (drops, i);
      g_autofree char *label =
          g_strdup_printf (_ ("dropped: %s"), key + strlen (DROP_PREFIX));

      add_row (table, counters, key, label);
    }

  text = cli_table_format (table, cli_style_of_stdout ());
  g_print ("%s", text);
}

static JsonObject *
to_json (ClatDBusConnection1 *connection, const Counters *counters)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (
      object, "Path", g_dbus_proxy_get_object_path (G_DBUS_PROXY (connection)));
  json_object_set_string_member (
      object, "Uuid", cli_bus_text (clat_dbus_connection1_get_uuid (connection)));
  json_object_set_string_member (
      object, "Id", cli_bus_text (clat_dbus_connection1_get_id (connection)));
  json_object_set_string_member (
      object, "Interface",
      cli_bus_text (clat_dbus_connection1_get_interface (connection)));
  json_object_set_member (object, "Ipv4ToIpv6", json_gvariant_serialize (counters->out));
  json_object_set_member (object, "Ipv6ToIpv4", json_gvariant_serialize (counters->in));
  return object;
}

static gboolean
print_one (ClatDBusConnection1 *connection, gboolean is_json, GError **error)
{
  Counters counters;

  if (!read_counters (connection, &counters, error))
    return FALSE;
  if (is_json)
    cli_json_print_object (to_json (connection, &counters), FALSE);
  else
    print_table (connection, &counters);
  clear_counters (&counters);
  return TRUE;
}

static gboolean
print_all_json (GPtrArray *connections, GError **error)
{
  g_autoptr (JsonArray) array = json_array_new ();

  for (guint i = 0; i < connections->len; i++)
    {
      ClatDBusConnection1 *connection = g_ptr_array_index (connections, i);
      Counters counters;

      if (!read_counters (connection, &counters, error))
        return FALSE;
      json_array_add_object_element (array, to_json (connection, &counters));
      clear_counters (&counters);
    }
  cli_json_print_array (g_steal_pointer (&array));
  return TRUE;
}

static gboolean
print_all (GPtrArray *connections, GError **error)
{
  if (connections->len == 0)
    g_print ("%s\n", _ ("No connection is active."));

  for (guint i = 0; i < connections->len; i++)
    {
      if (i > 0)
        g_print ("\n");
      if (!print_one (g_ptr_array_index (connections, i), FALSE, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
cmd_stats (const CliOptions *options, char **args, GError **error)
{
  g_autoptr (GDBusObjectManagerClient) bus = cli_bus_open (error);
  g_autoptr (ClatDBusConnection1) connection = NULL;
  g_autoptr (GPtrArray) connections = NULL;

  if (bus == NULL)
    return FALSE;

  if (args[0] != NULL)
    {
      connection = cli_bus_find (bus, args[0], error);
      return connection != NULL && print_one (connection, options->is_json, error);
    }

  connections = cli_bus_list (bus);
  return options->is_json ? print_all_json (connections, error)
                          : print_all (connections, error);
}
