/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exports the manager and its connections on D-Bus: data/net.clatnm.xml. The bus policy,
 * data/net.clatnm.conf, says which user may call which method. */
#pragma once

#include <gio/gio.h>

#include "clat-reload.h"

G_BEGIN_DECLS

typedef struct _ClatBus ClatBus;

/* Exports the manager of reload, which is lent. */
ClatBus *clat_bus_new (const ClatReload *reload, ClatKernel *kernel, GDBusConnection *bus,
                       GError **error);
void clat_bus_free (ClatBus *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatBus, clat_bus_free)

G_END_DECLS
