/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What NetworkManager does while the service runs where a profile says nothing. */
#pragma once

#include "clat-config.h"
#include "clat-kernel.h"
#include "clat-network-manager.h"

G_BEGIN_DECLS

typedef struct
{
  ClatKernel *kernel;
  const ClatConfig *config;
  ClatNetworkManager *network_manager;

  ClatNetworkDefaults *set; /* last; NULL: none yet */
  GHashTable *links;        /* interfaces that may be in it, to their indexes */
  gboolean is_probed;       /* the kernel */
  gboolean can_translate;   /* as far as that has shown */
} ClatDefaults;

/* All of it is lent. */
void clat_defaults_init (ClatDefaults *self, ClatKernel *kernel, const ClatConfig *config,
                         ClatNetworkManager *network_manager);
void clat_defaults_clear (ClatDefaults *self);

/* Sets what follows from the devices in the snapshot. */
void clat_defaults_follow (ClatDefaults *self, const ClatNetworkSnapshot *snapshot);

/* Sets nothing any more. */
void clat_defaults_withdraw (ClatDefaults *self);

G_END_DECLS
