/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl check: what the kernel can do for a translator. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-bus.h"
#include "cli-command.h"
#include "cli-error.h"
#include "cli-json.h"
#include "cli-table.h"

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

static void
print_table (const Findings *findings)
{
  const char *const titles[] = {_ ("FEATURE"), _ ("THERE"), _ ("MEANING")};
  g_autoptr (CliTable) table = cli_table_new (G_N_ELEMENTS (titles));
  g_autofree char *text = NULL;
  GVariantIter iter;
  const char *name, *meaning;
  gboolean is_there;

  cli_table_add (table, titles);
  g_variant_iter_init (&iter, findings->features);
  while (g_variant_iter_next (&iter, "(&sb&s)", &name, &is_there, &meaning))
    {
      const char *const cells[] = {name, is_there ? _ ("yes") : _ ("no"), meaning};

      cli_table_add (table, cells);
    }
  text = cli_table_format (table, cli_style_of_stdout ());
  g_print ("%s", text);
}

static void
print_json (const Findings *findings)
{
  g_autoptr (JsonArray) features = json_array_new ();
  JsonObject *object = json_object_new ();
  GVariantIter iter;
  const char *name, *meaning;
  gboolean is_there;

  g_variant_iter_init (&iter, findings->features);
  while (g_variant_iter_next (&iter, "(&sb&s)", &name, &is_there, &meaning))
    {
      JsonObject *feature = json_object_new ();

      json_object_set_string_member (feature, "Name", name);
      json_object_set_boolean_member (feature, "Available", is_there);
      json_object_set_string_member (feature, "Text", meaning);
      json_array_add_object_element (features, feature);
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
