/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An IPv6 prefix of any length. */
#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

/* Bits of address beyond length are ignored. */
typedef struct
{
  struct in6_addr address;
  guint8 length; /* up to 128 */
} ClatNetwork;

/* The length in bits of the longest common prefix. */
guint clat_network_common_length (const struct in6_addr *a, const struct in6_addr *b);

gboolean clat_network_contains (const ClatNetwork *self, const struct in6_addr *address);
gboolean clat_network_equal (const ClatNetwork *a, const ClatNetwork *b);

G_END_DECLS
