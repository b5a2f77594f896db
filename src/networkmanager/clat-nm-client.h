/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows the active connections of NetworkManager. */
#pragma once

#include "clat-network-manager.h"

G_BEGIN_DECLS

#define CLAT_TYPE_NM_CLIENT (clat_nm_client_get_type ())
G_DECLARE_FINAL_TYPE (ClatNmClient, clat_nm_client, CLAT, NM_CLIENT, GObject)

ClatNetworkManager *clat_nm_client_new (void);

G_END_DECLS
