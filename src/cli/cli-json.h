/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values from the bus as JSON. */
#pragma once

#include <json-glib/json-glib.h>

#include "cli-text.h"

G_BEGIN_DECLS

/* The value as a member of this name; for a point in time one more, "<name>Time", a date
 * in UTC or null. */
void cli_json_add_property (JsonObject *into, const char *name, GVariant *value,
                            CliClock clock);

/* One line, or indented for people. Takes node. */
char *cli_json_format (JsonNode *node, gboolean on_one_line);

/* Prints it as UTF-8, whatever the locale. Takes it. */
void cli_json_print_object (JsonObject *object, gboolean on_one_line);
void cli_json_print_array (JsonArray *array);

G_END_DECLS
