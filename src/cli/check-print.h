/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings as text and as JSON. */
#pragma once

#include <json-glib/json-glib.h>

#include "check-finding.h"
#include "clat-dbus.h"
#include "cli-table.h"

G_BEGIN_DECLS

/* A table with a title: what was found, whose fault it is, what to do. */
char *check_print_to_text (ClatDBusConnection1 *connection, GArray *findings,
                           CliStyle style);

/* The names of the connection, "Ok", and "Findings". */
JsonObject *check_print_to_json (ClatDBusConnection1 *connection, GArray *findings);

G_END_DECLS
