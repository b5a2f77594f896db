/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A traced packet as text and as JSON. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-json.h"
#include "cli-text.h"
#include "trace-print.h"

#define TIME_WIDTH 15 /* columns */

static const char *
get_direction (const ClatTraceRecord *record)
{
  return record->is_out ? "out" : "in";
}

static const char *
get_way (const ClatTraceRecord *record)
{
  switch (record->way)
    {
    case CLAT_TRACE_WAY_DIRECT:
      return "direct";
    case CLAT_TRACE_WAY_FAST:
      return "fast";
    case CLAT_TRACE_WAY_SLOW:
      return "slow";
    }
  g_return_val_if_reached ("");
}

static char *
format_time (gint64 time, const char *format)
{
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_local (time / G_USEC_PER_SEC);
  g_autofree char *text = g_date_time_format (seconds, format);

  return g_strdup_printf ("%s.%06d", text, (int)(time % G_USEC_PER_SEC));
}

/* In place of the words of a packet that does not exist. */
static const char *
get_absence (const ClatTraceRecord *record)
{
  if (!record->is_dropped)
    return _ ("nothing: dropped, answered, or it waits for fragments");
  return record->reason != NULL ? record->reason : _ ("for an unknown reason");
}

char *
trace_print_to_text (const ClatTraceRecord *record, gint64 time, const char *before,
                     const char *after)
{
  g_autofree char *when = format_time (time, "%H:%M:%S");
  g_autofree char *fate = cli_text_pad (
      record->is_dropped ? _ ("dropped") : get_way (record), TIME_WIDTH, TRUE);

  return g_strdup_printf ("%s %-3s %s\n%s     %s\n", when, get_direction (record),
                          before != NULL ? before : _ ("(by clat-xlat itself)"), fate,
                          after != NULL ? after : get_absence (record));
}

static char *
format_iso (gint64 time)
{
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);
  g_autoptr (GDateTime) date = g_date_time_add (seconds, time % G_USEC_PER_SEC);

  return g_date_time_format_iso8601 (date);
}

char *
trace_print_to_json (const ClatTraceRecord *record, gint64 time, const char *before,
                     const char *after)
{
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *date = format_iso (time);

  json_object_set_string_member (object, "Time", date);
  json_object_set_string_member (object, "Direction", get_direction (record));
  json_object_set_string_member (object, "Way", get_way (record));
  json_object_set_boolean_member (object, "Dropped", record->is_dropped);
  json_object_set_string_member (object, "Reason",
                                 record->reason != NULL ? record->reason : "");
  json_object_set_string_member (object, "Before", before != NULL ? before : "");
  json_object_set_string_member (object, "After", after != NULL ? after : "");
  json_node_take_object (node, object);
  return cli_json_format (node, TRUE);
}

char *
trace_print_to_comment (const ClatTraceRecord *record)
{
  if (!record->is_dropped)
    return g_strdup_printf ("%s, %s", get_direction (record), get_way (record));
  return g_strdup_printf ("%s, %s, dropped: %s", get_direction (record), get_way (record),
                          record->reason != NULL ? record->reason : "unknown");
}
