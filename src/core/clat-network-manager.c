/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The active connections of the program that configures the host's interfaces. */
#include "clat-network-manager.h"

G_DEFINE_INTERFACE (ClatNetworkManager, clat_network_manager, G_TYPE_OBJECT)

static void
clat_network_manager_default_init (ClatNetworkManagerInterface *interface)
{
  g_signal_new ("changed", CLAT_TYPE_NETWORK_MANAGER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                NULL, G_TYPE_NONE, 0);
}

void
clat_network_manager_start (ClatNetworkManager *self)
{
  CLAT_NETWORK_MANAGER_GET_IFACE (self)->start (self);
}

void
clat_network_manager_stop (ClatNetworkManager *self)
{
  CLAT_NETWORK_MANAGER_GET_IFACE (self)->stop (self);
}

ClatNetworkSnapshot
clat_network_manager_take_snapshot (ClatNetworkManager *self)
{
  return CLAT_NETWORK_MANAGER_GET_IFACE (self)->take_snapshot (self);
}

void
clat_network_manager_set_ipv4 (ClatNetworkManager *self, const char *active_path,
                               ClatIpv4Wish wish)
{
  CLAT_NETWORK_MANAGER_GET_IFACE (self)->set_ipv4 (self, active_path, wish);
}

void
clat_network_manager_set_defaults (ClatNetworkManager *self,
                                   const ClatNetworkDefaults *defaults)
{
  CLAT_NETWORK_MANAGER_GET_IFACE (self)->set_defaults (self, defaults);
}

void
clat_network_manager_flush (ClatNetworkManager *self)
{
  CLAT_NETWORK_MANAGER_GET_IFACE (self)->flush (self);
}

void
clat_network_manager_check_connectivity (ClatNetworkManager *self)
{
  CLAT_NETWORK_MANAGER_GET_IFACE (self)->check_connectivity (self);
}

void
clat_active_connection_free (ClatActiveConnection *self)
{
  g_clear_pointer (&self->profile, clat_profile_free);
  g_free (self->path);
  g_free (self);
}

void
clat_network_device_free (ClatNetworkDevice *self)
{
  g_ptr_array_unref (self->profiles);
  g_free (self->interface);
  g_free (self);
}

void
clat_network_snapshot_clear (ClatNetworkSnapshot *self)
{
  g_clear_pointer (&self->connections, g_ptr_array_unref);
  g_clear_pointer (&self->devices, g_ptr_array_unref);
}
