/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Headers as they are on the wire. Packed, because packets are not aligned in their
 * buffers; multi-byte fields are in network byte order (be16, be32). */
#pragma once

#include <arpa/inet.h>
#include <stdint.h>

#include "xlat-numbers.h"

#define XLAT_PACKED __attribute__ ((packed))

typedef uint16_t be16;
typedef uint32_t be32;

struct xlat_address6
{
  uint8_t bytes[16];
};

struct xlat_ipv4
{
  uint8_t version_ihl;
  uint8_t tos;
  be16 total_length;
  be16 id;
  be16 fragment; /* XLAT_IPV4_* and the offset in units of 8 */
  uint8_t ttl;
  uint8_t protocol;
  be16 checksum;
  be32 source;
  be32 destination;
} XLAT_PACKED;

struct xlat_ipv6
{
  be32 version_class_flow;
  be16 payload_length;
  uint8_t next_header;
  uint8_t hop_limit;
  struct xlat_address6 source;
  struct xlat_address6 destination;
} XLAT_PACKED;

struct xlat_fragment_header
{
  uint8_t next_header;
  uint8_t reserved;
  be16 offset; /* in bytes, the low three bits are flags */
  be32 id;
} XLAT_PACKED;

/* ICMP and ICMPv6; the meaning of REST depends on the type. */
struct xlat_icmp
{
  uint8_t type;
  uint8_t code;
  be16 checksum;
  uint8_t rest[4];
} XLAT_PACKED;

struct xlat_udp
{
  be16 source_port;
  be16 destination_port;
  be16 length;
  be16 checksum;
} XLAT_PACKED;

#define XLAT_IPV4_HEADER     (sizeof (struct xlat_ipv4))
#define XLAT_IPV6_HEADER     (sizeof (struct xlat_ipv6))
#define XLAT_FRAGMENT_HEADER (sizeof (struct xlat_fragment_header))
#define XLAT_ICMP_HEADER     (sizeof (struct xlat_icmp))
#define XLAT_UDP_HEADER      (sizeof (struct xlat_udp))

_Static_assert(sizeof (struct xlat_ipv4) == 20, "IPv4 header");
_Static_assert(sizeof (struct xlat_ipv6) == 40, "IPv6 header");
_Static_assert(sizeof (struct xlat_fragment_header) == 8, "fragment header");

static inline uint8_t
xlat_ipv6_traffic_class (const struct xlat_ipv6 *ip)
{
  return (uint8_t)(ntohl (ip->version_class_flow) >> 20);
}

static inline void
xlat_put_be16 (uint8_t *at, uint16_t value)
{
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

static inline void
xlat_put_be32 (uint8_t *at, uint32_t value)
{
  xlat_put_be16 (at, (uint16_t)(value >> 16));
  xlat_put_be16 (at + 2, (uint16_t)value);
}

static inline uint16_t
xlat_get_be16 (const uint8_t *at)
{
  return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t
xlat_get_be32 (const uint8_t *at)
{
  return (uint32_t)xlat_get_be16 (at) << 16 | xlat_get_be16 (at + 2);
}
