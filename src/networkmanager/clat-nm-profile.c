/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads an active connection of NetworkManager. */
#include "clat-nm-profile.h"

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include "clat-nm-own-clat.h"
#include "clat-profile-keys.h"
#include "clat-route-metric.h"

/* NULL if there is none. */
static const char *
get_user_data (NMConnection *connection, const char *key)
{
  NMSettingUser *user =
      NM_SETTING_USER (nm_connection_get_setting (connection, NM_TYPE_SETTING_USER));

  return user == NULL ? NULL : nm_setting_user_get_data (user, key);
}

/* A warning is for a profile in use. */
static void
complain (const ClatProfile *self, const char *key, const char *message)
{
  if (self->active_path != NULL)
    g_warning ("profile '%s': %s: %s", self->id, key, message);
}

/* Older headers do not have all properties of newer ones: they are looked up by name, and
 * are integers. */
static int
get_ipv4_property (NMConnection *connection, const char *name)
{
  const int unset = -1;
  NMSettingIPConfig *ipv4 = nm_connection_get_setting_ip4_config (connection);
  g_auto (GValue) value = G_VALUE_INIT;

  if (ipv4 == NULL
      || g_object_class_find_property (G_OBJECT_GET_CLASS (ipv4), name) == NULL)
    return unset;
  g_value_init (&value, G_TYPE_INT);
  g_object_get_property (G_OBJECT (ipv4), name, &value);
  return g_value_get_int (&value);
}

static ClatProfileSetting
to_setting (int value)
{
  if (value < 0)
    return CLAT_PROFILE_SETTING_DEFAULT;
  return value == 0 ? CLAT_PROFILE_SETTING_NO : CLAT_PROFILE_SETTING_YES;
}

/* NetworkManager 1.52 and newer can ask. */
static void
read_option_108 (ClatProfile *self, NMConnection *connection)
{
  int value = get_ipv4_property (connection, "dhcp-ipv6-only-preferred");

  self->option_108 = to_setting (value);
  self->asks_option_108 = self->option_108 == CLAT_PROFILE_SETTING_YES;
}

/* NetworkManager 1.58 has a CLAT of its own, which "ipv4.clat" of the profile turns on or
 * off. A default of the configuration is not in the profile. */
static void
read_mode (ClatProfile *self, NMConnection *connection)
{
  const char *mode = get_user_data (connection, CLAT_PROFILE_MODE_KEY);
  int other_clat = get_ipv4_property (connection, "clat");
  g_autoptr (GError) error = NULL;

  self->other_clat = to_setting (other_clat);
  self->has_mode = mode != NULL && clat_mode_parse (mode, &self->mode, &error);
  if (error != NULL)
    complain (self, CLAT_PROFILE_MODE_KEY, error->message);
  if (self->has_mode || other_clat != 0)
    return;
  self->has_mode = self->is_ipv4_clat_no = TRUE;
  self->mode = CLAT_MODE_NO;
}

static void
read_address (ClatProfile *self, NMConnection *connection)
{
  const char *address = get_user_data (connection, CLAT_PROFILE_ADDRESS_KEY);
  g_autoptr (GError) error = NULL;

  self->has_address =
      address != NULL && clat_address_setting_parse (address, &self->address, &error);
  if (error != NULL)
    complain (self, CLAT_PROFILE_ADDRESS_KEY, error->message);
}

static void
read_ipv6_mostly (ClatProfile *self, NMConnection *connection)
{
  const char *value = get_user_data (connection, CLAT_PROFILE_IPV6_MOSTLY_KEY);

  self->ipv6_mostly = g_strcmp0 (value, "yes") == 0;
  self->has_ipv6_mostly = self->ipv6_mostly || g_strcmp0 (value, "no") == 0;
  if (value != NULL && !self->has_ipv6_mostly)
    complain (self, CLAT_PROFILE_IPV6_MOSTLY_KEY, "it is neither yes nor no");
}

static void
read_prefix (ClatProfile *self, NMConnection *connection)
{
  const char *prefix = get_user_data (connection, CLAT_PROFILE_PREFIX_KEY);
  g_autoptr (GError) error = NULL;

  if (prefix != NULL && !clat_prefix_parse (prefix, &self->prefix, &error))
    complain (self, CLAT_PROFILE_PREFIX_KEY, error->message);
}

static gboolean
lacks_connectivity (NMDevice *device)
{
  NMClient *client = nm_object_get_client (NM_OBJECT (device));

  return client != NULL && nm_client_connectivity_check_get_enabled (client)
         && nm_device_get_connectivity (device, AF_INET6) != NM_CONNECTIVITY_FULL;
}

