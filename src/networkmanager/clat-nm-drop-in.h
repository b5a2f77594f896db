/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file in /run that adds to the configuration of NetworkManager, as long as the service
 * runs or is to be started again. */
#pragma once

#include <gio/gio.h>

#include "clat-network-defaults.h"

G_BEGIN_DECLS

typedef struct _ClatNmDropIn ClatNmDropIn;

/* NetworkManager has loaded the file, in place of one that said this before. */
typedef void (*ClatNmDropInFunc) (const ClatNetworkDefaults *before,
                                  const ClatNetworkDefaults *now, gpointer data);

/* Adopts the file of a previous instance. */
ClatNmDropIn *clat_nm_drop_in_new (GDBusConnection *bus, ClatNmDropInFunc function,
                                   gpointer data);
void clat_nm_drop_in_free (ClatNmDropIn *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatNmDropIn, clat_nm_drop_in_free)

/* Writes the file, or removes it if there is nothing to say, and has NetworkManager load
 * it. A failure is logged. */
void clat_nm_drop_in_set (ClatNmDropIn *self, const ClatNetworkDefaults *defaults);

/* Whether NetworkManager is loading the file. */
gboolean clat_nm_drop_in_is_loading (ClatNmDropIn *self);

/* Whether DHCPv4 on the interface asks for option 108, when that is over. */
gboolean clat_nm_drop_in_asks (ClatNmDropIn *self, const char *interface);

/* Waits until it is, some seconds at most. The main loop runs meanwhile. */
void clat_nm_drop_in_flush (ClatNmDropIn *self);

/* Removes the file of an instance that has ended, and has NetworkManager load that; bus
 * may be NULL. Blocks for some seconds at most. FALSE if there was none. */
gboolean clat_nm_drop_in_remove (GDBusConnection *bus);

G_END_DECLS
