/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What NetworkManager is made to do: its defaults, and IPv4 of active connections. */
#pragma once

#include <NetworkManager.h>

#include "clat-ipv6-mostly.h"
#include "clat-network-defaults.h"

G_BEGIN_DECLS

typedef struct _ClatNmControl ClatNmControl;

/* NetworkManager has loaded other defaults. */
typedef void (*ClatNmControlFunc) (gpointer data);

ClatNmControl *clat_nm_control_new (NMClient *client, ClatNmControlFunc function,
                                    gpointer data);
void clat_nm_control_free (ClatNmControl *self);

/* Whether NetworkManager is new enough for defaults, and for a CLAT of its own. */
gboolean clat_nm_control_has_defaults (ClatNmControl *self);
gboolean clat_nm_control_has_clat (ClatNmControl *self);

/* See clat_network_manager_set_defaults, clat_network_manager_set_ipv4 and
 * clat_network_manager_flush. */
void clat_nm_control_set_defaults (ClatNmControl *self,
                                   const ClatNetworkDefaults *defaults);
void clat_nm_control_set_ipv4 (ClatNmControl *self, const char *active_path,
                               ClatIpv4Wish wish);
void clat_nm_control_flush (ClatNmControl *self);

/* Whether DHCPv4 on the device asks for option 108 by default. */
gboolean clat_nm_control_asks_option_108 (ClatNmControl *self, NMDevice *device);

G_END_DECLS
