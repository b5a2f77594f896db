/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clat-nm: options, bus name, main loop. */
#include <glib-unix.h>
#include <locale.h>
#include <unistd.h>

#include "clat-bus-name.h"
#include "clat-bus.h"
#include "clat-config-file.h"
#include "clat-linux.h"
#include "clat-netns.h"
#include "clat-nm-client.h"
#include "clat-nm-release.h"
#include "clat-release.h"
#include "clat-sleep.h"
#include "clat-systemd-mount.h"
#include "clat-systemd.h"
#include "config.h"

enum
{
  EXIT_OK = 0,
  EXIT_FAILED = 1,
  EXIT_USAGE = 2,
};

typedef struct
{
  gboolean debug;
  gboolean version;
  gboolean check_config;
  gboolean release;
  gboolean share_names;
  char *config_path;
} Options;

typedef struct
{
  GMainLoop *loop;
  GDBusConnection *bus;
  ClatManager *manager;
  const ClatReload *reload;
  gboolean keeps_translators;
  int status;
} Service;

static gboolean
parse_options (int argc, char **argv, Options *options, GError **error)
{
  const GOptionEntry entries[] = {
      {"config", 'c', 0, G_OPTION_ARG_FILENAME, &options->config_path,
       "Read FILE instead of " CLAT_CONFIG_FILE, "FILE"},
      {"check-config", 0, 0, G_OPTION_ARG_NONE, &options->check_config,
       "Check the configuration file and exit", NULL},
      {"debug", 'd', 0, G_OPTION_ARG_NONE, &options->debug, "Log each step", NULL},
      {"release", 0, 0, G_OPTION_ARG_NONE, &options->release,
       "Remove what a service that has crashed has left, and exit", NULL},
      {"share-names", 0, 0, G_OPTION_ARG_NONE, &options->share_names,
       "Make the directory of names of network namespaces a shared mount, and exit",
       NULL},
      {"version", 'V', 0, G_OPTION_ARG_NONE, &options->version,
       "Print the version and exit", NULL},
      {0},
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (
      context,
      "IPv4 on networks that have only IPv6 and a NAT64: the client half of 464XLAT\n"
      "for connections of NetworkManager. Runs in the foreground.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;

  if (argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "unexpected argument '%s'", argv[1]);
      return FALSE;
    }
  return TRUE;
}

static gboolean
on_signal (gpointer data)
{
  Service *service = data;

  service->keeps_translators = clat_systemd_is_restarting (service->bus);
  if (service->keeps_translators)
    g_message ("restarting: the translators stay for the next instance");
  clat_systemd_notify ("STOPPING=1");
  g_main_loop_quit (service->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_hangup (gpointer data)
{
  Service *service = data;

  clat_reload_run (service->reload, NULL);
  return G_SOURCE_CONTINUE;
}

static void
on_name_acquired (GDBusConnection *bus, const char *name, gpointer data)
{
  Service *service = data;

  clat_manager_start (service->manager);
  clat_systemd_notify ("READY=1");
  clat_systemd_start_watchdog ();
}

static void
on_name_lost (GDBusConnection *bus, const char *name, gpointer data)
{
  Service *service = data;

  if (bus == NULL || g_dbus_connection_is_closed (bus))
    g_warning ("the connection to the system bus is closed");
  else
    g_warning ("the bus name %s is owned by another process, or the bus policy does not "
               "allow this user to own it",
               name);
  /* What is in the kernel may belong to the instance that owns the name, or is for our
   * next start. */
  service->keeps_translators = TRUE;
  service->status = EXIT_FAILED;
  g_main_loop_quit (service->loop);
}

/* Objects are exported before the name is requested; work begins once the name is ours.
 */
static int
run (const ClatCommon *common, ClatReload *reload, GDBusConnection *bus)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (ClatManager) manager = clat_manager_new (common, common->network_manager);
  g_autoptr (GError) error = NULL;
  Service service = {loop, bus, manager, reload, FALSE, EXIT_OK};
  g_autoptr (ClatBus) shown = NULL;
  guint name, sleep;

  reload->manager = manager;
  shown = clat_bus_new (reload, common->kernel, bus, &error);
  if (shown == NULL)
    {
      g_printerr ("clat-nm: %s\n", error->message);
      return EXIT_FAILED;
    }

  g_unix_signal_add (SIGTERM, on_signal, &service);
  g_unix_signal_add (SIGINT, on_signal, &service);
  g_unix_signal_add (SIGHUP, on_hangup, &service);
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  sleep = clat_sleep_watch (bus, manager);
  name = g_bus_own_name_on_connection (bus, CLAT_BUS_NAME,
                                       G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE,
                                       on_name_acquired, on_name_lost, &service, NULL);
  g_main_loop_run (loop);

  g_dbus_connection_signal_unsubscribe (bus, sleep);
  if (!service.keeps_translators)
    clat_manager_stop (manager);
  g_bus_unown_name (name);
  g_dbus_connection_flush_sync (bus, NULL, NULL);
  return service.status;
}

static int
start (ClatReload *reload)
{
  ClatConfig *config = reload->config;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, &error);
  g_autoptr (ClatSecret) secret = NULL;
  g_autoptr (ClatKernel) kernel = NULL;
  g_autoptr (ClatPool) pool = NULL;
  g_autoptr (ClatNetworkManager) network_manager = clat_nm_client_new ();
  ClatRememberedNetworks filtered = {0}, without_nat64 = {0};

  if (clat_systemd_has_started_us ())
    clat_netns_set_mounts (&clat_systemd_mounts);
  if (bus == NULL)
    g_prefix_error (&error, "system bus: ");
  else
    secret = clat_secret_load (CLAT_STATE_DIR, &error);
  if (secret != NULL)
    pool = reload->pool = clat_pool_new (config->ipv4_pool, &error);
  if (pool != NULL)
    kernel = clat_linux_new (clat_systemd_get_store (), &error);
  if (kernel == NULL)
    {
      g_printerr ("clat-nm: %s\n", error->message);
      return EXIT_FAILED;
    }

  return run (&(ClatCommon){kernel, pool, secret, config, network_manager, &filtered,
                            &without_nat64},
              reload, bus);
}

static int
share_names (void)
{
  g_autoptr (GError) error = NULL;

  if (clat_netns_share_names (&error))
    return EXIT_OK;
  g_printerr ("clat-nm: %s\n", error->message);
  return EXIT_FAILED;
}

int
main (int argc, char **argv)
{
  g_autoptr (ClatConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  Options options = {0};
  g_autofree char *path = NULL;

  setlocale (LC_ALL, "");
  if (!parse_options (argc, argv, &options, &error))
    {
      g_printerr ("clat-nm: %s\n", error->message);
      return EXIT_USAGE;
    }
  path = options.config_path != NULL ? options.config_path : g_strdup (CLAT_CONFIG_FILE);

  if (options.version)
    {
      g_print ("clat-nm %s\n", CLAT_VERSION);
      return EXIT_OK;
    }

  /* The default file need not exist; one given with --config must. */
  config = clat_config_file_load (path, options.config_path != NULL, &error);
  if (config == NULL)
    {
      g_printerr ("clat-nm: %s\n", error->message);
      return EXIT_FAILED;
    }
  if (options.check_config)
    {
      g_print ("%s: ok\n", path);
      return EXIT_OK;
    }

  if (geteuid () != 0)
    {
      g_printerr ("clat-nm: must be run as root\n");
      return EXIT_FAILED;
    }

  g_log_writer_default_set_use_stderr (TRUE);
  g_log_set_debug_enabled (options.debug);
  if (options.share_names)
    return share_names ();
  if (options.release)
    return clat_release (clat_nm_release) ? EXIT_OK : EXIT_FAILED;
  return start (&(ClatReload){
      .path = path, .must_exist = options.config_path != NULL, .config = config});
}
