/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows whether the NAT64 of one connection answers: reads the evidence, has it judged,
 * stores the verdict with the translator, and pings when that is due. */
#pragma once

#include "clat-kernel.h"

G_BEGIN_DECLS

typedef struct
{
  ClatPlat plat;
  ClatPlatVerdict verdict; /* unknown without a translator */
  gboolean is_filtered;    /* the network seems to pass the host's own address only */
  gint64 next;             /* when to update again if no event comes before; CLAT_NEVER */
} ClatPlatMonitor;

/* To call in each pass, with the translator as it was read last. host: an address of the
 * host on the link, NULL without any. target: to ping, from the configuration; 0: none.
 */
void clat_plat_monitor_update (ClatPlatMonitor *self, ClatKernel *kernel,
                               const char *name, const ClatActual *actual,
                               const struct in6_addr *host, struct in_addr target,
                               gint64 now);

/* The NAT64 may be another one now. */
void clat_plat_monitor_forget (ClatPlatMonitor *self, ClatKernel *kernel,
                               const char *name);

G_END_DECLS
