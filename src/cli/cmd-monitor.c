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
#include "cli-error.h"
#include "cli-event.h"
#include "cli-output.h"

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
print (Monitor *self, CliEvent event, ClatDBusConnection1 *connection, GVariant *changed)
{
  if (self->is_json)
    cli_event_print_json (event, connection, changed);
  else
    cli_event_print_text (event, connection, changed);

  if (self->error == NULL && !cli_output_check (&self->error))
    g_main_loop_quit (self->loop);
}

static void
print_service (Monitor *self)
{
  print (self, self->is_running ? CLI_EVENT_SERVICE_STARTED : CLI_EVENT_SERVICE_STOPPED,
         NULL, NULL);
}

static void
print_networkmanager (Monitor *self)
{
  print (self,
         self->has_networkmanager ? CLI_EVENT_NETWORKMANAGER_STARTED
                                  : CLI_EVENT_NETWORKMANAGER_STOPPED,
         NULL, NULL);
}

static void
on_properties_changed (GDBusObjectManagerClient *bus, GDBusObjectProxy *object,
                       GDBusProxy *proxy, GVariant *changed,
                       const char *const *invalidated, gpointer data)
{
  if (CLAT_DBUS_IS_CONNECTION1 (proxy) && g_variant_n_children (changed) > 0)
    print (data, CLI_EVENT_CHANGED, CLAT_DBUS_CONNECTION1 (proxy), changed);
}

static void
on_object_added (GDBusObjectManager *bus, GDBusObject *object, gpointer data)
{
  ClatDBusConnection1 *connection =
      clat_dbus_object_peek_connection1 (CLAT_DBUS_OBJECT (object));

  if (connection != NULL)
    print (data, CLI_EVENT_ADDED, connection, NULL);
}

static void
on_object_removed (GDBusObjectManager *bus, GDBusObject *object, gpointer data)
{
  ClatDBusConnection1 *connection =
      clat_dbus_object_peek_connection1 (CLAT_DBUS_OBJECT (object));

  if (connection != NULL)
    print (data, CLI_EVENT_REMOVED, connection, NULL);
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
    print (self, CLI_EVENT_ADDED, g_ptr_array_index (connections, i), NULL);
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
