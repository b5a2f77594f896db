/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings of clat-nm in the profiles of NetworkManager. */
#pragma once

#include <NetworkManager.h>

#include "clat-state.h"

G_BEGIN_DECLS

/* Connects to NetworkManager and reads all its objects; blocks. */
NMClient *cli_profile_open (GError **error);

/* The profile with this UUID, D-Bus path or name, or the profile that is active on an
 * interface ("wlan0") or a host interface ("clat-wlan0"). Lent by client. */
NMRemoteConnection *cli_profile_find (NMClient *client, const char *name, GError **error);

/* The value that is stored, even if it is not a valid mode; "auto" if there is none. */
const char *cli_profile_get_mode (NMConnection *profile);

/* Changes the profile in memory only and keeps other user data; "auto" removes the key.
 * FALSE if the profile has this mode already. */
gboolean cli_profile_set_mode (NMConnection *profile, ClatMode mode);

/* The value that is stored, even if it is not a valid NAT64 prefix; "" if there is none.
 */
const char *cli_profile_get_prefix (NMConnection *profile);

/* Like cli_profile_set_mode; the empty string removes the key. */
gboolean cli_profile_set_prefix (NMConnection *profile, const char *prefix);

/* The same for the choice of the translator's address. */
const char *cli_profile_get_address (NMConnection *profile);
gboolean cli_profile_set_address (NMConnection *profile, const char *address);

/* And for whether native IPv4 is given up on IPv6-mostly networks. */
const char *cli_profile_get_ipv6_mostly (NMConnection *profile);
gboolean cli_profile_set_ipv6_mostly (NMConnection *profile, const char *ipv6_mostly);

/* Sends the profile to NetworkManager and blocks until it replies; on failure
 * NetworkManager's profile is unchanged. */
gboolean cli_profile_save (NMRemoteConnection *profile, gboolean to_disk, GError **error);

G_END_DECLS
