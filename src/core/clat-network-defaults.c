/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What NetworkManager does on an interface where a profile says nothing. */
#include "clat-network-defaults.h"

#include <string.h>

#define HEADER                                                                           \
  "# Written by clat-nm while it runs, and removed when it stops: clat-nm(8).\n"

#define MATCH_KEY    "match-device"
#define MATCH_PREFIX "interface-name:="

/* Only the number is understood. */
#define OPTION_108_SECTION "connection-clat-nm-option-108"
#define OPTION_108_SETTING "ipv4.dhcp-ipv6-only-preferred=1\n"
#define CLAT_SECTION       "connection-clat-nm-clat"
#define CLAT_SETTING       "ipv4.clat=0\n"

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

ClatNetworkDefaults *
clat_network_defaults_new (void)
{
  ClatNetworkDefaults *self = g_new0 (ClatNetworkDefaults, 1);

  self->option_108 = new_set ();
  self->without_clat = new_set ();
  return self;
}

void
clat_network_defaults_free (ClatNetworkDefaults *self)
{
  g_hash_table_unref (self->option_108);
  g_hash_table_unref (self->without_clat);
  g_free (self);
}

gboolean
clat_network_defaults_accept (const char *interface)
{
  return *interface != '\0'
         && strspn (interface, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "._-@+")
                == strlen (interface);
}

void
clat_network_defaults_add (GHashTable *set, const char *interface)
{
  if (clat_network_defaults_accept (interface))
    g_hash_table_add (set, g_strdup (interface));
}

static void
append_section (GString *text, const char *section, GHashTable *set, const char *setting)
{
  g_autoptr (GList) names =
      g_list_sort (g_hash_table_get_keys (set), (GCompareFunc)strcmp);

  if (names == NULL)
    return;

  g_string_append_printf (text, "\n[%s]\n" MATCH_KEY "=", section);
  for (GList *name = names; name != NULL; name = name->next)
    g_string_append_printf (text, "%s" MATCH_PREFIX "%s", name == names ? "" : ",",
                            (const char *)name->data);
  g_string_append_printf (text, "\n%s", setting);
}

char *
clat_network_defaults_to_text (const ClatNetworkDefaults *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_section (text, OPTION_108_SECTION, self->option_108, OPTION_108_SETTING);
  append_section (text, CLAT_SECTION, self->without_clat, CLAT_SETTING);
  if (text->len == 0)
    return NULL;

  g_string_prepend (text, HEADER);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
parse_section (GKeyFile *file, const char *section, GHashTable *set)
{
  g_autofree char *value = g_key_file_get_value (file, section, MATCH_KEY, NULL);
  g_auto (GStrv) names = g_strsplit (value == NULL ? "" : value, ",", 0);

  for (char **name = names; *name != NULL; name++)
    if (g_str_has_prefix (*name, MATCH_PREFIX))
      clat_network_defaults_add (set, *name + strlen (MATCH_PREFIX));
}

ClatNetworkDefaults *
clat_network_defaults_parse (const char *text)
{
  ClatNetworkDefaults *self = clat_network_defaults_new ();
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (g_key_file_load_from_data (file, text, -1, G_KEY_FILE_NONE, NULL))
    {
      parse_section (file, OPTION_108_SECTION, self->option_108);
      parse_section (file, CLAT_SECTION, self->without_clat);
    }
  return self;
}
