/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rates of translators, again and again. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Prints a line for each connection with a translator after each period, until the
 * process is interrupted. name: of one connection, which must exist at the beginning;
 * NULL: all of them. */
gboolean cli_watch_run (GDBusObjectManagerClient *bus, const char *name, int seconds,
                        gboolean is_json, GError **error);

G_END_DECLS
