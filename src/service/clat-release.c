/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removal of what a service has left that crashed and is not started again. */
#include "clat-release.h"

#include "clat-bus-name.h"
#include "clat-linux.h"
#include "clat-systemd.h"

#define ANSWER_TIMEOUT_MS 2000

static gboolean
is_served (GDBusConnection *bus)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "NameHasOwner", g_variant_new ("(s)", CLAT_BUS_NAME), G_VARIANT_TYPE ("(b)"),
      G_DBUS_CALL_FLAGS_NONE, ANSWER_TIMEOUT_MS, NULL, NULL);
  gboolean has_owner = FALSE;

  if (answer != NULL)
    g_variant_get (answer, "(b)", &has_owner);
  return has_owner;
}

/* Without a bus NetworkManager cannot be reached, but the kernel can, and files. */
gboolean
clat_release (void (*give_back_ipv4) (GDBusConnection *bus))
{
  static const char *const none[] = {NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);
  g_autoptr (ClatKernel) kernel = NULL;

  if (bus != NULL && is_served (bus))
    {
      g_printerr ("clat-nm: the service is running; stop it instead\n");
      return FALSE;
    }
  if (bus != NULL && clat_systemd_starts_again (bus))
    {
      g_message ("the service is started again, and takes over what is there");
      return TRUE;
    }

  kernel = clat_linux_new (&clat_fd_store_none, &error);
  if (kernel != NULL)
    clat_kernel_sweep (kernel, none);
  else
    g_printerr ("clat-nm: %s\n", error->message);
  give_back_ipv4 (bus);
  return kernel != NULL;
}
