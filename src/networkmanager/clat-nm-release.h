/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gives IPv4 back to connections from which an instance of the service that has ended had
 * taken it. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Blocks for some seconds at most. bus may be NULL, and NetworkManager need not run: then
 * only its drop-in is removed. Failures are logged. */
void clat_nm_release (GDBusConnection *bus);

G_END_DECLS
