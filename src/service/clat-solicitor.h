/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends router solicitations on a link until a router advertises or there seems to be
 * none (RFC 4861, 6.3.7). */
#pragma once

#include "clat-kernel.h"

G_BEGIN_DECLS

typedef struct _ClatSolicitor ClatSolicitor;

/* The kernel is lent. */
ClatSolicitor *clat_solicitor_new (ClatKernel *kernel);
void clat_solicitor_free (ClatSolicitor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatSolicitor, clat_solicitor_free)

/* Sends a first solicitation now, and repeats it. */
void clat_solicitor_start (ClatSolicitor *self, int ifindex);

/* The same, but the first one at that time (µs of CLOCK_BOOTTIME). */
void clat_solicitor_start_at (ClatSolicitor *self, int ifindex, gint64 time);

/* Sends no more of them. */
void clat_solicitor_stop (ClatSolicitor *self);

G_END_DECLS
