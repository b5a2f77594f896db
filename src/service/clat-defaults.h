/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What NetworkManager does while the service runs where a profile says nothing. */
#pragma once

#include "clat-config.h"
#include "clat-connection.h"
#include "clat-network-manager.h"

G_BEGIN_DECLS

typedef struct
{
  ClatKernel *kernel;
  const ClatConfig *config;
  ClatNetworkManager *network_manager;
  const GPtrArray *connections;
  GSourceFunc function;
  gpointer data;

  ClatNetworkDefaults *set; /* last; NULL: none yet */
  GHashTable *links;        /* interfaces that may be in it, to their indexes */
  gboolean is_probed;       /* the kernel */
  gboolean can_translate;   /* as far as that has shown */
  gboolean has_waited;      /* long enough for a translator */
  guint waiting;            /* source */
} ClatDefaults;

/* All of it is lent. connections: those of the service, of ClatConnection. Calls function
 * when it is time to follow again. */
void clat_defaults_init (ClatDefaults *self, ClatKernel *kernel, const ClatConfig *config,
                         ClatNetworkManager *network_manager,
                         const GPtrArray *connections, GSourceFunc function,
                         gpointer data);
void clat_defaults_clear (ClatDefaults *self);

/* Sets what follows from the devices in the snapshot. At first it may wait. */
void clat_defaults_follow (ClatDefaults *self, const ClatNetworkSnapshot *snapshot);

/* Sets nothing any more. */
void clat_defaults_withdraw (ClatDefaults *self);

G_END_DECLS
