/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A mock of the service: the bus name net.clatnm with connections that the test defines.
 * Reads commands from standard input, one on a line, and answers each with "ok":
 *
 *   set N {'Id': <'Home'>, ...}    properties of connection N, which appears if it is new
 *   stats N ({...}, {...})         what GetStatistics answers
 *   check - (true, '...', [('ipvlan', true, '...'), ...])    what Check answers
 *   networkmanager - true    whether the bus name of NetworkManager is taken
 *   startup - true           whether NetworkManager still starts connections
 *   remove N
 *
 * Ends with its input. */
#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <unistd.h>

#include "clat-dbus.h"

typedef struct
{
  GMainLoop *loop;
  GDBusConnection *bus;
  GDBusObjectManagerServer *server;
  GDataInputStream *commands;
  GVariant *check;
  guint networkmanager; /* owned name; 0: not running */
  gboolean is_starting;
} Mock;

#define NETWORKMANAGER      "org.freedesktop.NetworkManager"
#define NETWORKMANAGER_PATH "/org/freedesktop/NetworkManager"

static gboolean
handle_get_statistics (ClatDBusConnection1 *connection, GDBusMethodInvocation *invocation,
                       gpointer data)
{
  GVariant *stats = g_object_get_data (G_OBJECT (connection), "stats");
  g_autoptr (GVariant) out = NULL;
  g_autoptr (GVariant) in = NULL;

  if (stats == NULL)
    {
      g_dbus_method_invocation_return_dbus_error (invocation, "net.clatnm.Error.Failed",
                                                  "the counters\033[31m are gone");
      return TRUE;
    }
  out = g_variant_get_child_value (stats, 0);
  in = g_variant_get_child_value (stats, 1);
  clat_dbus_connection1_complete_get_statistics (connection, invocation, out, in);
  return TRUE;
}

static gboolean
handle_check (ClatDBusManager1 *manager, GDBusMethodInvocation *invocation, gpointer data)
{
  Mock *self = data;

  g_dbus_method_invocation_return_value (invocation, self->check);
  return TRUE;
}

static char *
get_path (const char *number)
{
  return g_strconcat ("/net/clatnm/connection/", number, NULL);
}

static ClatDBusConnection1 *
find (Mock *self, const char *number)
{
  g_autofree char *path = get_path (number);
  g_autoptr (GDBusObject) object =
      g_dbus_object_manager_get_object (G_DBUS_OBJECT_MANAGER (self->server), path);

  return object != NULL ? clat_dbus_object_get_connection1 (CLAT_DBUS_OBJECT (object))
                        : NULL;
}

/* "StateReason" is "state-reason" to GObject. */
static char *
to_gobject_name (const char *name)
{
  GString *out = g_string_new (NULL);

  for (const char *at = name; *at != '\0'; at++)
    {
      if (g_ascii_isupper (*at) && at != name)
        g_string_append_c (out, '-');
      g_string_append_c (out, g_ascii_tolower (*at));
    }
  return g_string_free (out, FALSE);
}

static void
set_properties (ClatDBusConnection1 *connection, GVariant *properties)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_variant_iter_init (&iter, properties);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    {
      g_autofree char *property = to_gobject_name (name);
      g_auto (GValue) converted = G_VALUE_INIT;

      g_dbus_gvariant_to_gvalue (value, &converted);
      g_object_set_property (G_OBJECT (connection), property, &converted);
    }
}

static void
set (Mock *self, const char *number, GVariant *properties)
{
  g_autoptr (ClatDBusConnection1) connection = find (self, number);
  g_autoptr (ClatDBusObjectSkeleton) object = NULL;
  g_autofree char *path = get_path (number);

  if (connection != NULL)
    {
      set_properties (connection, properties);
      g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (connection));
      return;
    }

  connection = clat_dbus_connection1_skeleton_new ();
  set_properties (connection, properties);
  g_signal_connect (connection, "handle-get-statistics",
                    G_CALLBACK (handle_get_statistics), NULL);
  object = clat_dbus_object_skeleton_new (path);
  clat_dbus_object_skeleton_set_connection1 (object, connection);
  g_dbus_object_manager_server_export (self->server, G_DBUS_OBJECT_SKELETON (object));
}

static void
set_networkmanager (Mock *self, gboolean is_running)
{
  if (self->networkmanager != 0)
    g_bus_unown_name (self->networkmanager);
  self->networkmanager =
      is_running ? g_bus_own_name_on_connection (
          self->bus, NETWORKMANAGER, G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL)
                 : 0;
}

