/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An event of "clatctl monitor", as text or as JSON. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-connection.h"
#include "cli-event.h"
#include "cli-json.h"
#include "cli-value.h"

static const struct
{
  const char *name; /* in JSON */
  const char *text; /* NULL: the status of the connection, or what has changed */
} events[] = {
    [CLI_EVENT_SERVICE_STARTED] = {"service-started", N_ ("clat-nm is running")},
    [CLI_EVENT_SERVICE_STOPPED] = {"service-stopped", N_ ("clat-nm is not running")},
    [CLI_EVENT_NETWORKMANAGER_STARTED] = {"networkmanager-started",
                                          N_ ("NetworkManager is running")},
    [CLI_EVENT_NETWORKMANAGER_STOPPED] = {"networkmanager-stopped",
                                          N_ ("NetworkManager is not running")},
    [CLI_EVENT_ADDED] = {"added", NULL},
    [CLI_EVENT_CHANGED] = {"changed", NULL},
    [CLI_EVENT_REMOVED] = {"removed", N_ ("no longer active")},
};

/* The message need not be cleaned for a terminal. */
static void
print_line (ClatDBusConnection1 *connection, const char *message)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%H:%M:%S");
  g_autofree char *title =
      connection != NULL ? cli_connection_dup_title (connection) : NULL;
  g_autofree char *text = cli_text_clean (message);

  g_print ("%s  %s%s%s\n", time, title != NULL ? title : "", title != NULL ? ": " : "",
           text);
}

static void
print_status (ClatDBusConnection1 *connection)
{
  g_autofree char *status = cli_connection_dup_status (connection);

  print_line (connection, status);
}

/* A field is printed as the connection has it now, any other property as it was sent. */
static void
print_property (ClatDBusConnection1 *connection, const char *property, GVariant *value)
{
  const CliField *field = cli_connection_find_field (property);
  CliClock clock = cli_clock_now ();
  CliTone tone;
  g_autofree char *text = field != NULL
                              ? cli_connection_dup_text (connection, field, clock, &tone)
                              : cli_value_to_text (value, clock);
  g_autofree char *message = g_strdup_printf (
      "%s: %s", field != NULL ? _ (field->label) : property, text != NULL ? text : "-");

  print_line (connection, message);
}

static gboolean
is_state (const char *property)
{
  const CliField *field = cli_connection_find_field (property);

  return field != NULL && field->kind == CLI_FIELD_STATE;
}

/* One line for each property, but only one for those of the state. */
static void
print_changed (ClatDBusConnection1 *connection, GVariant *changed)
{
  gboolean has_status = FALSE;
  GVariantIter iter;
  const char *property;
  GVariant *value;

  g_variant_iter_init (&iter, changed);
  while (g_variant_iter_loop (&iter, "{&sv}", &property, &value))
    {
      if (!is_state (property))
        print_property (connection, property, value);
      else if (!has_status)
        print_status (connection);
      has_status |= is_state (property);
    }
}

void
cli_event_print_text (CliEvent event, ClatDBusConnection1 *connection, GVariant *changed)
{
  if (events[event].text != NULL)
    print_line (connection, _ (events[event].text));
  else if (changed != NULL)
    print_changed (connection, changed);
  else
    print_status (connection);
}

static JsonObject *
changed_to_json (GVariant *changed, CliClock clock)
{
  JsonObject *object = json_object_new ();
  GVariantIter iter;
  const char *property;
  GVariant *value;

  g_variant_iter_init (&iter, changed);
  while (g_variant_iter_loop (&iter, "{&sv}", &property, &value))
    cli_json_add_property (object, property, value, clock);
  return object;
}

void
cli_event_print_json (CliEvent event, ClatDBusConnection1 *connection, GVariant *changed)
{
  CliClock clock = cli_clock_now ();
  g_autofree char *time = cli_clock_to_iso (clock, clock.boot);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "Event", events[event].name);
  json_object_set_string_member (object, "Time", time);
  if (connection != NULL)
    json_object_set_object_member (object, "Connection",
                                   cli_connection_to_json (connection, clock));
  if (changed != NULL)
    json_object_set_object_member (object, "Changed", changed_to_json (changed, clock));
  cli_json_print_object (object, TRUE);
}
