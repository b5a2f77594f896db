/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl show: everything about one connection. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-bus.h"
#include "cli-command.h"
#include "cli-json.h"
#include "cli-table.h"

/* In the order in which a person looks for them. */
static const struct
{
  const char *property;
  const char *label;
} labels[] = {
    {"Id", N_ ("Connection")},
    {"Uuid", N_ ("UUID")},
    {"Interface", N_ ("Interface")},
    {"Mode", N_ ("Mode")},
    {"State", N_ ("State")},
    {"StateReason", N_ ("Reason")},
    {"StateText", N_ ("Explanation")},
    {"ActiveSince", N_ ("Active since")},
    {"Pref64", N_ ("NAT64 prefix")},
    {"Pref64Source", N_ ("Prefix source")},
    {"Pref64Router", N_ ("Prefix router")},
    {"Pref64Expiry", N_ ("Prefix expires")},
    {"Ipv4Address", N_ ("IPv4 address")},
    {"Ipv6Address", N_ ("IPv6 address")},
    {"OldIpv4Addresses", N_ ("Old IPv4 addresses")},
    {"HostInterface", N_ ("Host interface")},
    {"Namespace", N_ ("Namespace")},
    {"Uplink", N_ ("Uplink")},
    {"Translator", N_ ("Translator")},
    {"SlowPath", N_ ("Slow path")},
    {"Mtu", N_ ("MTU")},
    {"ActiveConnection", N_ ("Active connection")},
};

static gboolean
has_label (const char *property)
{
  for (gsize i = 0; i < G_N_ELEMENTS (labels); i++)
    if (g_str_equal (labels[i].property, property))
      return TRUE;
  return FALSE;
}

static char *
list_to_text (GVariant *value)
{
  g_autofree const char **words = g_variant_get_strv (value, NULL);

  return words[0] != NULL ? g_strjoinv (", ", (char **)words) : NULL;
}

/* NULL for what is absent: the empty string and 0. */
static char *
to_text (GVariant *value, CliClock clock)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    return g_variant_get_uint64 (value) != 0
               ? cli_clock_to_text (clock, g_variant_get_uint64 (value))
               : NULL;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    return g_variant_get_uint32 (value) != 0
               ? g_strdup_printf ("%u", g_variant_get_uint32 (value))
               : NULL;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING)
      || g_variant_is_of_type (value, G_VARIANT_TYPE_OBJECT_PATH))
    return *g_variant_get_string (value, NULL) != '\0'
               ? g_variant_dup_string (value, NULL)
               : NULL;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY))
    return list_to_text (value);
  return g_variant_print (value, FALSE);
}

static void
add_property (CliTable *table, ClatDBusConnection1 *connection, const char *property,
              const char *label, CliClock clock)
{
  g_autoptr (GVariant) value =
      g_dbus_proxy_get_cached_property (G_DBUS_PROXY (connection), property);
  g_autofree char *text = value != NULL ? to_text (value, clock) : NULL;
  const char *const cells[] = {label, text != NULL ? text : "-"};

  cli_table_add (table, cells);
}

static void
add_ipv4 (CliTable *table, ClatDBusConnection1 *connection)
{
  const char *state = cli_bus_text (clat_dbus_connection1_get_state (connection));
  CliTone tone;
  const char *const cells[] = {_ ("IPv4"), cli_text_ipv4 (state, &tone)};

  cli_table_add (table, cells);
  cli_table_set_tone (table, 1, tone);
}

static void
print_table (ClatDBusConnection1 *connection)
{
  GDBusPropertyInfo **properties = clat_dbus_connection1_interface_info ()->properties;
  g_autoptr (CliTable) table = cli_table_new (2);
  g_autofree char *text = NULL;
  CliClock clock = cli_clock_now ();

  add_ipv4 (table, connection);
  for (gsize i = 0; i < G_N_ELEMENTS (labels); i++)
    add_property (table, connection, labels[i].property, _ (labels[i].label), clock);

  /* What has no label yet is not hidden. */
  for (; *properties != NULL; properties++)
    if (!has_label ((*properties)->name))
      add_property (table, connection, (*properties)->name, (*properties)->name, clock);

  text = cli_table_format (table, cli_style_of_stdout ());
  g_print ("%s", text);
}

gboolean
cmd_show (const CliOptions *options, char **args, GError **error)
{
  g_autoptr (GDBusObjectManagerClient) bus = cli_bus_open (error);
  g_autoptr (ClatDBusConnection1) connection = NULL;

  if (bus == NULL)
    return FALSE;
  connection = cli_bus_find (bus, args[0], error);
  if (connection == NULL)
    return FALSE;

  if (options->is_json)
    cli_json_print_object (cli_json_connection (connection, cli_clock_now ()), FALSE);
  else
    print_table (connection);
  return TRUE;
}
