/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Suspend and resume, as signalled by systemd-logind. Without logind there is no signal.
 */
#pragma once

#include <gio/gio.h>

#include "clat-manager.h"

G_BEGIN_DECLS

/* Has the manager query all networks again after each resume. Returns the id for
 * g_dbus_connection_signal_unsubscribe. */
guint clat_sleep_watch (GDBusConnection *bus, ClatManager *manager);

G_END_DECLS
