/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection on the bus as clatctl shows it. */
#include "config.h"

#include <glib/gi18n.h>

#include "clat-plat-verdict.h"
#include "clat-state.h"
#include "cli-connection.h"
#include "cli-json.h"
#include "cli-reason.h"
#include "cli-value.h"

/* The generated code returns NULL for a property that an older service does not have. */
static const char *
text_or_empty (const char *text)
{
  return text != NULL ? text : "";
}

static const char *
get_path (ClatDBusConnection1 *connection)
{
  return g_dbus_proxy_get_object_path (G_DBUS_PROXY (connection));
}

static const char *
get_id (ClatDBusConnection1 *connection)
{
  return text_or_empty (clat_dbus_connection1_get_id (connection));
}

static const char *
get_interface (ClatDBusConnection1 *connection)
{
  return text_or_empty (clat_dbus_connection1_get_interface (connection));
}

static const char *
get_state (ClatDBusConnection1 *connection)
{
  return text_or_empty (clat_dbus_connection1_get_state (connection));
}

static const char *
get_reason (ClatDBusConnection1 *connection)
{
  return text_or_empty (clat_dbus_connection1_get_state_reason (connection));
}

static const char *
get_plat (ClatDBusConnection1 *connection)
{
  return text_or_empty (clat_dbus_connection1_get_plat (connection));
}

static gboolean
is_plat_unreachable (ClatDBusConnection1 *connection)
{
  return g_str_equal (get_plat (connection),
                      clat_plat_state_to_string (CLAT_PLAT_UNREACHABLE));
}

static char *
take_unless_empty (char *text)
{
  if (*text == '\0')
    g_clear_pointer (&text, g_free);
  return text;
}

static char *
derive_ipv4 (ClatDBusConnection1 *connection, CliTone *tone)
{
  return g_strdup (cli_text_ipv4 (get_state (connection), get_plat (connection), tone));
}

char *
cli_connection_dup_explanation (ClatDBusConnection1 *connection)
{
  const char *text = text_or_empty (clat_dbus_connection1_get_state_text (connection));
  char *translated = cli_reason_explain (get_reason (connection), text);

  return translated != NULL ? translated : g_strdup (text);
}

char *
cli_connection_dup_evidence (ClatDBusConnection1 *connection)
{
  const char *text = text_or_empty (clat_dbus_connection1_get_plat_text (connection));
  char *translated = cli_reason_explain_plat (text);

  return translated != NULL ? translated : g_strdup (text);
}

static char *
derive_explanation (ClatDBusConnection1 *connection, CliTone *tone)
{
  return take_unless_empty (cli_connection_dup_explanation (connection));
}

static char *
derive_evidence (ClatDBusConnection1 *connection, CliTone *tone)
{
  return take_unless_empty (cli_connection_dup_evidence (connection));
}

/* The addresses that IPv4 uses, or the service's explanation why it does not work. */
static char *
derive_details (ClatDBusConnection1 *connection, CliTone *tone)
{
  const char *address =
      text_or_empty (clat_dbus_connection1_get_ipv4_address (connection));
  const char *pref64 = text_or_empty (clat_dbus_connection1_get_pref64 (connection));
  g_autofree char *text = cli_connection_dup_explanation (connection);
  gboolean is_active =
      g_str_equal (get_state (connection), clat_state_to_string (CLAT_STATE_ACTIVE));

  /* Translators: an IPv4 address and the NAT64 prefix to which it is translated. */
  if (is_active && !is_plat_unreachable (connection) && *address != '\0'
      && *pref64 != '\0')
    return g_strdup_printf (_ ("%s through %s"), address, pref64);
  return g_strdup (*text != '\0' ? text : get_reason (connection));
}

