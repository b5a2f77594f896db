/* SPDX-License-Identifier: GPL-2.0-or-later */
/* systemd, where it is the service manager. */
#include "clat-systemd.h"

#include <unistd.h>

#include "config.h"

#if HAVE_SYSTEMD
#  include <systemd/sd-daemon.h>
#endif

#define NAME              "org.freedesktop.systemd1"
#define UNIT              "clat-nm.service"
#define ANSWER_TIMEOUT_MS 500

gboolean
clat_systemd_has_started_us (void)
{
  return g_getenv ("NOTIFY_SOCKET") != NULL;
}

#if HAVE_SYSTEMD

void
clat_systemd_notify (const char *state)
{
  sd_notify (FALSE, state);
}

static gboolean
on_watchdog (gpointer data)
{
  sd_notify (FALSE, "WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

void
clat_systemd_start_watchdog (void)
{
  guint64 limit;

  /* Two thirds of the time are left for a busy machine. */
  if (sd_watchdog_enabled (FALSE, &limit) > 0)
    g_timeout_add_seconds (MAX (1, limit / (3 * G_USEC_PER_SEC)), on_watchdog, NULL);
}

/* Name to descriptor, of those that have not been taken yet. */
static GHashTable *
get_received (void)
{
  static GHashTable *received;
  g_auto (GStrv) names = NULL;
  int count;

  if (received != NULL)
    return received;

  received = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  count = sd_listen_fds_with_names (TRUE, &names);
  for (int i = 0; i < count; i++)
    g_hash_table_insert (received, g_strdup (names[i]),
                         GINT_TO_POINTER (SD_LISTEN_FDS_START + i));
  return received;
}

static int
take (const char *name)
{
  gpointer fd;

  if (!g_hash_table_steal_extended (get_received (), name, NULL, &fd))
    return -1;
  return GPOINTER_TO_INT (fd);
}

static void
remove_stored (const char *name)
{
  g_autofree char *state = g_strdup_printf ("FDSTOREREMOVE=1\nFDNAME=%s", name);
  int fd = take (name);

  if (fd >= 0)
    close (fd);
  sd_notify (FALSE, state);
}

static void
remove_unclaimed (void)
{
  g_autofree char **names =
      (char **)g_hash_table_get_keys_as_array (get_received (), NULL);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *name = g_strdup (names[i]);

      remove_stored (name);
    }
}

/* The store accepts several descriptors of one name: the old one is removed first. */
static void
put (const char *name, int fd)
{
  g_autofree char *state = g_strdup_printf ("FDSTORE=1\nFDNAME=%s", name);

  remove_stored (name);
  sd_pid_notify_with_fds (0, FALSE, state, &fd, 1);
}

const ClatFdStore *
clat_systemd_get_store (void)
{
  static const ClatFdStore store = {take, put, remove_stored, remove_unclaimed};

  get_received ();
  return &store;
}

#else

void
clat_systemd_notify (const char *state)
{
}

void
clat_systemd_start_watchdog (void)
{
}

const ClatFdStore *
clat_systemd_get_store (void)
{
  return &clat_fd_store_none;
}

#endif

static GVariant *
call (GDBusConnection *bus, const char *path, const char *interface, const char *method,
      GVariant *arguments, const char *type)
{
  g_autoptr (GError) error = NULL;
  GVariant *result = g_dbus_connection_call_sync (
      bus, NAME, path, interface, method, arguments, G_VARIANT_TYPE (type),
      G_DBUS_CALL_FLAGS_NO_AUTO_START, ANSWER_TIMEOUT_MS, NULL, &error);

  if (result == NULL)
    g_debug ("systemd: %s: %s", method, error->message);
  return result;
}

static GVariant *
get_property (GDBusConnection *bus, const char *path, const char *interface,
              const char *property)
{
  g_autoptr (GVariant) result = call (bus, path, "org.freedesktop.DBus.Properties", "Get",
                                      g_variant_new ("(ss)", interface, property), "(v)");
  GVariant *value = NULL;

  if (result != NULL)
    g_variant_get (result, "(v)", &value);
  return value;
}

/* The object path of a unit, NULL if systemd knows none. */
static char *
find_unit (GDBusConnection *bus, const char *method, GVariant *argument)
{
  g_autoptr (GVariant) unit =
      call (bus, "/org/freedesktop/systemd1", NAME ".Manager", method, argument, "(o)");
  char *path = NULL;

  if (unit != NULL)
    g_variant_get (unit, "(o)", &path);
  return path;
}

/* The object path of our unit's job, NULL if it has none. */
static char *
find_job (GDBusConnection *bus)
{
  g_autofree char *unit =
      find_unit (bus, "GetUnitByPID", g_variant_new ("(u)", (guint32)getpid ()));
  g_autoptr (GVariant) job = NULL;
  guint32 number;
  char *path;

  if (unit == NULL)
    return NULL;

  job = get_property (bus, unit, NAME ".Unit", "Job");
  if (job == NULL || !g_variant_is_of_type (job, G_VARIANT_TYPE ("(uo)")))
    return NULL;

  g_variant_get (job, "(uo)", &number, &path);
  if (number == 0)
    g_clear_pointer (&path, g_free);
  return path;
}

gboolean
clat_systemd_is_restarting (GDBusConnection *bus)
{
  g_autoptr (GVariant) type = NULL;
  g_autofree char *job = NULL;

  if (!clat_systemd_has_started_us () || g_dbus_connection_is_closed (bus))
    return FALSE;

  job = find_job (bus);
  if (job != NULL)
    type = get_property (bus, job, NAME ".Job", "JobType");
  return type != NULL && g_variant_is_of_type (type, G_VARIANT_TYPE_STRING)
         && g_str_has_suffix (g_variant_get_string (type, NULL), "restart");
}

gboolean
clat_systemd_starts_again (GDBusConnection *bus)
{
  g_autofree char *unit = find_unit (bus, "GetUnit", g_variant_new ("(s)", UNIT));
  g_autoptr (GVariant) state =
      unit == NULL ? NULL : get_property (bus, unit, NAME ".Unit", "ActiveState");

  return state != NULL && g_variant_is_of_type (state, G_VARIANT_TYPE_STRING)
         && g_str_equal (g_variant_get_string (state, NULL), "activating");
}
