/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which translator a command line means. */
#pragma once

#include <gio/gio.h>

#include "clat-dbus.h"

G_BEGIN_DECLS

/* The connection of that name, which must have a translator; NULL: the only one that has
 * one. */
ClatDBusConnection1 *cli_translator_find (GDBusObjectManagerClient *bus, const char *name,
                                          GError **error);

G_END_DECLS
