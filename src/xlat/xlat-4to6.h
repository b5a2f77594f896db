/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv4 to IPv6 (RFC 7915, 4). */
#pragma once

#include "xlat-work.h"

/* Translates, drops or answers the packet of WORK, or keeps it for reassembly; the
 * verdict and the packets are in its result. */
void xlat_4to6 (struct xlat_work *work);
