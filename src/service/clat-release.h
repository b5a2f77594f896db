/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removal of what a service has left that crashed and is not started again. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Removes all translators, and calls give_back_ipv4, which has NetworkManager configure
 * IPv4 again where it was given up; the bus may be NULL. Blocks, some seconds at most.
 * FALSE if the service runs, or the kernel cannot be reached; the reason is on the
 * standard error output. */
gboolean clat_release (void (*give_back_ipv4) (GDBusConnection *bus));

G_END_DECLS
