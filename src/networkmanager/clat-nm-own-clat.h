/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NetworkManager's own CLAT, since 1.58. */
#pragma once

#include <NetworkManager.h>

#include "clat-prefix.h"

G_BEGIN_DECLS

/* The IPv6 address of the CLAT that NetworkManager has on the device, and the NAT64
 * prefix that it uses. Untouched if there is none, or if NetworkManager or libnm does not
 * show it. */
void clat_nm_own_clat_read (NMDevice *device, struct in6_addr *ipv6, ClatPrefix *prefix);

G_END_DECLS