static GVariant *
get_startup (GDBusConnection *bus, const char *sender, const char *path,
             const char *interface, const char *property, GError **error, gpointer data)
{
  Mock *self = data;

  return g_variant_new_boolean (self->is_starting);
}

static void
export_networkmanager (Mock *self)
{
  static const GDBusInterfaceVTable vtable = {.get_property = get_startup};
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (
      "<node><interface name='" NETWORKMANAGER "'>"
      "<property name='Startup' type='b' access='read'/></interface></node>",
      &error);

  g_assert_no_error (error);
  g_dbus_connection_register_object (self->bus, NETWORKMANAGER_PATH, node->interfaces[0],
                                     &vtable, self, NULL, &error);
  g_assert_no_error (error);
}

static void
set_startup (Mock *self, gboolean is_starting)
{
  GVariantDict changed;

  self->is_starting = is_starting;
  g_variant_dict_init (&changed, NULL);
  g_variant_dict_insert (&changed, "Startup", "b", is_starting);
  g_dbus_connection_emit_signal (
      self->bus, NULL, NETWORKMANAGER_PATH, "org.freedesktop.DBus.Properties",
      "PropertiesChanged",
      g_variant_new ("(s@a{sv}as)", NETWORKMANAGER, g_variant_dict_end (&changed), NULL),
      NULL);
}

static void
obey (Mock *self, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autofree char *path = get_path (words[1]);
  g_autoptr (ClatDBusConnection1) connection = NULL;

  if (words[2] != NULL)
    {
      value = g_variant_parse (NULL, words[2], NULL, NULL, &error);
      g_assert_no_error (error);
    }

  if (g_str_equal (words[0], "set"))
    set (self, words[1], value);
  else if (g_str_equal (words[0], "stats"))
    {
      connection = find (self, words[1]);
      g_object_set_data_full (G_OBJECT (connection), "stats", g_steal_pointer (&value),
                              (GDestroyNotify)g_variant_unref);
    }
  else if (g_str_equal (words[0], "check"))
    {
      g_clear_pointer (&self->check, g_variant_unref);
      self->check = g_steal_pointer (&value);
    }
  else if (g_str_equal (words[0], "networkmanager"))
    set_networkmanager (self, g_variant_get_boolean (value));
  else if (g_str_equal (words[0], "startup"))
    set_startup (self, g_variant_get_boolean (value));
  else
    g_assert_true (g_dbus_object_manager_server_unexport (self->server, path));

  g_dbus_connection_flush_sync (self->bus, NULL, &error);
  g_assert_no_error (error);
  printf ("ok\n");
  fflush (stdout);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  Mock *self = data;
  g_autofree char *line =
      g_data_input_stream_read_line_finish (self->commands, result, NULL, NULL);

  if (line == NULL)
    {
      g_main_loop_quit (self->loop);
      return;
    }
  obey (self, line);
  g_data_input_stream_read_line_async (self->commands, G_PRIORITY_DEFAULT, NULL, on_line,
                                       self);
}

static void
on_name_acquired (GDBusConnection *bus, const char *name, gpointer data)
{
  Mock *self = data;

  printf ("ready\n");
  fflush (stdout);
  g_data_input_stream_read_line_async (self->commands, G_PRIORITY_DEFAULT, NULL, on_line,
                                       self);
}

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, &error);
  g_autoptr (GDBusObjectManagerServer) server =
      g_dbus_object_manager_server_new ("/net/clatnm");
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) commands = g_data_input_stream_new (input);
  g_autoptr (ClatDBusManager1) manager = clat_dbus_manager1_skeleton_new ();
  Mock self = {loop, bus, server, commands, NULL, 0, FALSE};

  g_assert_no_error (error);
  g_signal_connect (manager, "handle-check", G_CALLBACK (handle_check), &self);
  g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (manager), bus,
                                    "/net/clatnm", &error);
  g_assert_no_error (error);
  g_dbus_object_manager_server_set_connection (server, bus);
  export_networkmanager (&self);
  set_networkmanager (&self, TRUE);
  g_bus_own_name_on_connection (bus, "net.clatnm", G_BUS_NAME_OWNER_FLAGS_NONE,
                                on_name_acquired, NULL, &self, NULL);
  g_main_loop_run (loop);
  g_clear_pointer (&self.check, g_variant_unref);
  return 0;
}
