/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads an active connection of NetworkManager. */
#pragma once

#include <NetworkManager.h>

#include "clat-profile.h"

G_BEGIN_DECLS

/* Whether the connection is activating or activated. */
gboolean clat_nm_profile_is_up (NMActiveConnection *active);

/* NULL if the connection is not for us: it has no interface yet, its interface is a port
 * of another one, it shares IPv4 with others on its link, it is a VPN on top of another
 * connection, or another program configures the interface. */
ClatProfile *clat_nm_profile_read (NMActiveConnection *active);

/* Only what the profile sets. */
ClatProfile *clat_nm_profile_read_stored (NMConnection *connection);

G_END_DECLS
