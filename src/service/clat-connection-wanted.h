/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a pass decides by and for: the situation of a connection, collected from its
 * parts, and what is wanted of the kernel with a goal. */
#pragma once

#include "clat-address-wait.h"
#include "clat-connection-parts.h"
#include "clat-wanted.h"

/* The connection's interface and the time, as one pass of reconciling sees them. */
typedef struct
{
  gint64 now;
  gboolean has_link;
  ClatHostLink link;
  ClatAddressWait wait;
  gboolean has_ipv4_to_give; /* as far as this pass knows */
  gboolean ends_connections;
} ClatPass;

ClatAddressWait clat_connection_get_wait (ClatConnectionParts *self,
                                          const ClatHostLink *link);
ClatSituation clat_connection_get_situation (ClatConnectionParts *self,
                                             const ClatPass *pass);
ClatWanted clat_connection_get_wanted (ClatConnectionParts *self, const ClatPass *pass,
                                       ClatGoal goal);

/* Whether packets pass: a default route leads to the translator, or with never-default
 * the route of its own table. */
gboolean clat_connection_is_complete (ClatConnectionParts *self);

/* Decides whether the translator shares an IPv6 address of the host. */
void clat_connection_update_sharing (ClatConnectionParts *self, const ClatPass *pass,
                                     ClatGoal goal);

/* What was observed of the NAT64 no longer counts. */
void clat_connection_forget_plat (ClatConnectionParts *self);
