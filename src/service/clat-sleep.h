/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine sleeps and wakes up, as far as logind tells of it; elsewhere nothing is
 * told.
 */
#pragma once

#include <gio/gio.h>

#include "clat-manager.h"

G_BEGIN_DECLS

/* Has the manager look at the network anew each time the machine has woken up. Returns
 * what g_dbus_connection_signal_unsubscribe takes. */
guint clat_sleep_watch (GDBusConnection *bus, ClatManager *manager);

G_END_DECLS
