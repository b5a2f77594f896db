/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the routers of a link to advertise, until one does or nobody seems to be there
 * (RFC 4861, 6.3.7). */
#pragma once

#include "clat-kernel.h"

G_BEGIN_DECLS

typedef struct _ClatSolicitor ClatSolicitor;

/* The kernel is lent. */
ClatSolicitor *clat_solicitor_new (ClatKernel *kernel);
void clat_solicitor_free (ClatSolicitor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatSolicitor, clat_solicitor_free)

/* Asks now, and again. */
void clat_solicitor_ask (ClatSolicitor *self, int ifindex);

/* A router has spoken. */
void clat_solicitor_stop (ClatSolicitor *self);

G_END_DECLS