/* The kernel chooses the metric of the link-local prefix. */
static gboolean
is_link_local (NMIPRoute *route)
{
  return g_str_has_prefix (nm_ip_route_get_dest (route), "fe80:");
}

/* An IPv4 default route of the connection would get the metric that NetworkManager gave
 * its IPv6 default route, but not what it adds to that while its check finds no
 * connectivity by IPv6: often it is IPv4 that the check needs. */
static gboolean
read_default_metric (NMDevice *device, guint32 *metric)
{
  NMIPConfig *config = nm_device_get_ip6_config (device);
  GPtrArray *routes = config == NULL ? NULL : nm_ip_config_get_routes (config);
  g_autoptr (GArray) others = g_array_new (FALSE, FALSE, sizeof (guint32));
  gint64 best = G_MAXINT64;

  for (guint i = 0; routes != NULL && i < routes->len; i++)
    {
      NMIPRoute *route = routes->pdata[i];
      gint64 own = nm_ip_route_get_metric (route);
      guint32 other = own;

      if (nm_ip_route_get_prefix (route) == 0 && own >= 0)
        best = MIN (best, own);
      else if (own >= 0 && !is_link_local (route))
        g_array_append_val (others, other);
    }

  if (best == G_MAXINT64)
    return FALSE;
  *metric = clat_route_metric_strip_penalty (best, (const guint32 *)others->data,
                                             others->len, lacks_connectivity (device));
  return TRUE;
}

static void
read_routing (ClatProfile *self, NMDevice *device, NMConnection *connection)
{
  NMSettingIPConfig *ipv4 = nm_connection_get_setting_ip4_config (connection);
  gint64 metric = ipv4 == NULL ? -1 : nm_setting_ip_config_get_route_metric (ipv4);
  guint32 table = ipv4 == NULL ? 0 : nm_setting_ip_config_get_route_table (ipv4);

  self->table = table != 0 ? table : RT_TABLE_MAIN;
  self->never_default = ipv4 != NULL && nm_setting_ip_config_get_never_default (ipv4);
  self->metric = metric >= 0 ? metric : CLAT_ROUTE_METRIC_LAST_RESORT;
  self->has_metric = metric >= 0 || read_default_metric (device, &self->metric);
}

/* Who sets an address, or requires IPv4, needs it. */
static void
read_dhcp4 (ClatProfile *self, NMConnection *connection)
{
  NMSettingIPConfig *ipv4 = nm_connection_get_setting_ip4_config (connection);

  self->is_dhcp4_client = ipv4 != NULL
                          && g_strcmp0 (nm_setting_ip_config_get_method (ipv4),
                                        NM_SETTING_IP4_CONFIG_METHOD_AUTO)
                                 == 0;
  self->has_dhcp4 = self->is_dhcp4_client
                    && nm_setting_ip_config_get_num_addresses (ipv4) == 0
                    && nm_setting_ip_config_get_may_fail (ipv4)
                    && !nm_setting_ip_config_get_never_default (ipv4);
}

static void
read_ipv6_method (ClatProfile *self, NMConnection *connection)
{
  NMSettingIPConfig *ipv6 = nm_connection_get_setting_ip6_config (connection);
  const char *method = ipv6 == NULL ? NULL : nm_setting_ip_config_get_method (ipv6);

  self->lacks_ipv6 = method == NULL
                     || g_str_equal (method, NM_SETTING_IP6_CONFIG_METHOD_DISABLED)
                     || g_str_equal (method, NM_SETTING_IP6_CONFIG_METHOD_IGNORE)
                     || g_str_equal (method, NM_SETTING_IP6_CONFIG_METHOD_LINK_LOCAL);
}

static gint64
read_dhcp4_expiry (NMDevice *device)
{
  NMDhcpConfig *config = nm_device_get_dhcp4_config (device);
  const char *expiry =
      config == NULL ? NULL : nm_dhcp_config_get_one_option (config, "expiry");

  return expiry == NULL ? 0 : g_ascii_strtoll (expiry, NULL, 10);
}

static void
add_nameservers (GStrvBuilder *builder, NMIPConfig *config)
{
  const char *const *servers =
      config == NULL ? NULL : nm_ip_config_get_nameservers (config);

  if (servers != NULL)
    g_strv_builder_addv (builder, (const char **)servers);
}

static char **
read_nameservers (NMDevice *device)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  add_nameservers (builder, nm_device_get_ip6_config (device));
  add_nameservers (builder, nm_device_get_ip4_config (device));
  return g_strv_builder_end (builder);
}

