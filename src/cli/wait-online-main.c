/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clat-nm-wait-online: ends when IPv4 works, or when no connection is going to have it.
 */
#include "config.h"

#include <NetworkManager.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <stdlib.h>

#include "cli-bus.h"
#include "cli-connection.h"
#include "cli-error.h"
#include "cli-online.h"
#include "cli-output.h"
#include "cli-text.h"

#define PROGRAM         "clat-nm-wait-online"
#define EXIT_USAGE      2
#define DEFAULT_SECONDS 30
#define MAX_SECONDS     (24 * 60 * 60)

typedef struct
{
  GMainLoop *loop;
  GDBusObjectManagerClient *bus;
  GDBusProxy *networkmanager;

  CliOnline online;
  guint patience; /* source; 0: none */
  gboolean is_over;
  gboolean is_lost; /* the bus */
} Wait;

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
judge (Wait *self)
{
  g_autoptr (GPtrArray) connections = cli_bus_list (self->bus);
  CliOnline online = CLI_ONLINE_NOTHING;

  if (!cli_bus_is_running (self->bus) || is_networkmanager_starting (self))
    return CLI_ONLINE_STARTING;
  for (guint i = 0; i < connections->len; i++)
    {
      ClatDBusConnection1 *connection = connections->pdata[i];

      online = MAX (
          online, cli_online_judge (clat_dbus_connection1_get_state (connection),
                                    clat_dbus_connection1_get_state_reason (connection)));
    }
  return online;
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
  CliOnline online = judge (self);
  int patience = cli_online_get_patience (online);

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

/* What kept it waiting: "Office (wlan0): The translator is being set up." */
static char *
explain (Wait *self)
{
  g_autoptr (GPtrArray) connections = cli_bus_list (self->bus);

  if (!cli_bus_is_running (self->bus))
    return g_strdup (_ ("clat-nm is not running"));
  if (is_networkmanager_starting (self))
    return g_strdup (_ ("NetworkManager has not started all connections"));
  for (guint i = 0; i < connections->len; i++)
    {
      ClatDBusConnection1 *connection = connections->pdata[i];
      g_autofree char *title = cli_connection_dup_title (connection);
      const char *state = clat_dbus_connection1_get_state (connection);
      const char *reason = clat_dbus_connection1_get_state_reason (connection);

      if (cli_online_judge (state, reason) == self->online)
        return g_strdup_printf ("%s: %s", title,
                                clat_dbus_connection1_get_state_text (connection));
    }
  return g_strdup (_ ("no connection is active"));
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
wait_online (int seconds, gboolean is_quiet, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GDBusObjectManagerClient) bus = cli_bus_watch (error);
  g_autoptr (GDBusProxy) networkmanager = NULL;
  Wait self = {.loop = loop, .bus = bus};

  if (bus == NULL)
    return FALSE;
  networkmanager =
      g_dbus_proxy_new_sync (g_dbus_object_manager_client_get_connection (bus),
                             G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, NULL, NM_DBUS_SERVICE,
                             NM_DBUS_PATH, NM_DBUS_INTERFACE, NULL, error);
  if (networkmanager == NULL)
    return FALSE;

  self.networkmanager = networkmanager;
  watch (&self);
  /* After what is due at the same time. */
  g_timeout_add_seconds_full (G_PRIORITY_DEFAULT_IDLE, seconds, on_timeout, &self, NULL);
  look (&self);
  g_main_loop_run (loop);

  if (!check_result (&self, seconds, error))
    return FALSE;
  if (!is_quiet)
    g_print ("%s\n", self.online == CLI_ONLINE_IPV4
                         ? _ ("IPv4 works.")
                         : _ ("No connection is going to have IPv4."));
  return TRUE;
}

static void
set_locale (void)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

static gboolean
run (int argc, char **argv, GError **error)
{
  int seconds = DEFAULT_SECONDS;
  gboolean is_quiet = FALSE;
  gboolean wants_version = FALSE;
  const GOptionEntry entries[] = {
      {"timeout", 't', 0, G_OPTION_ARG_INT, &seconds,
       N_ ("Fail after this many seconds (default 30)"), N_ ("SECONDS")},
      {"quiet", 'q', 0, G_OPTION_ARG_NONE, &is_quiet, N_ ("Print errors only"), NULL},
      {"version", 'V', 0, G_OPTION_ARG_NONE, &wants_version, N_ ("Show the version"),
       NULL},
      G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (
      context, _ ("Waits until IPv4 works, or no connection is going to have it."));
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  if (argc > 1 || seconds < 0 || seconds > MAX_SECONDS)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, _ ("see %s --help"), PROGRAM);
      return FALSE;
    }
  if (wants_version)
    {
      g_print (PROGRAM " %s\n", CLAT_VERSION);
      return TRUE;
    }
  return wait_online (seconds, is_quiet, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;

  set_locale ();
  if (run (argc, argv, &error) && cli_output_check (&error))
    return EXIT_SUCCESS;
  message = cli_text_clean (error->message);
  g_printerr (PROGRAM ": %s\n", message);
  return error->domain == G_OPTION_ERROR
                 || g_error_matches (error, CLI_ERROR, CLI_ERROR_USAGE)
             ? EXIT_USAGE
             : EXIT_FAILURE;
}
