/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stable opaque IPv6 addresses (RFC 7217), for prefixes of any length. */
#include "clat-stable-address.h"

#include <string.h>

#define ADDRESS_BITS 128

/* The length for SLAAC, with the reserved interface identifiers of RFC 5453. */
#define EUI64_LENGTH 64

/* The highest 128 identifiers are those of anycast addresses (RFC 2526, 2). */
#define ANYCAST_BITS 7

static guint
get_bit (const struct in6_addr *address, guint index)
{
  return address->s6_addr[index / 8] >> (7 - index % 8) & 1;
}

static void
copy_bit (struct in6_addr *to, const struct in6_addr *from, guint index)
{
  guint8 mask = 0x80 >> index % 8;

  to->s6_addr[index / 8] =
      (to->s6_addr[index / 8] & ~mask) | (from->s6_addr[index / 8] & mask);
}

/* TRUE if the bits from begin to before end all have that value. */
static gboolean
all_bits_are (const struct in6_addr *address, guint begin, guint end, guint value)
{
  for (guint i = begin; i < end; i++)
    if (get_bit (address, i) != value)
      return FALSE;
  return TRUE;
}

gboolean
clat_ipv6_has_prefix (const ClatIpv6 *self, const struct in6_addr *address)
{
  for (guint i = 0; i < MIN (self->length, ADDRESS_BITS); i++)
    if (get_bit (&self->address, i) != get_bit (address, i))
      return FALSE;
  return TRUE;
}

static gboolean
is_reserved_eui64 (const struct in6_addr *address)
{
  static const guint8 ethernet[] = {0x02, 0x00, 0x5e, 0xff, 0xfe};
  static const guint8 anycast[] = {0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
  const guint8 *identifier = address->s6_addr + EUI64_LENGTH / 8;

  return memcmp (identifier, ethernet, sizeof ethernet) == 0
         || (memcmp (identifier, anycast, sizeof anycast) == 0 && identifier[7] & 0x80);
}

gboolean
clat_stable_address_is_reserved (const ClatIpv6 *ipv6)
{
  if (all_bits_are (&ipv6->address, ipv6->length, ADDRESS_BITS, 0))
    return TRUE;
  if (ipv6->length == EUI64_LENGTH)
    return is_reserved_eui64 (&ipv6->address);
  return ipv6->length < ADDRESS_BITS - ANYCAST_BITS
         && all_bits_are (&ipv6->address, ipv6->length, ADDRESS_BITS - ANYCAST_BITS, 1);
}

/* RFC 7217, 5: F (prefix, network, counter, secret key). The identifier stands for the
 * network and the secret key. */
static struct in6_addr
hash (const guint8 identifier[CLAT_IDENTIFIER_LENGTH], const ClatIpv6 *prefix,
      guint8 counter)
{
  guint8 digest[32];
  gsize size = sizeof digest;
  guint8 length = prefix->length;
  g_autoptr (GHmac) hmac =
      g_hmac_new (G_CHECKSUM_SHA256, identifier, CLAT_IDENTIFIER_LENGTH);
  struct in6_addr result;

  g_hmac_update (hmac, prefix->address.s6_addr, sizeof prefix->address);
  g_hmac_update (hmac, &length, 1);
  g_hmac_update (hmac, &counter, 1);
  g_hmac_get_digest (hmac, digest, &size);
  memcpy (&result, digest, sizeof result);
  return result;
}

gboolean
clat_stable_address_make (const guint8 identifier[CLAT_IDENTIFIER_LENGTH],
                          const ClatIpv6 *other, guint8 counter, ClatIpv6 *made)
{
  ClatIpv6 result = {.length = other->length};
  struct in6_addr hashed;

  for (guint i = 0; i < result.length; i++)
    copy_bit (&result.address, &other->address, i);
  hashed = hash (identifier, &result, counter);
  for (guint i = result.length; i < ADDRESS_BITS; i++)
    copy_bit (&result.address, &hashed, i);

  if (clat_stable_address_is_reserved (&result))
    return FALSE;
  *made = result;
  return TRUE;
}