/* What a DHCPv6 server said, also where the profile says "ignore-auto-dns". */
static char **
read_network_nameservers (NMDevice *device)
{
  NMDhcpConfig *config = nm_device_get_dhcp6_config (device);
  const char *servers =
      config == NULL ? NULL
                     : nm_dhcp_config_get_one_option (config, "dhcp6_name_servers");

  return g_strsplit (servers == NULL ? "" : servers, " ", 0);
}

/* Ports have no IP configuration of their own, but for those of a VRF. */
static gboolean
is_port (NMActiveConnection *active)
{
  NMDevice *master = nm_active_connection_get_master (active);

  return master != NULL && !NM_IS_DEVICE_VRF (master);
}

/* A hotspot: NetworkManager gives addresses to others on the link, and gets none. */
static gboolean
is_shared (NMConnection *connection)
{
  NMSettingIPConfig *ipv4 = nm_connection_get_setting_ip4_config (connection);

  return ipv4 != NULL
         && g_strcmp0 (nm_setting_ip_config_get_method (ipv4),
                       NM_SETTING_IP4_CONFIG_METHOD_SHARED)
                == 0;
}

static NMDevice *
find_device (NMActiveConnection *active)
{
  const GPtrArray *devices = nm_active_connection_get_devices (active);

  if (NM_IS_VPN_CONNECTION (active) || is_port (active)
      || nm_active_connection_get_state_flags (active) & NM_ACTIVATION_STATE_FLAG_EXTERNAL
      || devices->len == 0)
    return NULL;
  return devices->pdata[0];
}

gboolean
clat_nm_profile_is_up (NMActiveConnection *active)
{
  switch (nm_active_connection_get_state (active))
    {
    /* An activation may wait for DHCPv4 for a minute. */
    case NM_ACTIVE_CONNECTION_STATE_ACTIVATING:
    case NM_ACTIVE_CONNECTION_STATE_ACTIVATED:
      return TRUE;
    case NM_ACTIVE_CONNECTION_STATE_UNKNOWN:
    case NM_ACTIVE_CONNECTION_STATE_DEACTIVATING:
    case NM_ACTIVE_CONNECTION_STATE_DEACTIVATED:
      return FALSE;
    }
  return FALSE;
}

/* An active connection that replaces another one on a device exists before the other one
 * has ended. */
static gboolean
has_device (NMActiveConnection *active, NMDevice *device)
{
  NMActiveConnection *owner = nm_device_get_active_connection (device);

  return owner == NULL || owner == active;
}

static void
read_settings (ClatProfile *self, NMConnection *connection)
{
  read_mode (self, connection);
  read_prefix (self, connection);
  read_address (self, connection);
  read_ipv6_mostly (self, connection);
  read_option_108 (self, connection);
  read_dhcp4 (self, connection);
  read_ipv6_method (self, connection);
}

ClatProfile *
clat_nm_profile_read_stored (NMConnection *connection)
{
  ClatProfile *self = g_new0 (ClatProfile, 1);

  read_settings (self, connection);
  return self;
}

ClatProfile *
clat_nm_profile_read (NMActiveConnection *active)
{
  NMDevice *device = find_device (active);
  const char *interface = device == NULL ? NULL : nm_device_get_ip_iface (device);
  NMConnection *connection = NM_CONNECTION (nm_active_connection_get_connection (active));
  g_autoptr (ClatProfile) self = NULL;
  int ifindex;

  /* Modems have no interface for IP until they are connected. */
  if (device != NULL && interface == NULL)
    interface = nm_device_get_iface (device);
  ifindex = interface == NULL ? 0 : if_nametoindex (interface);
  if (ifindex == 0 || connection == NULL || is_shared (connection))
    return NULL;

  self = g_new0 (ClatProfile, 1);
  self->active_path = g_strdup (nm_object_get_path (NM_OBJECT (active)));
  self->uuid = g_strdup (nm_active_connection_get_uuid (active));
  self->id = g_strdup (nm_active_connection_get_id (active));
  self->interface = g_strdup (interface);
  self->ifindex = ifindex;
  self->is_wifi = NM_IS_DEVICE_WIFI (device);
  self->is_connected = clat_nm_profile_is_up (active) && has_device (active, device);
  self->is_settled =
      nm_active_connection_get_state (active) == NM_ACTIVE_CONNECTION_STATE_ACTIVATED;
  self->is_online = nm_device_get_connectivity (device, AF_INET6) == NM_CONNECTIVITY_FULL;
  self->nameservers = read_nameservers (device);
  self->network_nameservers = read_network_nameservers (device);
  self->dhcp4_expiry = read_dhcp4_expiry (device);
  clat_nm_own_clat_read (device, &self->delegated_ipv6, &self->delegated_prefix);
  read_settings (self, connection);
  read_routing (self, device, connection);
  return g_steal_pointer (&self);
}
