/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds profiles in the way of nmcli. */
#pragma once

#include <NetworkManager.h>

#include "nmcli-args.h"

G_BEGIN_DECLS

/* Connects to NetworkManager; on failure prints the error and sets the exit status. */
NMClient *nmcli_find_open (int *status);

/* All matches, the best one first: names need not be unique. */
GPtrArray *nmcli_find (NMClient *client, NmcliSelection selection);

/* The active connection with the selected D-Bus path. */
NMActiveConnection *nmcli_find_active (NMClient *client, NmcliSelection selection);

gboolean nmcli_find_is_active (NMClient *client, NMConnection *profile);

G_END_DECLS
