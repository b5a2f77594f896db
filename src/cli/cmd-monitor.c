/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl monitor: changes of connections and of the service, until interrupted. */
#include "config.h"

#include <NetworkManager.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>

#include "cli-bus.h"
#include "cli-command.h"
#include "cli-connection.h"
#include "cli-error.h"
#include "cli-json.h"
#include "cli-output.h"
#include "cli-text.h"
#include "cli-value.h"

typedef struct
{
  GMainLoop *loop;
  gboolean is_json;
  /* As printed last. */
  gboolean is_running;
  gboolean has_networkmanager;

  GError *error; /* NULL: goes on, or ends by a signal */
} Monitor;

static void
check_output (Monitor *self)
{
  if (self->error == NULL && !cli_output_check (&self->error))
    g_main_loop_quit (self->loop);
}

static void
print_line (Monitor *self, const char *line)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%H:%M:%S");

  g_print ("%s  %s\n", time, line);
  check_output (self);
}

/* Takes ownership of event, which may already have members. */
static void
print_event (Monitor *self, JsonObject *event, const char *name,
             ClatDBusConnection1 *connection)
{
  CliClock clock = cli_clock_now ();
  g_autofree char *time = cli_clock_to_iso (clock, clock.boot);

  json_object_set_string_member (event, "Event", name);
  json_object_set_string_member (event, "Time", time);
  if (connection != NULL)
    json_object_set_object_member (event, "Connection",
                                   cli_connection_to_json (connection, clock));
  cli_json_print_object (event, TRUE);
  check_output (self);
}

static void
print_service (Monitor *self)
{
  if (self->is_json)
    print_event (self, json_object_new (),
                 self->is_running ? "service-started" : "service-stopped", NULL);
  else
    print_line (self, self->is_running ? _ ("clat-nm is running")
                                       : _ ("clat-nm is not running"));
}

static void
print_networkmanager (Monitor *self)
{
  if (self->is_json)
    print_event (self, json_object_new (),
                 self->has_networkmanager ? "networkmanager-started"
                                          : "networkmanager-stopped",
                 NULL);
  else
    print_line (self, self->has_networkmanager ? _ ("NetworkManager is running")
                                               : _ ("NetworkManager is not running"));
}

/* The message need not be cleaned for a terminal. */
static void
print_about (Monitor *self, ClatDBusConnection1 *connection, const char *message)
{
  g_autofree char *title = cli_connection_dup_title (connection);
  g_autofree char *text = cli_text_clean (message);
  g_autofree char *line = g_strdup_printf ("%s: %s", title, text);

  print_line (self, line);
}

static void
print_status (Monitor *self, ClatDBusConnection1 *connection)
{
  g_autofree char *status = cli_connection_dup_status (connection);

  print_about (self, connection, status);
}

static void
print_added (Monitor *self, ClatDBusConnection1 *connection)
{
  if (self->is_json)
    print_event (self, json_object_new (), "added", connection);
  else
    print_status (self, connection);
}

static void
print_removed (Monitor *self, ClatDBusConnection1 *connection)
{
  if (self->is_json)
    print_event (self, json_object_new (), "removed", connection);
  else
    print_about (self, connection, _ ("no longer active"));
}

static void
print_changed_property (Monitor *self, ClatDBusConnection1 *connection,
                        const char *property, GVariant *value)
{
  const CliField *field = cli_connection_find_field (property);
  g_autofree char *text = cli_value_to_text (value, cli_clock_now ());
  g_autofree char *message = g_strdup_printf (
      "%s: %s", field != NULL ? _ (field->label) : property, text != NULL ? text : "-");

  print_about (self, connection, message);
}

static void
print_changed_text (Monitor *self, ClatDBusConnection1 *connection, GVariant *changed)
{
  gboolean has_status = FALSE;
  GVariantIter iter;
  const char *property;
  GVariant *value;

  g_variant_iter_init (&iter, changed);
  while (g_variant_iter_loop (&iter, "{&sv}", &property, &value))
    {
      const CliField *field = cli_connection_find_field (property);

      if (field == NULL || field->kind != CLI_FIELD_STATE)
        print_changed_property (self, connection, property, value);
      else if (!has_status)
        print_status (self, connection);
      has_status |= field != NULL && field->kind == CLI_FIELD_STATE;
    }
}

static void
print_changed_json (Monitor *self, ClatDBusConnection1 *connection, GVariant *changed)
{
  JsonObject *event = json_object_new ();
  JsonObject *properties = json_object_new ();
  CliClock clock = cli_clock_now ();
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_variant_iter_init (&iter, changed);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    cli_json_add_property (properties, name, value, clock);
  json_object_set_object_member (event, "Changed", properties);
  print_event (self, event, "changed", connection);
}

