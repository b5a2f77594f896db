/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A NAT64 prefix and the IPv4 address inside an IPv6 address (RFC 6052). */
#include "clat-prefix.h"

#include <arpa/inet.h>
#include <string.h>

#include "clat-error.h"

/* The IPv4 address skips the octet of bits 64 to 71 (RFC 6052, 2.2). */
#define SKIPPED_OCTET 8

gboolean
clat_prefix_is_valid_length (guint length)
{
  return length == 96 || (length >= 32 && length <= 64 && length % 8 == 0);
}

gboolean
clat_prefix_init (ClatPrefix *prefix, const struct in6_addr *address, guint length)
{
  struct in6_addr masked = {0};

  if (!clat_prefix_is_valid_length (length))
    return FALSE;

  memcpy (&masked, address, length / 8);
  if (IN6_IS_ADDR_UNSPECIFIED (&masked) || IN6_IS_ADDR_V4MAPPED (&masked)
      || IN6_IS_ADDR_LINKLOCAL (&masked) || IN6_IS_ADDR_MULTICAST (&masked)
      || masked.s6_addr[SKIPPED_OCTET] != 0)
    return FALSE;

  *prefix = (ClatPrefix){.address = masked, .length = length};
  return TRUE;
}

gboolean
clat_prefix_parse (const char *text, ClatPrefix *prefix, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", 2);
  struct in6_addr address;
  ClatPrefix parsed;
  guint64 length;

  if (g_strv_length (parts) != 2 || inet_pton (AF_INET6, parts[0], &address) != 1)
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
                   "'%s' is not an IPv6 prefix such as 64:ff9b::/96", text);
      return FALSE;
    }

  if (!g_ascii_string_to_unsigned (parts[1], 10, 0, 128, &length, NULL)
      || !clat_prefix_is_valid_length (length))
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
                   "'%s': the length of a NAT64 prefix is 32, 40, 48, 56, 64 or 96",
                   text);
      return FALSE;
    }

  if (!clat_prefix_init (&parsed, &address, length))
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID, "'%s' cannot be a NAT64 prefix",
                   text);
      return FALSE;
    }

  if (memcmp (&parsed.address, &address, sizeof address) != 0)
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
                   "'%s' has bits set beyond its length", text);
      return FALSE;
    }

  *prefix = parsed;
  return TRUE;
}

char *
clat_prefix_to_string (const ClatPrefix *prefix)
{
  char text[INET6_ADDRSTRLEN];

  inet_ntop (AF_INET6, &prefix->address, text, sizeof text);
  return g_strdup_printf ("%s/%u", text, prefix->length);
}

gboolean
clat_prefix_equal (const ClatPrefix *a, const ClatPrefix *b)
{
  return a->length == b->length && IN6_ARE_ADDR_EQUAL (&a->address, &b->address);
}

struct in6_addr
clat_prefix_embed (const ClatPrefix *prefix, struct in_addr ipv4)
{
  const guint8 *octets = (const guint8 *)&ipv4;
  struct in6_addr address = prefix->address;
  guint position = prefix->length / 8;

  for (guint i = 0; i < sizeof ipv4; i++)
    {
      if (position == SKIPPED_OCTET)
        position++;
      address.s6_addr[position++] = octets[i];
    }

  return address;
}

gboolean
clat_prefix_extract (const ClatPrefix *prefix, const struct in6_addr *address,
                     struct in_addr *ipv4)
{
  guint8 octets[sizeof *ipv4];
  guint position = prefix->length / 8;

  if (memcmp (address, &prefix->address, position) != 0)
    return FALSE;

  for (guint i = 0; i < sizeof octets; i++)
    {
      if (position == SKIPPED_OCTET)
        position++;
      octets[i] = address->s6_addr[position++];
    }

  memcpy (ipv4, octets, sizeof octets);
  return TRUE;
}
