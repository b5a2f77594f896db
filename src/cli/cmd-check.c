/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl check: which features of the kernel a translator can use. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-bus.h"
#include "cli-command.h"
#include "cli-error.h"
#include "cli-json.h"
#include "cli-table.h"
#include "cli-value.h"

typedef struct
{
  gboolean is_sufficient;
  char *summary;
  GVariant *features; /* a(sbs) */
} Findings;

static void
clear_findings (Findings *self)
{
  g_free (self->summary);
  g_clear_pointer (&self->features, g_variant_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Findings, clear_findings)

static gboolean
ask (Findings *findings, GError **error)
{
  g_autoptr (GDBusObjectManagerClient) bus = cli_bus_open (error);
  g_autoptr (ClatDBusManager1) manager = NULL;
  GError *bus_error = NULL;

  if (bus == NULL)
    return FALSE;

  manager = cli_bus_get_manager (bus, &bus_error);
  if (manager != NULL
      && clat_dbus_manager1_call_check_sync (manager, &findings->is_sufficient,
                                             &findings->summary, &findings->features,
                                             NULL, &bus_error))
    return TRUE;

  cli_error_take_bus (error, bus_error, _ ("cannot check the kernel"));
  return FALSE;
}

/* The parts of a feature: columns of the table and members of the JSON object. */
static const struct
{
  const char *title;
  const char *member;
} parts[] = {
    {N_ ("FEATURE"), "Name"},
    {N_ ("AVAILABLE"), "Available"},
    {N_ ("MEANING"), "Text"},
};

static void
add_titles (CliTable *table)
{
  const char *cells[G_N_ELEMENTS (parts)];

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    cells[i] = _ (parts[i].title);
  cli_table_add (table, cells);
}

static void
add_row (CliTable *table, GVariant *feature)
{
  g_auto (GStrv) cells = g_new0 (char *, G_N_ELEMENTS (parts) + 1);

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autoptr (GVariant) value = g_variant_get_child_value (feature, i);
      g_autofree char *text = cli_value_to_text (value, cli_clock_now ());

      cells[i] = g_strdup (text != NULL ? text : "-");
    }
  cli_table_add (table, (const char *const *)cells);
}

static void
print_table (const Findings *findings)
{
  g_autoptr (CliTable) table = cli_table_new (G_N_ELEMENTS (parts));
  g_autofree char *text = NULL;

  add_titles (table);
  for (gsize i = 0; i < g_variant_n_children (findings->features); i++)
    {
      g_autoptr (GVariant) feature = g_variant_get_child_value (findings->features, i);

      add_row (table, feature);
    }
  text = cli_table_format (table, cli_style_of_stdout ());
  g_print ("%s", text);
}

static JsonObject *
to_json (GVariant *feature)
{
  JsonObject *object = json_object_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autoptr (GVariant) value = g_variant_get_child_value (feature, i);

      cli_json_add_property (object, parts[i].member, value, cli_clock_now ());
    }
  return object;
}

static void
print_json (const Findings *findings)
{
  g_autoptr (JsonArray) features = json_array_new ();
  JsonObject *object = json_object_new ();

  for (gsize i = 0; i < g_variant_n_children (findings->features); i++)
    {
      g_autoptr (GVariant) feature = g_variant_get_child_value (findings->features, i);

      json_array_add_object_element (features, to_json (feature));
    }
  json_object_set_boolean_member (object, "Sufficient", findings->is_sufficient);
  json_object_set_string_member (object, "Summary", findings->summary);
  json_object_set_array_member (object, "Features", g_steal_pointer (&features));
  cli_json_print_object (object, FALSE);
}

gboolean
cmd_check (const CliOptions *options, char **args, GError **error)
{
  g_auto (Findings) findings = {0};

  if (!ask (&findings, error))
    return FALSE;

  if (options->is_json)
    print_json (&findings);
  else
    print_table (&findings);

  if (!findings.is_sufficient)
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_FAILED, findings.summary);
      return FALSE;
    }
  if (!options->is_json)
    {
      g_autofree char *summary = cli_text_clean (findings.summary);

      g_print ("\n%s\n", summary);
    }
  return TRUE;
}
