/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The client of the bus name net.clatnm. */
#pragma once

#include <gio/gio.h>

#include "clat-dbus.h"

G_BEGIN_DECLS

/* Connects to the system bus. */
GDBusConnection *cli_bus_connect (GError **error);

/* The objects of the service, which need not run. */
GDBusObjectManagerClient *cli_bus_watch (GError **error);
gboolean cli_bus_is_running (GDBusObjectManagerClient *bus);

/* The same; fails unless the service runs. */
GDBusObjectManagerClient *cli_bus_open (GError **error);

/* The service exports the connections of NetworkManager: without it there are none, or
 * those that were active when it stopped. */
gboolean cli_bus_has_networkmanager (GDBusObjectManagerClient *bus);

/* The error is the one of the bus, unchanged. */
ClatDBusManager1 *cli_bus_get_manager (GDBusObjectManagerClient *bus, GError **error);

/* ClatDBusConnection1, sorted by name. */
GPtrArray *cli_bus_list (GDBusObjectManagerClient *bus);

/* The connection with this object path, UUID, name, interface or host interface. */
ClatDBusConnection1 *cli_bus_find (GDBusObjectManagerClient *bus, const char *name,
                                   GError **error);

G_END_DECLS
