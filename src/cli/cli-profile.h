/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the profiles of NetworkManager say to clat-nm. */
#pragma once

#include <NetworkManager.h>

G_BEGIN_DECLS

/* Blocks until everything that NetworkManager knows has been read. */
NMClient *cli_profile_open (GError **error);

/* The profile with this UUID, D-Bus path or name, or that of the active connection on an
 * interface ("wlan0", "clat-wlan0"). */
NMRemoteConnection *cli_profile_find (NMClient *client, const char *name, GError **error);

/* What is stored, also when it is no mode; without any, the default. */
const char *cli_profile_get_mode (NMConnection *profile);

/* Only in memory; other user data stays. FALSE if it was so already. */
gboolean cli_profile_set_mode (NMConnection *profile, const char *mode);

/* The NAT64 prefix that is stored, whatever it is, or "". */
const char *cli_profile_get_prefix (NMConnection *profile);

/* The same; the empty string removes it. */
gboolean cli_profile_set_prefix (NMConnection *profile, const char *prefix);

/* Sends the profile to NetworkManager and blocks for its answer; on failure
 * NetworkManager's profile is as it was. */
gboolean cli_profile_save (NMRemoteConnection *profile, gboolean to_disk, GError **error);

G_END_DECLS
