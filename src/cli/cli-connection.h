/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection on the bus as clatctl shows it. The table of its fields is the only place
 * in clatctl that names properties of net.clatnm.Connection1: the columns of "list", the
 * lines of "show", the members of JSON objects and the lines of "monitor" come from it.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "clat-dbus.h"
#include "cli-text.h"

G_BEGIN_DECLS

typedef enum
{
  CLI_FIELD_PLAIN,
  CLI_FIELD_NAME,  /* identifies the connection */
  CLI_FIELD_STATE, /* "monitor" prints one line for all of these */
} CliFieldKind;

typedef struct
{
  const char *property; /* also the member in JSON; NULL: derived, not in JSON */
  const char *label;    /* of the line in "show"; NULL: none */
  const char *title;    /* of the column in "list"; NULL: none */
  CliFieldKind kind;

  /* For derived fields, and for sentences, which are translated; NULL: the value of the
   * property. */
  char *(*derive) (ClatDBusConnection1 *connection, CliTone *tone);
} CliField;

const CliField *cli_connection_get_fields (gsize *n_fields);

/* NULL for a property that only a newer service has. */
const CliField *cli_connection_find_field (const char *property);

/* "-" if the value is absent. Not cleaned for a terminal. */
char *cli_connection_dup_text (ClatDBusConnection1 *connection, const CliField *field,
                               CliClock clock, CliTone *tone);

/* Every property under its name, the object path as "Path", and for each point in time
 * one more member ("ActiveSinceTime"), a date in UTC or null. */
JsonObject *cli_connection_to_json (ClatDBusConnection1 *connection, CliClock clock);

/* The path and the fields of kind CLI_FIELD_NAME only. */
JsonObject *cli_connection_to_json_name (ClatDBusConnection1 *connection);

/* StateText and PlatText in the user's language; not cleaned for a terminal. */
char *cli_connection_dup_explanation (ClatDBusConnection1 *connection);
char *cli_connection_dup_evidence (ClatDBusConnection1 *connection);

/* "Home (wlan0)", cleaned for a terminal. */
char *cli_connection_dup_title (ClatDBusConnection1 *connection);

/* "IPv4 works; active: 192.0.0.2 through 64:ff9b::/96", not cleaned for a terminal. */
char *cli_connection_dup_status (ClatDBusConnection1 *connection);

/* Whether IPv4 works on it, native or translated. */
gboolean cli_connection_has_ipv4 (ClatDBusConnection1 *connection);

/* By name, then by interface. */
int cli_connection_compare (ClatDBusConnection1 *a, ClatDBusConnection1 *b);

/* The names of a connection on the command line, the least ambiguous first: object path,
 * UUID, name, interface, host interface. */
#define CLI_CONNECTION_N_NAMES 5
const char *cli_connection_get_name (ClatDBusConnection1 *connection, guint i);

G_END_DECLS
