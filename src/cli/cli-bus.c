/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The client's side of the bus name net.clatnm. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-bus.h"
#include "cli-error.h"
#include "cli-text.h"

GDBusObjectManagerClient *
cli_bus_watch (GError **error)
{
  g_autoptr (GDBusConnection) connection = NULL;
  GDBusObjectManager *manager;
  GError *bus_error = NULL;

  connection = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, &bus_error);
  if (connection == NULL)
    {
      cli_error_take_bus (error, bus_error, _ ("cannot reach the system bus"));
      return NULL;
    }
  g_dbus_connection_set_exit_on_close (connection, FALSE);

  manager = clat_dbus_object_manager_client_new_sync (
      connection, G_DBUS_OBJECT_MANAGER_CLIENT_FLAGS_DO_NOT_AUTO_START, CLI_BUS_NAME,
      CLI_BUS_ROOT, NULL, &bus_error);
  if (manager == NULL)
    {
      cli_error_take_bus (error, bus_error, _ ("cannot ask clat-nm"));
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

ClatDBusManager1 *
cli_bus_get_manager (GDBusObjectManagerClient *bus, GError **error)
{
  return clat_dbus_manager1_proxy_new_sync (
      g_dbus_object_manager_client_get_connection (bus),
      G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START | G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES,
      CLI_BUS_NAME, CLI_BUS_ROOT, NULL, error);
}

static const char *
get_id (ClatDBusConnection1 *connection)
{
  return cli_bus_text (clat_dbus_connection1_get_id (connection));
}

static const char *
get_uuid (ClatDBusConnection1 *connection)
{
  return cli_bus_text (clat_dbus_connection1_get_uuid (connection));
}

static const char *
get_interface (ClatDBusConnection1 *connection)
{
  return cli_bus_text (clat_dbus_connection1_get_interface (connection));
}

static const char *
get_host_interface (ClatDBusConnection1 *connection)
{
  return cli_bus_text (clat_dbus_connection1_get_host_interface (connection));
}

static const char *
get_path (ClatDBusConnection1 *connection)
{
  return g_dbus_proxy_get_object_path (G_DBUS_PROXY (connection));
}

static int
compare (gconstpointer a, gconstpointer b)
{
  ClatDBusConnection1 *left = *(ClatDBusConnection1 **)a;
  ClatDBusConnection1 *right = *(ClatDBusConnection1 **)b;
  int order = g_utf8_collate (get_id (left), get_id (right));

  return order != 0 ? order : g_strcmp0 (get_interface (left), get_interface (right));
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

char *
cli_bus_dup_title (ClatDBusConnection1 *connection)
{
  g_autofree char *id = cli_text_clean (get_id (connection));
  g_autofree char *interface = cli_text_clean (get_interface (connection));

  return g_strdup_printf ("%s (%s)", id, interface);
}

static char *
list_titles (GPtrArray *connections)
{
  GString *titles = g_string_new (NULL);

  for (guint i = 0; i < connections->len; i++)
    {
      g_autofree char *title = cli_bus_dup_title (g_ptr_array_index (connections, i));

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
                 _ ("no active connection '%s'; none is active"), name);
  else
    g_set_error (error, CLI_ERROR, CLI_ERROR_NOT_FOUND,
                 _ ("no active connection '%s'; there are: %s"), name, titles);
}

static void
set_ambiguous (GError **error, const char *name, GPtrArray *matches)
{
  g_autofree char *titles = list_titles (matches);

  g_set_error (error, CLI_ERROR, CLI_ERROR_AMBIGUOUS,
               _ ("'%s' is more than one connection, use the interface: %s"), name,
               titles);
}

ClatDBusConnection1 *
cli_bus_find (GDBusObjectManagerClient *bus, const char *name, GError **error)
{
  /* The most exact one wins. */
  static const char *(*const get_name[]) (ClatDBusConnection1 *) = {
      get_path, get_uuid, get_id, get_interface, get_host_interface};
  g_autoptr (GPtrArray) connections = cli_bus_list (bus);

  for (gsize i = 0; i < G_N_ELEMENTS (get_name) && *name != '\0'; i++)
    {
      g_autoptr (GPtrArray) matches = g_ptr_array_new ();

      for (guint j = 0; j < connections->len; j++)
        if (g_str_equal (get_name[i](g_ptr_array_index (connections, j)), name))
          g_ptr_array_add (matches, g_ptr_array_index (connections, j));
      if (matches->len == 1)
        return g_object_ref (g_ptr_array_index (matches, 0));
      if (matches->len > 1)
        {
          set_ambiguous (error, name, matches);
          return NULL;
        }
    }

  set_not_found (error, name, connections);
  return NULL;
}
