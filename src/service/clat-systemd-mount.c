/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mounts in the mount namespace of the host, carried out by systemd.
 *
 * The service has a mount namespace of its own (ProtectSystem= and the like). Mounts of
 * the host propagate into it, but never back. So systemd runs mount(8) and umount(8), in
 * a unit that exists for as long as that takes. */
#include "clat-systemd-mount.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clat-error.h"

#define WAIT_MS  5000
#define CHECK_MS 50

/* As a(sasb): one command, whose failure is one of the unit. */
static GVariant *
describe_command (const char *const *argv)
{
  GVariantBuilder commands;

  g_variant_builder_init (&commands, G_VARIANT_TYPE ("a(sasb)"));
  g_variant_builder_add (&commands, "(s^asb)", argv[0], argv, FALSE);
  return g_variant_builder_end (&commands);
}

/* Nothing of the unit stays when the command has ended. */
static GVariant *
describe_unit (const char *const *argv)
{
  GVariantBuilder properties;

  g_variant_builder_init (&properties, G_VARIANT_TYPE ("a(sv)"));
  g_variant_builder_add (&properties, "(sv)", "Type", g_variant_new_string ("oneshot"));
  g_variant_builder_add (&properties, "(sv)", "CollectMode",
                         g_variant_new_string ("inactive-or-failed"));
  g_variant_builder_add (&properties, "(sv)", "DefaultDependencies",
                         g_variant_new_boolean (FALSE));
  g_variant_builder_add (&properties, "(sv)", "ExecStart", describe_command (argv));
  return g_variant_builder_end (&properties);
}

static gboolean
start_unit (const char *const *argv, GError **error)
{
  static guint number;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, error);
  g_autofree char *name =
      g_strdup_printf ("clat-nm-mount-%d-%u.service", getpid (), number++);
  g_autoptr (GVariant) job = NULL;

  if (bus != NULL)
    job = g_dbus_connection_call_sync (
        bus, "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
        "org.freedesktop.systemd1.Manager", "StartTransientUnit",
        g_variant_new ("(ss@a(sv)a(sa(sv)))", name, "fail", describe_unit (argv), NULL),
        G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, WAIT_MS, NULL, error);
  return job != NULL;
}

/* The number of the file system that has path, 0 if there is none. */
static dev_t
get_device (const char *path)
{
  struct stat found;

  return stat (path, &found) == 0 ? found.st_dev : 0;
}

/* changes: /proc/self/mountinfo, open since before: poll(2) reports each. Without it, -1,
 * only the limit ends a wait. */
static gboolean
wait_for_other_device (int changes, const char *path, dev_t before)
{
  gint64 end = g_get_monotonic_time () + WAIT_MS * G_TIME_SPAN_MILLISECOND;
  struct pollfd polled = {.fd = changes, .events = POLLPRI};

  while (get_device (path) == before)
    {
      if (g_get_monotonic_time () >= end)
        return FALSE;
      poll (&polled, 1, CHECK_MS);
    }
  return TRUE;
}

/* Runs a command that mounts something at target or unmounts it. */
static gboolean
run (const char *const *argv, const char *target, GError **error)
{
  int changes = open ("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
  dev_t before = get_device (target);
  gboolean is_started = start_unit (argv, error);
  gboolean is_done = is_started && wait_for_other_device (changes, target, before);

  if (is_started && !is_done)
    g_set_error (error, CLAT_ERROR, CLAT_ERROR_BUSY, "%s has not changed %s within %d s",
                 argv[0], target, WAIT_MS / 1000);
  if (changes >= 0)
    close (changes);
  return is_done;
}

static gboolean
mount_by_systemd (const char *source, const char *target, GError **error)
{
  const char *const argv[] = {"/bin/mount", "--no-canonicalize", "--bind", source, target,
                              NULL};

  return run (argv, target, error);
}

static gboolean
unmount_by_systemd (const char *target, GError **error)
{
  const char *const argv[] = {"/bin/umount", "--lazy", "--no-canonicalize", target, NULL};

  return run (argv, target, error);
}

const ClatNetnsMounts clat_systemd_mounts = {mount_by_systemd, unmount_by_systemd};
