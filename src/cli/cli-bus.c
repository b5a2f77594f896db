/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The client of the bus name net.clatnm. */
#include "config.h"

#include <NetworkManager.h>
#include <glib/gi18n.h>

#include "clat-bus-name.h"
#include "cli-bus.h"
#include "cli-connection.h"
#include "cli-error.h"

GDBusConnection *
cli_bus_connect (GError **error)
{
  /* The beginning of GLib's message, which does not name the bus. */
  static const char beginning[] = "Could not connect: ";
  g_autoptr (GError) bus_error = NULL;
  GDBusConnection *connection = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, &bus_error);
  const char *reason;

  if (connection != NULL)
    return connection;
  reason = bus_error->message;
  if (g_str_has_prefix (reason, beginning))
    reason += strlen (beginning);
  g_set_error (error, CLI_ERROR, CLI_ERROR_FAILED,
               _ ("could not connect to the system bus: %s"), reason);
  return NULL;
}

GDBusObjectManagerClient *
cli_bus_watch (GError **error)
{
  g_autoptr (GDBusConnection) connection = cli_bus_connect (error);
  GDBusObjectManager *manager;
  GError *bus_error = NULL;

  if (connection == NULL)
    return NULL;
  g_dbus_connection_set_exit_on_close (connection, FALSE);

  manager = clat_dbus_object_manager_client_new_sync (
      connection, G_DBUS_OBJECT_MANAGER_CLIENT_FLAGS_DO_NOT_AUTO_START, CLAT_BUS_NAME,
      CLAT_BUS_PATH, NULL, &bus_error);
  if (manager == NULL)
    {
      cli_error_take_bus (error, bus_error, _ ("cannot query clat-nm"));
      return NULL;
    }
  return G_DBUS_OBJECT_MANAGER_CLIENT (manager);
}

gboolean
cli_bus_is_running (GDBusObjectManagerClient *bus)
{
  g_autofree char *owner = g_dbus_object_manager_client_get_name_owner (bus);

  return owner != NULL;
}

GDBusObjectManagerClient *
cli_bus_open (GError **error)
{
  g_autoptr (GDBusObjectManagerClient) bus = cli_bus_watch (error);

  if (bus == NULL)
    return NULL;
  if (!cli_bus_is_running (bus))
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_NOT_RUNNING,
                           _ ("clat-nm is not running (systemctl start clat-nm)"));
      return NULL;
    }
  return g_steal_pointer (&bus);
}

gboolean
cli_bus_has_networkmanager (GDBusObjectManagerClient *bus)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      g_dbus_object_manager_client_get_connection (bus), "org.freedesktop.DBus",
      "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
      g_variant_new ("(s)", NM_DBUS_SERVICE), G_VARIANT_TYPE ("(b)"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  gboolean has_owner = FALSE;

  if (reply != NULL)
    g_variant_get (reply, "(b)", &has_owner);
  return has_owner;
}

ClatDBusManager1 *
cli_bus_get_manager (GDBusObjectManagerClient *bus, GError **error)
{
  return clat_dbus_manager1_proxy_new_sync (
      g_dbus_object_manager_client_get_connection (bus),
      G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START | G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES,
      CLAT_BUS_NAME, CLAT_BUS_PATH, NULL, error);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return cli_connection_compare (*(ClatDBusConnection1 **)a, *(ClatDBusConnection1 **)b);
}

GPtrArray *
cli_bus_list (GDBusObjectManagerClient *bus)
{
  GPtrArray *connections = g_ptr_array_new_with_free_func (g_object_unref);
  GList *objects = g_dbus_object_manager_get_objects (G_DBUS_OBJECT_MANAGER (bus));

  for (GList *at = objects; at != NULL; at = at->next)
    {
      ClatDBusConnection1 *connection =
          clat_dbus_object_get_connection1 (CLAT_DBUS_OBJECT (at->data));

      if (connection != NULL)
        g_ptr_array_add (connections, connection);
    }
  g_list_free_full (objects, g_object_unref);

  g_ptr_array_sort (connections, compare);
  return connections;
}

static char *
list_titles (GPtrArray *connections)
{
  GString *titles = g_string_new (NULL);

  for (guint i = 0; i < connections->len; i++)
    {
      g_autofree char *title =
          cli_connection_dup_title (g_ptr_array_index (connections, i));

      g_string_append_printf (titles, "%s%s", i > 0 ? ", " : "", title);
    }
  return g_string_free (titles, FALSE);
}

static void
set_not_found (GError **error, const char *name, GPtrArray *connections)
{
  g_autofree char *titles = list_titles (connections);

  if (connections->len == 0)
    g_set_error (error, CLI_ERROR, CLI_ERROR_NOT_FOUND,
                 _ ("unknown connection '%s'; no connection is active"), name);
  else
    g_set_error (error, CLI_ERROR, CLI_ERROR_NOT_FOUND,
                 _ ("unknown connection '%s'; active connections: %s"), name, titles);
}

static void
set_ambiguous (GError **error, const char *name, GPtrArray *matches)
{
  g_autofree char *titles = list_titles (matches);

  g_set_error (error, CLI_ERROR, CLI_ERROR_AMBIGUOUS,
               _ ("'%s' is ambiguous; specify the interface: %s"), name, titles);
}

static GPtrArray *
find_by_name (GPtrArray *connections, guint i, const char *name)
{
  GPtrArray *matches = g_ptr_array_new ();

  for (guint j = 0; j < connections->len; j++)
    if (g_str_equal (cli_connection_get_name (connections->pdata[j], i), name))
      g_ptr_array_add (matches, connections->pdata[j]);
  return matches;
}

ClatDBusConnection1 *
cli_bus_find (GDBusObjectManagerClient *bus, const char *name, GError **error)
{
  g_autoptr (GPtrArray) connections = cli_bus_list (bus);

  for (guint i = 0; i < CLI_CONNECTION_N_NAMES && *name != '\0'; i++)
    {
      g_autoptr (GPtrArray) matches = find_by_name (connections, i, name);

      if (matches->len == 1)
        return g_object_ref (g_ptr_array_index (matches, 0));
      if (matches->len > 1)
        {
          set_ambiguous (error, name, matches);
          return NULL;
        }
    }

  if (connections->len == 0 && !cli_bus_has_networkmanager (bus))
    cli_error_set_networkmanager (error);
  else
    set_not_found (error, name, connections);
  return NULL;
}
