/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Profiles as nmcli finds them. */
#pragma once

#include <NetworkManager.h>

#include "nmcli-args.h"

G_BEGIN_DECLS

/* Connects to NetworkManager; on failure prints why and sets the exit status. */
NMClient *nmcli_find_open (int *status);

/* All that match, the best one first: names need not be unique. */
GPtrArray *nmcli_find (NMClient *client, NmcliSelection selection);

/* The active connection that is selected by its path. */
NMActiveConnection *nmcli_find_active (NMClient *client, NmcliSelection selection);

gboolean nmcli_find_is_active (NMClient *client, NMConnection *profile);

G_END_DECLS
