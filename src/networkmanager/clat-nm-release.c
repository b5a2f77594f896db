/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gives IPv4 back to connections. Only the marks in applied connections say which; these
 * are read without libnm's client, which would fetch all objects of NetworkManager. */
#include "clat-nm-release.h"

#include "clat-nm-drop-in.h"
#include "clat-nm-ipv4.h"

#define NAME "org.freedesktop.NetworkManager"
#define PATH "/org/freedesktop/NetworkManager"

#define PROPERTIES_INTERFACE "org.freedesktop.DBus.Properties"
#define ACTIVE_INTERFACE     NAME ".Connection.Active"
#define IPV4_INTERFACE       NAME ".IP4Config"

#define STATE_ACTIVATED   2
#define ANSWER_TIMEOUT_MS 2000

static GVariant *
call (GDBusConnection *bus, const char *path, const char *method, GVariant *arguments,
      const char *type)
{
  g_autoptr (GError) error = NULL;
  GVariant *answer = g_dbus_connection_call_sync (
      bus, NAME, path, PROPERTIES_INTERFACE, method, arguments, G_VARIANT_TYPE (type),
      G_DBUS_CALL_FLAGS_NO_AUTO_START, ANSWER_TIMEOUT_MS, NULL, &error);

  if (answer == NULL)
    g_message ("NetworkManager: %s: %s", path, error->message);
  return answer;
}

/* The paths of the active connections, as an array; NULL if they cannot be read. */
static GVariant *
get_active_connections (GDBusConnection *bus)
{
  g_autoptr (GVariant) answer =
      call (bus, PATH, "Get", g_variant_new ("(ss)", NAME, "ActiveConnections"), "(v)");
  g_autoptr (GVariant) value = NULL;

  if (answer == NULL)
    return NULL;

  g_variant_get (answer, "(v)", &value);
  return g_variant_is_of_type (value, G_VARIANT_TYPE_OBJECT_PATH_ARRAY)
             ? g_steal_pointer (&value)
             : NULL;
}

static gboolean
has_ipv4 (GDBusConnection *bus, GVariant *properties)
{
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariant) addresses = NULL;
  const char *config;

  if (!g_variant_lookup (properties, "Ip4Config", "&o", &config)
      || g_str_equal (config, "/"))
    return FALSE;

  answer = call (bus, config, "Get",
                 g_variant_new ("(ss)", IPV4_INTERFACE, "AddressData"), "(v)");
  if (answer != NULL)
    g_variant_get (answer, "(v)", &addresses);
  return addresses != NULL && g_variant_is_container (addresses)
         && g_variant_n_children (addresses) > 0;
}

/* A connection that is not activated yet was not changed by us; a VPN has the device of
 * another connection. Without the drop-in, DHCPv4 does not ask for option 108 any more.
 */
static void
restore (GDBusConnection *bus, ClatNmIpv4 *ipv4, GVariant *properties,
         gboolean had_drop_in)
{
  g_autofree const char **devices = NULL;
  const char *profile;
  gboolean is_vpn;
  guint32 state;

  if (!g_variant_lookup (properties, "State", "u", &state) || state != STATE_ACTIVATED
      || !g_variant_lookup (properties, "Vpn", "b", &is_vpn) || is_vpn
      || !g_variant_lookup (properties, "Connection", "&o", &profile)
      || !g_variant_lookup (properties, "Devices", "^a&o", &devices)
      || devices[0] == NULL)
    return;

  if (had_drop_in && !has_ipv4 (bus, properties))
    clat_nm_ipv4_restart (ipv4, devices[0], profile);
  else
    clat_nm_ipv4_set (ipv4, devices[0], profile, CLAT_IPV4_ON);
}

void
clat_nm_release (GDBusConnection *bus)
{
  gboolean had_drop_in = clat_nm_drop_in_remove (bus);
  g_autoptr (GVariant) active = bus == NULL ? NULL : get_active_connections (bus);
  g_autoptr (ClatNmIpv4) ipv4 = NULL;
  GVariantIter iterator;
  const char *path;

  if (active == NULL)
    return;

  ipv4 = clat_nm_ipv4_new (bus);
  g_variant_iter_init (&iterator, active);
  while (g_variant_iter_next (&iterator, "&o", &path))
    {
      g_autoptr (GVariant) answer =
          call (bus, path, "GetAll", g_variant_new ("(s)", ACTIVE_INTERFACE), "(a{sv})");
      g_autoptr (GVariant) properties =
          answer == NULL ? NULL : g_variant_get_child_value (answer, 0);

      if (properties != NULL)
        restore (bus, ipv4, properties, had_drop_in);
    }
  clat_nm_ipv4_flush (ipv4);
}
