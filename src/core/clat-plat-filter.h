/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the network passes packets of the host's own address only, while nothing comes
 * back for the translator's: pings of the router from both addresses decide. */
#pragma once

#include "clat-plat-evidence.h"

G_BEGIN_DECLS

/* Starts with all zeros. */
typedef struct
{
  guint n_pings;
  gint64 next_ping;
  guint n_host_answers;
} ClatPlatFilter;

typedef enum
{
  CLAT_PLAT_FILTER_NONE,
  CLAT_PLAT_FILTER_SUSPECTED, /* the next pings decide */
  CLAT_PLAT_FILTER_FOUND,
} ClatPlatFilterState;

/* To call as long as packets get no answer. pings: the router is to be pinged now. */
ClatPlatFilterState clat_plat_filter_judge (ClatPlatFilter *self,
                                            const ClatPlatEvidence *evidence, gint64 now,
                                            gboolean *pings);

G_END_DECLS
