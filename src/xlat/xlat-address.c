/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kinds of addresses, and IPv4-embedded IPv6 addresses (RFC 6052, 2.2):
 *
 *   | prefix, 32 to 96 bits | IPv4 address, without bits 64 to 71 | suffix, zero |
 */
#include "xlat-address.h"

#include <string.h>

bool
xlat_address6_is_unicast (const struct xlat_address6 *address)
{
  static const uint8_t zeros[10];
  const uint8_t *bytes = address->bytes;

  if (bytes[0] == 0xff)
    return false;
  if (memcmp (bytes, zeros, sizeof zeros) != 0)
    return true;

  /* ::ffff:0:0/96 are IPv4-mapped addresses; :: and ::1 are in ::/104. */
  return !(bytes[10] == 0xff && bytes[11] == 0xff) && memcmp (bytes + 10, zeros, 3) != 0;
}

bool
xlat_address6_is_link_local (const struct xlat_address6 *address)
{
  return address->bytes[0] == 0xfe && (address->bytes[1] & 0xc0) == 0x80;
}

const char *
xlat_prefix_check (const struct xlat_prefix *prefix)
{
  switch (prefix->length)
    {
    case 32:
    case 40:
    case 48:
    case 56:
    case 64:
    case 96:
      break;
    default:
      return "the NAT64 prefix is not 32, 40, 48, 56, 64 or 96 bits long";
    }

  for (unsigned i = prefix->length / 8u; i < sizeof prefix->address; i++)
    if (prefix->address.bytes[i] != 0)
      return "the NAT64 prefix has bits set beyond its length";
  if (prefix->address.bytes[8] != 0)
    return "bits 64 to 71 of the NAT64 prefix are not zero";
  if (!xlat_address6_is_unicast (&prefix->address))
    return "the NAT64 prefix is not a unicast prefix";

  return NULL;
}

void
xlat_prefix_embed (const struct xlat_prefix *prefix, be32 ipv4,
                   struct xlat_address6 *ipv6)
{
  const uint8_t *from = (const uint8_t *)&ipv4;
  unsigned to = prefix->length / 8u;

  *ipv6 = prefix->address;
  for (unsigned i = 0; i < sizeof ipv4; i++, to++)
    {
      if (to == 8) /* bits 64 to 71 stay zero (RFC 6052, 2.2) */
        to++;
      ipv6->bytes[to] = from[i];
    }
}

bool
xlat_prefix_extract (const struct xlat_prefix *prefix, const struct xlat_address6 *ipv6,
                     be32 *ipv4)
{
  uint8_t *to = (uint8_t *)ipv4;
  unsigned from = prefix->length / 8u;

  if (memcmp (ipv6, &prefix->address, from) != 0)
    return false;

  for (unsigned i = 0; i < sizeof *ipv4; i++, from++)
    {
      if (from == 8)
        from++;
      to[i] = ipv6->bytes[from];
    }
  return true;
}

bool
xlat_prefix_is_well_known (const struct xlat_prefix *prefix)
{
  static const struct xlat_address6 well_known = {{0x00, 0x64, 0xff, 0x9b}};

  return prefix->length == 96 && xlat_address6_equal (&prefix->address, &well_known);
}
