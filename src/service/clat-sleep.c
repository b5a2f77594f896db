/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Suspend and resume, as signalled by systemd-logind. */
#include "clat-sleep.h"

static void
on_prepare_for_sleep (GDBusConnection *bus, const char *sender, const char *path,
                      const char *interface, const char *signal, GVariant *arguments,
                      gpointer data)
{
  gboolean begins;

  if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(b)")))
    return;

  g_variant_get (arguments, "(b)", &begins);
  if (!begins)
    clat_manager_refresh (data);
}

guint
clat_sleep_watch (GDBusConnection *bus, ClatManager *manager)
{
  return g_dbus_connection_signal_subscribe (
      bus, "org.freedesktop.login1", "org.freedesktop.login1.Manager", "PrepareForSleep",
      "/org/freedesktop/login1", NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_prepare_for_sleep,
      g_object_ref (manager), g_object_unref);
}
