/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values from the bus as JSON. */
#pragma once

#include <json-glib/json-glib.h>

#include "cli-text.h"

G_BEGIN_DECLS

/* Adds the value as a member of this name and, for a point in time, a member "<name>Time"
 * with the date in UTC or null. */
void cli_json_add_property (JsonObject *into, const char *name, GVariant *value,
                            CliClock clock);

/* On one line, or indented. Takes ownership of node. */
char *cli_json_format (JsonNode *node, gboolean on_one_line);

/* Prints UTF-8, whatever the locale. Takes ownership of the first argument. */
void cli_json_print_object (JsonObject *object, gboolean on_one_line);
void cli_json_print_array (JsonArray *array);

G_END_DECLS
