/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A NAT64 prefix and the IPv4 address inside an IPv6 address (RFC 6052). */
#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

/* Bits of address beyond length are zero. */
typedef struct
{
  struct in6_addr address;
  guint8 length; /* 32, 40, 48, 56, 64 or 96; 0: no prefix */
} ClatPrefix;

/* RFC 6052, 2.2. */
gboolean clat_prefix_is_valid_length (guint length);

/* text: such as "64:ff9b::/96". Bits beyond the length must be zero. */
gboolean clat_prefix_parse (const char *text, ClatPrefix *prefix, GError **error);

/* Clears the bits beyond length. FALSE if length is not one of the six, or if the address
 * cannot begin a NAT64 prefix: unspecified, IPv4-mapped, link-local, multicast, or (/96
 * only) with something in the bits 64 to 71, which RFC 6052, 2.2 keeps zero. */
gboolean clat_prefix_init (ClatPrefix *prefix, const struct in6_addr *address,
                           guint length);

char *clat_prefix_to_string (const ClatPrefix *prefix);

gboolean clat_prefix_equal (const ClatPrefix *a, const ClatPrefix *b);

struct in6_addr clat_prefix_embed (const ClatPrefix *prefix, struct in_addr ipv4);

/* FALSE if the address is not inside the prefix. The suffix and the bits 64 to 71 are
 * ignored (RFC 6052, 2.2 and 2.3). */
gboolean clat_prefix_extract (const ClatPrefix *prefix, const struct in6_addr *address,
                              struct in_addr *ipv4);

G_END_DECLS
