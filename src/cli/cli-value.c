/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A value from the bus as text. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-value.h"

static char *
list_to_text (GVariant *value)
{
  g_autofree const char **words = g_variant_get_strv (value, NULL);

  return words[0] != NULL ? g_strjoinv (", ", (char **)words) : NULL;
}

static char *
string_to_text (GVariant *value)
{
  const char *text = g_variant_get_string (value, NULL);

  return *text != '\0' ? g_strdup (text) : NULL;
}

static char *
time_to_text (GVariant *value, CliClock clock)
{
  guint64 boot = g_variant_get_uint64 (value);

  return boot != 0 ? cli_clock_to_text (clock, boot) : NULL;
}

static char *
number_to_text (GVariant *value)
{
  guint32 number = g_variant_get_uint32 (value);

  return number != 0 ? g_strdup_printf ("%u", number) : NULL;
}

char *
cli_value_to_text (GVariant *value, CliClock clock)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING)
      || g_variant_is_of_type (value, G_VARIANT_TYPE_OBJECT_PATH))
    return string_to_text (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY))
    return list_to_text (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    return time_to_text (value, clock);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    return number_to_text (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return g_strdup (g_variant_get_boolean (value) ? _ ("yes") : _ ("no"));
  return g_variant_print (value, FALSE);
}
