/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The extension headers between an IPv6 header and the payload. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xlat-emit.h"

struct xlat_ipv6_chain
{
  uint8_t protocol; /* of the payload */
  size_t length;    /* of all headers, with the fragment header */
  bool has_fragment_header;
  struct xlat_position position;
  uint32_t id;
  size_t routing_pointer; /* offset of a Segments Left above zero; 0: none */
};

/* Parses the extension headers in the LENGTH bytes of DATA, which follow an IPv6 header.
 * False if one is truncated. */
bool xlat_ipv6_chain_follow (const uint8_t *data, size_t length, uint8_t next_header,
                             struct xlat_ipv6_chain *chain);

/* Whether an extension header follows the fragment header: the IPv4 receiver could not
 * understand it (RFC 7915, 5.1.1). */
bool xlat_ipv6_chain_ends_in_extension (const struct xlat_ipv6_chain *chain);
