/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The extension headers between an IPv6 header and what it carries. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xlat-emit.h"
#include "xlat-wire.h"

struct xlat_ipv6_chain
{
  uint8_t protocol; /* of what follows the headers that are skipped */
  size_t length;    /* of these headers, the fragment header included */
  bool has_fragment_header;
  struct xlat_position position;
  uint32_t id;
  size_t routing_pointer; /* Segments Left above zero, from the IPv6 header; else 0 */
};

/* Follows the headers in the LENGTH bytes of DATA that follow an IPv6 header. False if
 * one is not all there. */
bool xlat_ipv6_chain_follow (const uint8_t *data, size_t length, uint8_t next_header,
                             struct xlat_ipv6_chain *chain);

/* An extension header after the fragment header, where it would have to be understood by
 * the receiver (RFC 7915, 5.1.1). ESP is one for RFC 8200 only. */
bool xlat_ipv6_chain_ends_in_extension (const struct xlat_ipv6_chain *chain);
