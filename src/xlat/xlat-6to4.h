/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv6 to IPv4 (RFC 7915, 5). */
#pragma once

#include "xlat-work.h"

/* Translates, drops or answers the packet of WORK, or keeps it for reassembly; the
 * verdict and the packets are in its result. */
void xlat_6to4 (struct xlat_work *work);
