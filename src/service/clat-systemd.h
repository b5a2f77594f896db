/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The service manager that has started us, where that is systemd. Without libsystemd, or
 * without systemd, all of it does nothing. */
#pragma once

#include <gio/gio.h>

#include "clat-fd-store.h"

G_BEGIN_DECLS

/* Such as "READY=1"; see sd_notify(3). */
void clat_systemd_notify (const char *state);

/* Its file descriptor store. What it gave us at the start is read once. */
const ClatFdStore *clat_systemd_get_store (void);

/* Whether it ends us in order to start us again at once. Waits for its answer, but not
 * long. */
gboolean clat_systemd_is_restarting (GDBusConnection *bus);

G_END_DECLS
