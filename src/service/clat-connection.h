/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One connection: gathers its situation, has the rules judge it, and has the kernel
 * brought to what is wanted. */
#pragma once

#include <glib-object.h>

#include "clat-connection-common.h"
#include "clat-profile.h"
#include "clat-status.h"

G_BEGIN_DECLS

#define CLAT_TYPE_CONNECTION (clat_connection_get_type ())
G_DECLARE_FINAL_TYPE (ClatConnection, clat_connection, CLAT, CONNECTION, GObject)

/* Takes the profile. Signal: "changed" when the profile or the status has changed. */
ClatConnection *clat_connection_new (const ClatCommon *common, ClatProfile *profile);

/* Takes the profile: the current state of the same NetworkManager profile. */
void clat_connection_set_profile (ClatConnection *self, ClatProfile *profile);

const ClatProfile *clat_connection_get_profile (ClatConnection *self);
const ClatStatus *clat_connection_get_status (ClatConnection *self);

/* Of the namespace and of our interface, whether they exist or not. */
const char *clat_connection_get_name (ClatConnection *self);

/* Removes everything from the kernel at once, until clat_connection_resume or until a
 * profile that was not connected is. */
void clat_connection_withdraw (ClatConnection *self);
void clat_connection_resume (ClatConnection *self);

/* The configuration has changed from that: follows it, and retries at once what has
 * failed. */
void clat_connection_reconfigure (ClatConnection *self, const ClatConfig *before);

/* Queries routers and DNS servers again, and retries at once what has failed. */
void clat_connection_refresh (ClatConnection *self);

gboolean clat_connection_read_counters (ClatConnection *self,
                                        struct clat_counters counters[CLAT_N_DIRECTIONS],
                                        GError **error);

G_END_DECLS
