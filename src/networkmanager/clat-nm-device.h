/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices of NetworkManager, and the profiles that come up on them. */
#pragma once

#include <NetworkManager.h>

#include "clat-network-manager.h"

G_BEGIN_DECLS

/* NULL if the device has no interface yet, or NetworkManager does not manage it. */
ClatNetworkDevice *clat_nm_device_read (NMClient *client, NMDevice *device);

/* The device of an interface; NULL if there is none. */
NMDevice *clat_nm_device_find (NMClient *client, const char *interface);

/* Whether NetworkManager has configured an IPv4 address other than that of its own CLAT.
 * The options of a lease that was given up may still be shown, its address is not. */
gboolean clat_nm_device_has_native_ipv4 (NMDevice *device);

/* Whether it has the address of NetworkManager's own CLAT. */
gboolean clat_nm_device_has_clat (NMDevice *device);

G_END_DECLS
