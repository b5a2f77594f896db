/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All fields of one connection as text. */
#pragma once

#include "clat-dbus.h"
#include "cli-table.h"

G_BEGIN_DECLS

char *cli_details_format (ClatDBusConnection1 *connection, CliStyle style);

G_END_DECLS
