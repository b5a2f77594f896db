/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds output packets: a header of the other family before a body, fragmented if it is
 * too large. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xlat-packet.h"
#include "xlat-wire.h"

/* What follows the IP header. PREFIX is the UDP header of a datagram of a segmented
 * packet, whose data is elsewhere. */
struct xlat_body
{
  uint8_t prefix[XLAT_UDP_HEADER];
  uint8_t prefix_length;
  const uint8_t *data;
  size_t length;
};

/* The place of a fragment in its packet; all zero if the packet is not fragmented. */
struct xlat_position
{
  bool is_fragment;
  bool more;
  uint32_t offset; /* in bytes */
};

static inline struct xlat_position
xlat_position_of_ipv4 (const struct xlat_ipv4 *ip)
{
  uint16_t fragment = ntohs (ip->fragment);
  struct xlat_position position = {
      .more = (fragment & XLAT_IPV4_MORE_FRAGMENTS) != 0,
      .offset = (fragment & XLAT_IPV4_OFFSET_MASK) * 8u,
  };

  position.is_fragment = position.more || position.offset != 0;
  return position;
}

struct xlat_header6
{
  uint8_t traffic_class;
  uint8_t hop_limit;
  uint8_t next_header;
  struct xlat_address6 source;
  struct xlat_address6 destination;
  uint16_t id; /* of fragments */
  struct xlat_position position;
};

struct xlat_header4
{
  uint8_t tos;
  uint8_t ttl;
  uint8_t protocol;
  be32 source;
  be32 destination;
  uint16_t id;
  bool dont_fragment;
  struct xlat_position position;
};

/* Write the headers of a packet with LENGTH bytes of payload. */
void xlat_head6 (struct xlat_output *output, const struct xlat_header6 *header,
                 size_t length);
void xlat_head4 (struct xlat_output *output, const struct xlat_header4 *header,
                 size_t length);

/* Adds one packet to RESULT, or fragments of at most LIMIT bytes. OFFLOAD, which may be
 * NULL, is only for a packet that is not fragmented. False, with an empty RESULT, if
 * there would be too many fragments. */
bool xlat_emit6 (struct xlat_result *result, const struct xlat_header6 *header,
                 const struct xlat_body *body, size_t limit,
                 const struct xlat_offload *offload);
bool xlat_emit4 (struct xlat_result *result, const struct xlat_header4 *header,
                 const struct xlat_body *body, size_t limit,
                 const struct xlat_offload *offload);
