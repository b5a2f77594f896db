/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tracked flows of guests of the host (containers, virtual machines, shared
 * connections) that are translated to one of its IPv4 addresses (ctnetlink). */
#pragma once

#include "clat-flow.h"

G_BEGIN_DECLS

/* TRUE if a flow that is not the host's own has it as the destination of its answers: an
 * open TCP connection, or another flow with packets in both directions for some time.
 * FALSE where the kernel tracks nothing, in the namespace of this thread. */
gboolean clat_conntrack_has_flow (struct in_addr address);

/* Lists such flows, if their protocol has ports, maximum at most. Returns their number.
 */
guint clat_conntrack_list_flows (struct in_addr address, ClatFlow *flows, guint maximum);

G_END_DECLS