/* The most important first: in this order they are printed. */
static const CliField fields[] = {
    {"Id", N_ ("Connection"), N_ ("CONNECTION"), CLI_FIELD_NAME, NULL},
    {"Uuid", N_ ("UUID"), NULL, CLI_FIELD_NAME, NULL},
    {"Interface", N_ ("Interface"), N_ ("INTERFACE"), CLI_FIELD_NAME, NULL},
    {NULL, N_ ("IPv4"), N_ ("IPV4"), CLI_FIELD_PLAIN, derive_ipv4},
    {"State", N_ ("State"), N_ ("STATE"), CLI_FIELD_STATE, NULL},
    {NULL, NULL, N_ ("DETAILS"), CLI_FIELD_PLAIN, derive_details},
    {"StateReason", N_ ("Reason"), NULL, CLI_FIELD_STATE, NULL},
    {"StateText", N_ ("Explanation"), NULL, CLI_FIELD_STATE, derive_explanation},
    {"Plat", N_ ("NAT64"), NULL, CLI_FIELD_PLAIN, NULL},
    {"PlatSince", N_ ("NAT64 since"), NULL, CLI_FIELD_PLAIN, NULL},
    {"PlatText", N_ ("NAT64 evidence"), NULL, CLI_FIELD_PLAIN, derive_evidence},
    {"ActiveSince", N_ ("Active since"), NULL, CLI_FIELD_PLAIN, NULL},
    {"Mode", N_ ("Mode"), NULL, CLI_FIELD_PLAIN, NULL},
    {"Ipv6Mostly", N_ ("IPv6-mostly"), NULL, CLI_FIELD_PLAIN, NULL},
    {"Pref64", N_ ("NAT64 prefix"), NULL, CLI_FIELD_PLAIN, NULL},
    {"Pref64Source", N_ ("Prefix source"), NULL, CLI_FIELD_PLAIN, NULL},
    {"Pref64Router", N_ ("Prefix router"), NULL, CLI_FIELD_PLAIN, NULL},
    {"Pref64Expiry", N_ ("Prefix expires"), NULL, CLI_FIELD_PLAIN, NULL},
    {"Ipv4Address", N_ ("IPv4 address"), NULL, CLI_FIELD_PLAIN, NULL},
    {"Ipv6Address", N_ ("IPv6 address"), NULL, CLI_FIELD_PLAIN, NULL},
    {"Ipv4Gateway", N_ ("IPv4 gateway"), NULL, CLI_FIELD_PLAIN, NULL},
    {"OldIpv4Addresses", N_ ("Old IPv4 addresses"), NULL, CLI_FIELD_PLAIN, NULL},
    {"HostInterface", N_ ("Host interface"), NULL, CLI_FIELD_PLAIN, NULL},
    {"Namespace", N_ ("Namespace"), NULL, CLI_FIELD_PLAIN, NULL},
    {"Uplink", N_ ("Uplink"), NULL, CLI_FIELD_PLAIN, NULL},
    {"Translator", N_ ("Translator"), NULL, CLI_FIELD_PLAIN, NULL},
    {"SlowPath", N_ ("Slow path"), NULL, CLI_FIELD_PLAIN, NULL},
    {"Mtu", N_ ("MTU"), NULL, CLI_FIELD_PLAIN, NULL},
    {"ActiveConnection", N_ ("Active connection"), NULL, CLI_FIELD_PLAIN, NULL},
};

const CliField *
cli_connection_get_fields (gsize *n_fields)
{
  *n_fields = G_N_ELEMENTS (fields);
  return fields;
}

const CliField *
cli_connection_find_field (const char *property)
{
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_strcmp0 (fields[i].property, property) == 0)
      return &fields[i];
  return NULL;
}

static char *
dup_property (ClatDBusConnection1 *connection, const char *property, CliClock clock)
{
  g_autoptr (GVariant) value =
      g_dbus_proxy_get_cached_property (G_DBUS_PROXY (connection), property);

  return value != NULL ? cli_value_to_text (value, clock) : NULL;
}

char *
cli_connection_dup_text (ClatDBusConnection1 *connection, const CliField *field,
                         CliClock clock, CliTone *tone)
{
  char *text;

  *tone = CLI_TONE_PLAIN;
  text = field->derive != NULL ? field->derive (connection, tone)
                               : dup_property (connection, field->property, clock);
  return text != NULL ? text : g_strdup ("-");
}

static void
add_to_json (JsonObject *object, ClatDBusConnection1 *connection, const CliField *field,
             CliClock clock)
{
  g_autoptr (GVariant) value = NULL;

  if (field->property == NULL)
    return;
  value = g_dbus_proxy_get_cached_property (G_DBUS_PROXY (connection), field->property);
  /* NULL: an older service does not have the property. */
  if (value != NULL)
    cli_json_add_property (object, field->property, value, clock);
}

JsonObject *
cli_connection_to_json (ClatDBusConnection1 *connection, CliClock clock)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "Path", get_path (connection));
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    add_to_json (object, connection, &fields[i], clock);
  return object;
}

JsonObject *
cli_connection_to_json_name (ClatDBusConnection1 *connection)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "Path", get_path (connection));
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (fields[i].kind == CLI_FIELD_NAME)
      add_to_json (object, connection, &fields[i], cli_clock_now ());
  return object;
}

char *
cli_connection_dup_title (ClatDBusConnection1 *connection)
{
  g_autofree char *id = cli_text_clean (get_id (connection));
  g_autofree char *interface = cli_text_clean (get_interface (connection));

  return g_strdup_printf ("%s (%s)", id, interface);
}

char *
cli_connection_dup_status (ClatDBusConnection1 *connection)
{
  CliTone tone;
  g_autofree char *details = derive_details (connection, &tone);

  /* Translators: "IPv4 works; active: 192.0.0.2 through 64:ff9b::/96" */
  return g_strdup_printf (
      _ ("IPv4 %s; %s: %s"),
      cli_text_ipv4 (get_state (connection), get_plat (connection), &tone),
      get_state (connection), details);
}

gboolean
cli_connection_has_ipv4 (ClatDBusConnection1 *connection)
{
  CliTone tone;

  cli_text_ipv4 (get_state (connection), get_plat (connection), &tone);
  return tone == CLI_TONE_GOOD;
}

int
cli_connection_compare (ClatDBusConnection1 *a, ClatDBusConnection1 *b)
{
  int order = g_utf8_collate (get_id (a), get_id (b));

  return order != 0 ? order : g_strcmp0 (get_interface (a), get_interface (b));
}

const char *
cli_connection_get_name (ClatDBusConnection1 *connection, guint i)
{
  const char *const names[CLI_CONNECTION_N_NAMES] = {
      get_path (connection),
      clat_dbus_connection1_get_uuid (connection),
      get_id (connection),
      get_interface (connection),
      clat_dbus_connection1_get_host_interface (connection),
  };

  g_return_val_if_fail (i < G_N_ELEMENTS (names), "");

  return text_or_empty (names[i]);
}
