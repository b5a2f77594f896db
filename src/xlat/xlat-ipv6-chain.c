/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RFC 7915, 5.1: hop-by-hop options, destination options and routing headers are
 * skipped. */
#include "xlat-ipv6-chain.h"

#include <string.h>

#include "xlat-rules.h"
#include "xlat-wire.h"

/* The length of the smallest extension header, and the unit of the length field. */
#define UNIT 8u

#define ROUTING_SEGMENTS_LEFT 3u

static bool
is_skipped (uint8_t protocol)
{
  return protocol == XLAT_PROTOCOL_HOP_BY_HOP || protocol == XLAT_PROTOCOL_ROUTING
         || protocol == XLAT_PROTOCOL_DESTINATION;
}

static void
read_fragment_header (const uint8_t *data, struct xlat_ipv6_chain *chain)
{
  struct xlat_fragment_header header;
  uint16_t offset;

  memcpy (&header, data, sizeof header);
  offset = ntohs (header.offset);

  chain->has_fragment_header = true;
  chain->protocol = header.next_header;
  chain->id = ntohl (header.id);
  chain->position.offset = offset & XLAT_FRAGMENT_OFFSET_MASK;
  chain->position.more = (offset & XLAT_FRAGMENT_MORE) != 0;
  /* An atomic fragment (RFC 6946) is a whole packet. */
  chain->position.is_fragment = chain->position.more || chain->position.offset != 0;
}

bool
xlat_ipv6_chain_follow (const uint8_t *data, size_t length, uint8_t next_header,
                        struct xlat_ipv6_chain *chain)
{
  *chain = (struct xlat_ipv6_chain){.protocol = next_header};

  while (is_skipped (chain->protocol))
    {
      size_t at = chain->length;
      size_t header;

      if (length - at < UNIT)
        return false;
      header = (data[at + 1] + 1u) * UNIT;
      if (length - at < header)
        return false;

      if (chain->protocol == XLAT_PROTOCOL_ROUTING
          && data[at + ROUTING_SEGMENTS_LEFT] != 0 && chain->routing_pointer == 0)
        chain->routing_pointer = XLAT_IPV6_HEADER + at + ROUTING_SEGMENTS_LEFT;
      chain->protocol = data[at];
      chain->length += header;
    }

  if (chain->protocol != XLAT_PROTOCOL_FRAGMENT)
    return true;
  if (length - chain->length < XLAT_FRAGMENT_HEADER)
    return false;
  read_fragment_header (data + chain->length, chain);
  chain->length += XLAT_FRAGMENT_HEADER;
  return true;
}

bool
xlat_ipv6_chain_ends_in_extension (const struct xlat_ipv6_chain *chain)
{
  return chain->has_fragment_header
         && xlat_protocol_is_extension_header (chain->protocol);
}
