/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits for IPv4, by the states of connections on the bus. */
#include "config.h"

#include <NetworkManager.h>
#include <gio/gio.h>
#include <glib/gi18n.h>

#include "cli-bus.h"
#include "cli-connection.h"
#include "cli-error.h"
#include "cli-wait.h"

typedef struct _Wait Wait;

struct _Wait
{
  GMainLoop *loop;
  GDBusObjectManagerClient *bus;
  GDBusProxy *networkmanager;

  const char *name;                       /* of the connection; NULL: all */
  CliOnline (*judge) (Wait *self);        /* of the whole host */
  int (*get_patience) (CliOnline online); /* see cli-online.h */
  ClatDBusConnection1 *working;

  CliOnline online;
  guint patience; /* source; 0: none */
  gboolean is_over;
  gboolean is_lost; /* the bus */
};

static void
clear_wait (Wait *self)
{
  g_clear_object (&self->bus);
  g_clear_object (&self->networkmanager);
  g_clear_object (&self->working);
  g_clear_pointer (&self->loop, g_main_loop_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wait, clear_wait)

static gboolean
is_networkmanager_starting (Wait *self)
{
  g_autofree char *owner = g_dbus_proxy_get_name_owner (self->networkmanager);
  g_autoptr (GVariant) startup =
      g_dbus_proxy_get_cached_property (self->networkmanager, "Startup");

  return owner == NULL
         || (startup != NULL && g_variant_is_of_type (startup, G_VARIANT_TYPE_BOOLEAN)
             && g_variant_get_boolean (startup));
}

static CliOnline
judge_connection (ClatDBusConnection1 *connection)
{
  return cli_online_judge (clat_dbus_connection1_get_state (connection),
                           clat_dbus_connection1_get_state_reason (connection));
}

static CliOnline
judge_host (Wait *self)
{
  g_autoptr (GPtrArray) connections = cli_bus_list (self->bus);
  CliOnline online = CLI_ONLINE_NOTHING;

  if (!cli_bus_is_running (self->bus) || is_networkmanager_starting (self))
    return CLI_ONLINE_STARTING;
  for (guint i = 0; i < connections->len; i++)
    online = MAX (online, judge_connection (connections->pdata[i]));
  return online;
}

/* The connections that are waited for, which may be none. */
static GPtrArray *
list_candidates (Wait *self)
{
  GPtrArray *connections;
  ClatDBusConnection1 *connection;

  if (self->name == NULL)
    return cli_bus_list (self->bus);
  connections = g_ptr_array_new_with_free_func (g_object_unref);
  connection = cli_bus_find (self->bus, self->name, NULL);
  if (connection != NULL)
    g_ptr_array_add (connections, connection);
  return connections;
}

/* IPv4 on one connection is enough, whatever becomes of the others. */
static CliOnline
judge_candidates (Wait *self)
{
  g_autoptr (GPtrArray) connections = list_candidates (self);

  if (!cli_bus_is_running (self->bus))
    return CLI_ONLINE_STARTING;
  for (guint i = 0; i < connections->len; i++)
    if (cli_connection_has_ipv4 (connections->pdata[i]))
      {
        g_set_object (&self->working, connections->pdata[i]);
        return CLI_ONLINE_IPV4;
      }
  return CLI_ONLINE_SEARCHING;
}

static int
get_patience_until_ipv4 (CliOnline online)
{
  return online == CLI_ONLINE_IPV4 ? 0 : -1;
}

static gboolean
on_end_of_patience (gpointer data)
{
  Wait *self = data;

  self->patience = 0;
  self->is_over = TRUE;
  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

static void
look (Wait *self)
{
  CliOnline online = self->judge (self);
  int patience = self->get_patience (online);

  if (online == self->online && self->patience != 0)
    return;
  self->online = online;
  g_clear_handle_id (&self->patience, g_source_remove);
  if (patience >= 0)
    self->patience = g_timeout_add (patience, on_end_of_patience, self);
}

static void
on_properties_changed (GDBusObjectManagerClient *bus, GDBusObjectProxy *object,
                       GDBusProxy *proxy, GVariant *changed,
                       const char *const *invalidated, gpointer data)
{
  look (data);
}

static gboolean
on_timeout (gpointer data)
{
  Wait *self = data;

  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

static void
on_bus_closed (GDBusConnection *connection, gboolean remote_peer_vanished,
               GError *bus_error, gpointer data)
{
  Wait *self = data;

  self->is_lost = TRUE;
  g_main_loop_quit (self->loop);
}

static void
watch (Wait *self)
{
  g_signal_connect_swapped (self->bus, "object-added", G_CALLBACK (look), self);
  g_signal_connect_swapped (self->bus, "object-removed", G_CALLBACK (look), self);
  g_signal_connect (self->bus, "interface-proxy-properties-changed",
                    G_CALLBACK (on_properties_changed), self);
  g_signal_connect_swapped (self->bus, "notify::name-owner", G_CALLBACK (look), self);
  g_signal_connect_swapped (self->networkmanager, "notify::g-name-owner",
                            G_CALLBACK (look), self);
  g_signal_connect_swapped (self->networkmanager, "g-properties-changed",
                            G_CALLBACK (look), self);
  g_signal_connect (g_dbus_object_manager_client_get_connection (self->bus), "closed",
                    G_CALLBACK (on_bus_closed), self);
}

/* "Office (wlan0): The translator is being set up." */
static char *
explain_connection (ClatDBusConnection1 *connection)
{
  g_autofree char *title = cli_connection_dup_title (connection);
  g_autofree char *explanation = cli_connection_dup_explanation (connection);

  return g_strdup_printf ("%s: %s", title, explanation);
}

/* The connection that has come nearest to IPv4. */
static char *
explain_connections (Wait *self)
{
  g_autoptr (GPtrArray) connections = list_candidates (self);
  ClatDBusConnection1 *nearest = NULL;

  for (guint i = 0; i < connections->len; i++)
    if (nearest == NULL
        || judge_connection (connections->pdata[i]) > judge_connection (nearest))
      nearest = connections->pdata[i];
  return nearest != NULL ? explain_connection (nearest)
                         : g_strdup (_ ("no connection is active"));
}

/* What kept it waiting. */
static char *
explain (Wait *self)
{
  g_autoptr (ClatDBusConnection1) connection = NULL;
  g_autoptr (GError) error = NULL;

  if (!cli_bus_is_running (self->bus))
    return g_strdup (_ ("clat-nm is not running"));
  if (self->name != NULL)
    {
      connection = cli_bus_find (self->bus, self->name, &error);
      return connection != NULL ? explain_connection (connection)
                                : g_strdup (error->message);
    }
  if (is_networkmanager_starting (self))
    return g_strdup (_ ("NetworkManager has not started all connections"));
  return explain_connections (self);
}

static gboolean
check_result (Wait *self, int seconds, GError **error)
{
  g_autofree char *explanation = NULL;

  if (self->is_over)
    return TRUE;
  if (self->is_lost)
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_FAILED,
                           _ ("lost the connection to the system bus"));
      return FALSE;
    }
  explanation = explain (self);
  g_set_error (error, CLI_ERROR, CLI_ERROR_FAILED,
               g_dngettext (GETTEXT_PACKAGE, "IPv4 does not work after %d second: %s",
                            "IPv4 does not work after %d seconds: %s", seconds),
               seconds, explanation);
  return FALSE;
}

static gboolean
connect_to_bus (Wait *self, GError **error)
{
  self->bus = cli_bus_watch (error);
  if (self->bus == NULL)
    return FALSE;
  self->networkmanager =
      g_dbus_proxy_new_sync (g_dbus_object_manager_client_get_connection (self->bus),
                             G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, NULL, NM_DBUS_SERVICE,
                             NM_DBUS_PATH, NM_DBUS_INTERFACE, NULL, error);
  return self->networkmanager != NULL;
}

static gboolean
wait_until_over (Wait *self, int seconds, GError **error)
{
  if (!connect_to_bus (self, error))
    return FALSE;
  self->loop = g_main_loop_new (NULL, FALSE);
  watch (self);
  /* After what is due at the same time. */
  g_timeout_add_seconds_full (G_PRIORITY_DEFAULT_IDLE, seconds, on_timeout, self, NULL);
  look (self);
  g_main_loop_run (self->loop);
  g_signal_handlers_disconnect_by_data (self->bus, self);
  return check_result (self, seconds, error);
}

gboolean
cli_wait_online (int seconds, CliOnline *online, GError **error)
{
  g_auto (Wait) self = {.judge = judge_host, .get_patience = cli_online_get_patience};

  if (!wait_until_over (&self, seconds, error))
    return FALSE;
  *online = self.online;
  return TRUE;
}

ClatDBusConnection1 *
cli_wait_for_ipv4 (const char *name, int seconds, GError **error)
{
  g_auto (Wait) self = {
      .name = name, .judge = judge_candidates, .get_patience = get_patience_until_ipv4};

  if (!wait_until_over (&self, seconds, error))
    return NULL;
  return g_steal_pointer (&self.working);
}
