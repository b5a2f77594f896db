/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses of one family in the other: the host's own by the configured pairs (RFC
 * 7757), all others by the NAT64 prefix. */
#pragma once

#include "xlat-config.h"

/* The pair of a local address, NULL if it is not local. */
const struct xlat_pair *xlat_pair_by_ipv4 (const struct xlat_config *config, be32 ipv4);
const struct xlat_pair *xlat_pair_by_ipv6 (const struct xlat_config *config,
                                           const struct xlat_address6 *ipv6);

/* Any address of a header or of a quoted header. */
void xlat_address_4to6 (const struct xlat_config *config, be32 ipv4,
                        struct xlat_address6 *ipv6);
