/* SPDX-License-Identifier: GPL-2.0-or-later */
/* systemd, where it is the service manager. Without libsystemd, or where another service
 * manager started this process, these functions do nothing. */
#pragma once

#include <gio/gio.h>

#include "clat-fd-store.h"

G_BEGIN_DECLS

/* Whether systemd has started this process as a service. */
gboolean clat_systemd_has_started_us (void);

/* state: "READY=1" and the like; see sd_notify(3). */
void clat_systemd_notify (const char *state);

/* Where the unit sets WatchdogSec=, has the main loop of the calling thread report often
 * enough that it runs. */
void clat_systemd_start_watchdog (void);

/* The file descriptor store. The descriptors that were passed at the start are read once.
 */
const ClatFdStore *clat_systemd_get_store (void);

/* Whether this process is being stopped by a restart of the unit. Blocks for systemd's
 * answer, but not for long. */
gboolean clat_systemd_is_restarting (GDBusConnection *bus);

/* Whether the service, which has ended, is going to be started again by itself, as after
 * a crash. Asked by another process. Blocks like the former. */
gboolean clat_systemd_starts_again (GDBusConnection *bus);

G_END_DECLS
