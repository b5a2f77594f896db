/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows NetworkManager: one ClatConnection for each active connection, no more. */
#pragma once

#include "clat-connection.h"
#include "clat-network-manager.h"

G_BEGIN_DECLS

#define CLAT_TYPE_MANAGER (clat_manager_get_type ())
G_DECLARE_FINAL_TYPE (ClatManager, clat_manager, CLAT, MANAGER, GObject)

/* Both are lent. Signals: "added" and "removed" (ClatConnection *). */
ClatManager *clat_manager_new (const ClatCommon *common,
                               ClatNetworkManager *network_manager);

/* Starts to follow NetworkManager, which need not run yet. */
void clat_manager_start (ClatManager *self);

/* Removes everything from the kernel, and all connections. */
void clat_manager_stop (ClatManager *self);

/* Queries the networks of all connections again: each may be another one by now. */
void clat_manager_refresh (ClatManager *self);

/* The configuration has changed from that. */
void clat_manager_reconfigure (ClatManager *self, const ClatConfig *before);

/* Of ClatConnection, lent. */
GPtrArray *clat_manager_get_connections (ClatManager *self);

/* By the name of the interface or of our own interface; NULL if there is none. */
ClatConnection *clat_manager_find (ClatManager *self, const char *interface);

G_END_DECLS
