/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan from the actual translator to the wanted one: given both, the next step.
 * Start, change, repair, adoption and removal are the same plan. */
#pragma once

#include "clat-plan-details.h"
#include "clat-step.h"

G_BEGIN_DECLS

/* The IPv4 default route is added last and removed first: as long as it exists, packets
 * pass. */
ClatStep clat_plan_next (const ClatWanted *wanted, const ClatActual *actual);

/* Whether routers may know the IPv6 address before the next step (RFC 9131). The kernel
 * sends the first DAD probe of an optimistic address a little after it shows the address:
 * such an address is advertised only when it is about to be used. */
gboolean clat_plan_may_advertise (const ClatActual *actual, ClatStep next);

/* Whether that advertisement may override entries of neighbours: not for an address that
 * may be a duplicate (RFC 4429, 3.3). */
gboolean clat_plan_may_override (const ClatActual *actual);

G_END_DECLS
