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

G_END_DECLS
