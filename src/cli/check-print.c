/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings as text and as JSON. */
#include "config.h"

#include <glib/gi18n.h>

#include "check-print.h"
#include "cli-connection.h"

#define N_COLUMNS 3

static const struct
{
  const char *mark;
  CliTone tone;
} marks[] = {
    /* Translators: these words stand before a finding of "clatctl check". */
    [CHECK_OK] = {N_ ("ok"), CLI_TONE_GOOD},
    [CHECK_WARNING] = {N_ ("look"), CLI_TONE_WAIT},
    [CHECK_FAILED] = {N_ ("FAIL"), CLI_TONE_BAD},
    [CHECK_SKIPPED] = {"-", CLI_TONE_PLAIN},
};

static const char *
describe_fault (CheckFault fault)
{
  switch (fault)
    {
    case CHECK_FAULT_NONE:
      return NULL;
    case CHECK_FAULT_HOST:
      return _ ("Cause: this host.");
    case CHECK_FAULT_NETWORK:
      return _ ("Cause: the network.");
    case CHECK_FAULT_NAT64:
      return _ ("Cause: the NAT64.");
    }
  g_return_val_if_reached (NULL);
}

/* The finding, whose fault it is, and the remedy. */
static char *
describe (const CheckFinding *finding)
{
  GString *text = g_string_new (finding->text);
  const char *fault = describe_fault (finding->fault);

  if (fault != NULL)
    g_string_append_printf (text, " %s", fault);
  if (finding->remedy != NULL)
    g_string_append_printf (text, " %s", finding->remedy);
  return g_string_free (text, FALSE);
}

static void
add_row (CliTable *table, const CheckFinding *finding)
{
  g_autofree char *text = describe (finding);
  const char *cells[N_COLUMNS] = {_ (marks[finding->result].mark), finding->title, text};

  cli_table_add (table, cells);
  cli_table_set_tone (table, 0, marks[finding->result].tone);
}

char *
check_print_to_text (ClatDBusConnection1 *connection, GArray *findings, CliStyle style)
{
  g_autofree char *title = cli_connection_dup_title (connection);
  g_autoptr (CliTable) table = cli_table_new (N_COLUMNS);
  g_autofree char *rows = NULL;

  for (guint i = 0; i < findings->len; i++)
    add_row (table, &g_array_index (findings, CheckFinding, i));
  rows = cli_table_format (table, style);
  return g_strdup_printf ("%s\n%s", title, rows);
}

static JsonObject *
finding_to_json (const CheckFinding *finding)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "Check", finding->name);
  json_object_set_string_member (object, "Result",
                                 check_result_to_string (finding->result));
  json_object_set_string_member (object, "Fault", check_fault_to_string (finding->fault));
  json_object_set_string_member (object, "Text", finding->text);
  json_object_set_string_member (object, "Remedy",
                                 finding->remedy != NULL ? finding->remedy : "");
  return object;
}

JsonObject *
check_print_to_json (ClatDBusConnection1 *connection, GArray *findings)
{
  JsonObject *object = cli_connection_to_json_name (connection);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < findings->len; i++)
    json_array_add_object_element (
        array, finding_to_json (&g_array_index (findings, CheckFinding, i)));
  json_object_set_boolean_member (object, "Ok",
                                  check_findings_count (findings, CHECK_FAILED) == 0);
  json_object_set_array_member (object, "Findings", array);
  return object;
}
