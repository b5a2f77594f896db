/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the bus says, as JSON. */
#pragma once

#include <json-glib/json-glib.h>

#include "cli-bus.h"
#include "cli-text.h"

G_BEGIN_DECLS

/* Every property under its name on the bus, the path of the object as "Path", and for
 * each point in time one more member, "ActiveSinceTime", as a date in UTC or null. */
JsonObject *cli_json_connection (ClatDBusConnection1 *connection, CliClock clock);

/* The same for one property into an object. */
void cli_json_add_property (JsonObject *into, const char *name, GVariant *value,
                            CliClock clock);

/* One line, or indented for people. Takes node. */
char *cli_json_format (JsonNode *node, gboolean on_one_line);

/* Prints it as UTF-8, whatever the locale. Takes it. */
void cli_json_print_object (JsonObject *object, gboolean on_one_line);
void cli_json_print_array (JsonArray *array);

G_END_DECLS
