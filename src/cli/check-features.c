/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which features of the kernel a translator can use, as the service has found out. */
#include "config.h"

#include <glib/gi18n.h>

#include "check-feature-text.h"
#include "check-features.h"
#include "cli-bus.h"
#include "cli-error.h"
#include "cli-json.h"
#include "cli-value.h"

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

void
check_features_clear (CheckFeatures *features)
{
  g_clear_pointer (&features->summary, g_free);
  g_clear_pointer (&features->rows, g_variant_unref);
}

gboolean
check_features_ask (GDBusObjectManagerClient *bus, CheckFeatures *features,
                    GError **error)
{
  GError *bus_error = NULL;
  g_autoptr (ClatDBusManager1) manager = cli_bus_get_manager (bus, &bus_error);

  if (manager != NULL
      && clat_dbus_manager1_call_check_sync (manager, &features->is_sufficient,
                                             &features->summary, &features->rows, NULL,
                                             &bus_error))
    return TRUE;

  cli_error_take_bus (error, bus_error, _ ("cannot check the kernel"));
  return FALSE;
}

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

      cells[i] = g_strdup (text != NULL ? check_feature_text_translate (text) : "-");
    }
  cli_table_add (table, (const char *const *)cells);
}

char *
check_features_to_text (const CheckFeatures *features, CliStyle style)
{
  g_autoptr (CliTable) table = cli_table_new (G_N_ELEMENTS (parts));
  g_autofree char *rows = NULL;
  g_autofree char *summary =
      cli_text_clean (check_feature_text_translate (features->summary));

  add_titles (table);
  for (gsize i = 0; i < g_variant_n_children (features->rows); i++)
    {
      g_autoptr (GVariant) feature = g_variant_get_child_value (features->rows, i);

      add_row (table, feature);
    }
  rows = cli_table_format (table, style);
  /* Otherwise the summary is an error. */
  return features->is_sufficient ? g_strdup_printf ("%s\n%s\n", rows, summary)
                                 : g_steal_pointer (&rows);
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

void
check_features_add_to_json (const CheckFeatures *features, JsonObject *object)
{
  JsonArray *array = json_array_new ();

  for (gsize i = 0; i < g_variant_n_children (features->rows); i++)
    {
      g_autoptr (GVariant) feature = g_variant_get_child_value (features->rows, i);

      json_array_add_object_element (array, to_json (feature));
    }
  json_object_set_boolean_member (object, "Sufficient", features->is_sufficient);
  json_object_set_string_member (object, "Summary", features->summary);
  json_object_set_array_member (object, "Features", array);
}
