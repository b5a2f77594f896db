/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv6 addresses, and the NAT64 prefix that IPv4 addresses are embedded in (RFC 6052). */
#pragma once

#include <stdbool.h>
#include <string.h>

#include "xlat-wire.h"

/* A NAT64 prefix (RFC 6052); LENGTH is 32, 40, 48, 56, 64 or 96 bits. */
struct xlat_prefix
{
  struct xlat_address6 address;
  uint8_t length;
};

static inline bool
xlat_address6_equal (const struct xlat_address6 *a, const struct xlat_address6 *b)
{
  return memcmp (a, b, sizeof *a) == 0;
}

bool xlat_address6_is_unicast (const struct xlat_address6 *address);
bool xlat_address6_is_link_local (const struct xlat_address6 *address);

static inline bool
xlat_prefix_equal (const struct xlat_prefix *a, const struct xlat_prefix *b)
{
  return a->length == b->length && xlat_address6_equal (&a->address, &b->address);
}

/* NULL if RFC 6052 allows PREFIX, else what is wrong with it. */
const char *xlat_prefix_check (const struct xlat_prefix *prefix);

void xlat_prefix_embed (const struct xlat_prefix *prefix, be32 ipv4,
                        struct xlat_address6 *ipv6);

/* False if IPV6 is not inside PREFIX. Bits after the IPv4 address and bits 64 to 71 are
 * ignored (RFC 6052, 2.3). */
bool xlat_prefix_extract (const struct xlat_prefix *prefix,
                          const struct xlat_address6 *ipv6, be32 *ipv4);

bool xlat_prefix_is_well_known (const struct xlat_prefix *prefix);
