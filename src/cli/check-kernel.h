/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts from the kernel, by rtnetlink and sockets; nothing is sent but what resolves the
 * router. */
#pragma once

#include "check-facts.h"

G_BEGIN_DECLS

/* What cannot be read stays unknown. The facts of the bus must be there. Blocks for some
 * seconds if the router is not resolved. */
void check_kernel_gather (CheckFacts *facts);

G_END_DECLS
