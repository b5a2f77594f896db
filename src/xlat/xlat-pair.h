/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses of one family in the other: the host's own by the configured pairs (RFC
 * 7757), all others by the NAT64 prefix of a pair. */
#pragma once

#include "xlat-config.h"

/* A pair of a local address, NULL if it is not local. */
const struct xlat_pair *xlat_pair_by_ipv4 (const struct xlat_config *config, be32 ipv4);
const struct xlat_pair *xlat_pair_by_ipv6 (const struct xlat_config *config,
                                           const struct xlat_address6 *ipv6);

/* The pair of packets between LOCAL and PEER: that of LOCAL with the longest prefix that
 * PEER is inside of. NULL if there is none. */
const struct xlat_pair *xlat_pair_of_flow6 (const struct xlat_config *config,
                                            const struct xlat_address6 *local,
                                            const struct xlat_address6 *peer);

/* Any address of a header or of a quoted header, of a packet of PAIR. */
void xlat_address_4to6 (const struct xlat_config *config, const struct xlat_pair *pair,
                        be32 ipv4, struct xlat_address6 *ipv6);
