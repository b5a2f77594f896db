/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits for IPv4, by the states of connections on the bus. */
#pragma once

#include "clat-dbus.h"
#include "cli-online.h"

G_BEGIN_DECLS

#define CLI_WAIT_DEFAULT_SECONDS 30
#define CLI_WAIT_MAX_SECONDS     (24 * 60 * 60)

/* Waits until a connection has IPv4, or until none is going to have it; online says
 * which. Fails after that many seconds, with a message that says what it has waited for.
 */
gboolean cli_wait_online (int seconds, CliOnline *online, GError **error);

/* Waits until IPv4 works on the connection of that name, or on any one for NULL. The
 * connection need not be active yet, and the service need not run yet. */
ClatDBusConnection1 *cli_wait_for_ipv4 (const char *name, int seconds, GError **error);

G_END_DECLS
