/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values from the bus as JSON. */
#include "config.h"

#include <stdio.h>

#include "cli-json.h"

/* On the bus, type "t" is used for points in time only. */
static void
add_time (JsonObject *into, const char *name, guint64 boot, CliClock clock)
{
  g_autofree char *member = g_strconcat (name, "Time", NULL);
  g_autofree char *date = cli_clock_to_iso (clock, boot);

  if (date != NULL)
    json_object_set_string_member (into, member, date);
  else
    json_object_set_null_member (into, member);
}

void
cli_json_add_property (JsonObject *into, const char *name, GVariant *value,
                       CliClock clock)
{
  json_object_set_member (into, name, json_gvariant_serialize (value));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    add_time (into, name, g_variant_get_uint64 (value), clock);
}

/* JSON has control characters in strings only, where an escape means the same. json-glib
 * does not escape C1 controls, which terminals interpret. */
static char *
escape_controls (const char *json)
{
  GString *out = g_string_sized_new (strlen (json));

  for (; *json != '\0'; json = g_utf8_next_char (json))
    {
      gunichar character = g_utf8_get_char (json);

      if (character != '\n' && g_unichar_iscntrl (character))
        g_string_append_printf (out, "\\u%04x", character);
      else
        g_string_append_unichar (out, character);
    }
  return g_string_free (out, FALSE);
}

char *
cli_json_format (JsonNode *node, gboolean on_one_line)
{
  g_autofree char *json = json_to_string (node, !on_one_line);

  json_node_unref (node);
  return escape_controls (json);
}

static void
print_node (JsonNode *node, gboolean on_one_line)
{
  g_autofree char *json = cli_json_format (node, on_one_line);

  printf ("%s\n", json);
}

void
cli_json_print_object (JsonObject *object, gboolean on_one_line)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  print_node (node, on_one_line);
}

void
cli_json_print_array (JsonArray *array)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  json_node_take_array (node, array);
  print_node (node, FALSE);
}
