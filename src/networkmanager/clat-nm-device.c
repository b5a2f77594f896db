/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices of NetworkManager, and the profiles that come up on them. */
#include "clat-nm-device.h"

#include <net/if.h>

#include "clat-nm-profile.h"
#include "clat-other-clat.h"

static void
add (ClatNetworkDevice *self, NMConnection *connection)
{
  g_ptr_array_add (self->profiles, clat_nm_profile_read_stored (connection));
}

/* Another one may be about to replace it. */
static void
add_active (ClatNetworkDevice *self, NMClient *client, NMDevice *device)
{
  const GPtrArray *actives = nm_client_get_active_connections (client);

  for (guint i = 0; i < actives->len; i++)
    {
      NMActiveConnection *active = actives->pdata[i];
      NMRemoteConnection *connection = nm_active_connection_get_connection (active);
      const GPtrArray *devices = nm_active_connection_get_devices (active);

      if (connection != NULL && clat_nm_profile_is_up (active)
          && !NM_IS_VPN_CONNECTION (active)
          && g_ptr_array_find ((GPtrArray *)devices, device, NULL))
        add (self, NM_CONNECTION (connection));
    }
}

/* Not only what is available now: when a carrier comes, it is too late. */
static void
add_compatible (ClatNetworkDevice *self, NMClient *client, NMDevice *device)
{
  const GPtrArray *connections = nm_client_get_connections (client);

  for (guint i = 0; i < connections->len; i++)
    if (nm_device_connection_compatible (device, connections->pdata[i], NULL))
      add (self, connections->pdata[i]);
}

ClatNetworkDevice *
clat_nm_device_read (NMClient *client, NMDevice *device)
{
  const char *interface = nm_device_get_iface (device);
  int ifindex = interface == NULL ? 0 : if_nametoindex (interface);
  ClatNetworkDevice *self;

  if (ifindex == 0 || nm_device_get_state (device) <= NM_DEVICE_STATE_UNMANAGED)
    return NULL;

  self = g_new0 (ClatNetworkDevice, 1);
  self->interface = g_strdup (interface);
  self->ifindex = ifindex;
  self->profiles = g_ptr_array_new_with_free_func ((GDestroyNotify)clat_profile_free);
  add_active (self, client, device);
  if (self->profiles->len == 0)
    add_compatible (self, client, device);
  return self;
}

NMDevice *
clat_nm_device_find (NMClient *client, const char *interface)
{
  const GPtrArray *devices = nm_client_get_devices (client);

  for (guint i = 0; i < devices->len; i++)
    if (g_strcmp0 (nm_device_get_iface (devices->pdata[i]), interface) == 0)
      return devices->pdata[i];
  return NULL;
}

/* The number of addresses that are, or are not, those of a CLAT. */
static guint
count_addresses (NMDevice *device, gboolean is_clat)
{
  NMIPConfig *config = nm_device_get_ip4_config (device);
  GPtrArray *addresses = config == NULL ? NULL : nm_ip_config_get_addresses (config);
  guint count = 0;

  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    {
      struct in_addr address;

      nm_ip_address_get_address_binary (addresses->pdata[i], &address);
      count += clat_other_clat_is_address (address) == is_clat;
    }
  return count;
}

gboolean
clat_nm_device_has_native_ipv4 (NMDevice *device)
{
  return count_addresses (device, FALSE) > 0;
}

gboolean
clat_nm_device_has_clat (NMDevice *device)
{
  return count_addresses (device, TRUE) > 0;
}
