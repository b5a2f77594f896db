/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses of one family in the other: local pairs first, else the NAT64 prefix
 * (RFC 6052, RFC 7757). */
#pragma once

#include <stdbool.h>

#include "xlat-config.h"

bool xlat_address6_equal (const struct xlat_address6 *a, const struct xlat_address6 *b);
bool xlat_address6_is_unicast (const struct xlat_address6 *address);
bool xlat_address6_is_link_local (const struct xlat_address6 *address);

/* NULL if PREFIX is one that RFC 6052 allows, else what is wrong with it. */
const char *xlat_prefix_check (const struct xlat_prefix *prefix);

void xlat_prefix_embed (const struct xlat_prefix *prefix, be32 ipv4,
                        struct xlat_address6 *ipv6);

/* False if IPV6 is not inside PREFIX. Bits after the IPv4 address and bits 64 to 71 are
 * not looked at (RFC 6052, 2.3). */
bool xlat_prefix_extract (const struct xlat_prefix *prefix,
                          const struct xlat_address6 *ipv6, be32 *ipv4);

bool xlat_prefix_is_well_known (const struct xlat_prefix *prefix);

/* The local address that is translated to or from the given one, NULL if it is not local.
 */
const struct xlat_pair *xlat_pair_by_ipv4 (const struct xlat_config *config, be32 ipv4);
const struct xlat_pair *xlat_pair_by_ipv6 (const struct xlat_config *config,
                                           const struct xlat_address6 *ipv6);

/* Any address of a header or of a quoted header. */
void xlat_address_4to6 (const struct xlat_config *config, be32 ipv4,
                        struct xlat_address6 *ipv6);