static void
on_properties_changed (GDBusObjectManagerClient *bus, GDBusObjectProxy *object,
                       GDBusProxy *proxy, GVariant *changed,
                       const char *const *invalidated, gpointer data)
{
  Monitor *self = data;

  if (!CLAT_DBUS_IS_CONNECTION1 (proxy) || g_variant_n_children (changed) == 0)
    return;
  if (self->is_json)
    print_changed_json (self, CLAT_DBUS_CONNECTION1 (proxy), changed);
  else
    print_changed_text (self, CLAT_DBUS_CONNECTION1 (proxy), changed);
}

static void
on_object_added (GDBusObjectManager *bus, GDBusObject *object, gpointer data)
{
  ClatDBusConnection1 *connection =
      clat_dbus_object_peek_connection1 (CLAT_DBUS_OBJECT (object));

  if (connection != NULL)
    print_added (data, connection);
}

static void
on_object_removed (GDBusObjectManager *bus, GDBusObject *object, gpointer data)
{
  ClatDBusConnection1 *connection =
      clat_dbus_object_peek_connection1 (CLAT_DBUS_OBJECT (object));

  if (connection != NULL)
    print_removed (data, connection);
}

/* Also called when the owner is the same as before. */
static void
on_owner_changed (GObject *bus, GParamSpec *pspec, gpointer data)
{
  Monitor *self = data;
  gboolean is_running = cli_bus_is_running (G_DBUS_OBJECT_MANAGER_CLIENT (bus));

  if (is_running == self->is_running)
    return;
  self->is_running = is_running;
  print_service (self);
}

static void
set_networkmanager (Monitor *self, gboolean has_networkmanager)
{
  if (has_networkmanager == self->has_networkmanager)
    return;
  self->has_networkmanager = has_networkmanager;
  print_networkmanager (self);
}

static void
on_networkmanager_appeared (GDBusConnection *connection, const char *name,
                            const char *owner, gpointer data)
{
  set_networkmanager (data, TRUE);
}

/* Also called, without a connection, when the bus is lost. */
static void
on_networkmanager_vanished (GDBusConnection *connection, const char *name, gpointer data)
{
  if (connection != NULL)
    set_networkmanager (data, FALSE);
}

static void
on_bus_closed (GDBusConnection *connection, gboolean remote_peer_vanished,
               GError *bus_error, gpointer data)
{
  Monitor *self = data;

  if (self->error == NULL)
    g_set_error_literal (&self->error, CLI_ERROR, CLI_ERROR_FAILED,
                         _ ("lost the connection to the system bus"));
  g_main_loop_quit (self->loop);
}

static gboolean
on_signal (gpointer data)
{
  Monitor *self = data;

  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static void
print_present (Monitor *self, GDBusObjectManagerClient *bus)
{
  g_autoptr (GPtrArray) connections = cli_bus_list (bus);

  self->is_running = cli_bus_is_running (bus);
  print_service (self);
  self->has_networkmanager = cli_bus_has_networkmanager (bus);
  if (!self->has_networkmanager)
    print_networkmanager (self);
  for (guint i = 0; i < connections->len; i++)
    print_added (self, g_ptr_array_index (connections, i));
}

static void
watch (Monitor *self, GDBusObjectManagerClient *bus)
{
  GDBusConnection *connection = g_dbus_object_manager_client_get_connection (bus);

  g_signal_connect (bus, "object-added", G_CALLBACK (on_object_added), self);
  g_signal_connect (bus, "object-removed", G_CALLBACK (on_object_removed), self);
  g_signal_connect (bus, "interface-proxy-properties-changed",
                    G_CALLBACK (on_properties_changed), self);
  g_signal_connect (bus, "notify::name-owner", G_CALLBACK (on_owner_changed), self);
  g_signal_connect (connection, "closed", G_CALLBACK (on_bus_closed), self);
  g_bus_watch_name_on_connection (
      connection, NM_DBUS_SERVICE, G_BUS_NAME_WATCHER_FLAGS_NONE,
      on_networkmanager_appeared, on_networkmanager_vanished, self, NULL);
  g_unix_signal_add (SIGINT, on_signal, self);
  g_unix_signal_add (SIGTERM, on_signal, self);
}

gboolean
cmd_monitor (const CliOptions *options, char **args, GError **error)
{
  g_autoptr (GDBusObjectManagerClient) bus = cli_bus_watch (error);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Monitor self = {.loop = loop, .is_json = options->is_json};

  if (bus == NULL)
    return FALSE;

  /* Each line at once, also into a pipe. */
  setvbuf (stdout, NULL, _IOLBF, 0);

  watch (&self, bus);
  print_present (&self, bus);
  if (self.error == NULL)
    g_main_loop_run (loop);

  if (self.error == NULL)
    return TRUE;
  g_propagate_error (error, self.error);
  return FALSE;
}
