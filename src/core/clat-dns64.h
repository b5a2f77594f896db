/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The NAT64 prefixes in the AAAA records that a DNS64 synthesizes for ipv4only.arpa (RFC
 * 7050, 3). */
#pragma once

#include "clat-prefix.h"

G_BEGIN_DECLS

#define CLAT_DNS64_NAME "ipv4only.arpa"

/* All prefixes in the addresses of one answer, each once, in the order received. An array
 * of ClatPrefix, never NULL. */
GArray *clat_dns64_find_prefixes (const struct in6_addr *addresses, guint count);

G_END_DECLS
