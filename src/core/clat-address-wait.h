/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long an IPv6 address for the translator is waited for. Time is an argument, in µs
 * of CLOCK_BOOTTIME. */
#pragma once

#include "clat-slaac.h"

G_BEGIN_DECLS

typedef struct
{
  ClatSlaac slaac;
  gint64 waiting_since;     /* for an address or a route; 0: not waiting */
  gint64 routers_solicited; /* when */
} ClatAddressWait;

/* Whether an address or a route is missing for longer than networks take. */
gboolean clat_address_wait_is_overdue (const ClatAddressWait *self, gint64 now);

/* Whether it is clear that no address comes by SLAAC. */
gboolean clat_address_wait_lacks_slaac (const ClatAddressWait *self, gint64 now);

/* When one of the above turns TRUE, CLAT_NEVER if not by time. */
gint64 clat_address_wait_get_next (const ClatAddressWait *self, gint64 now);

G_END_DECLS
