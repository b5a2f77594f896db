/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An IPv6 prefix of any length. */
#include "clat-network.h"

guint
clat_network_common_length (const struct in6_addr *a, const struct in6_addr *b)
{
  for (guint i = 0; i < sizeof *a; i++)
    {
      guint8 difference = a->s6_addr[i] ^ b->s6_addr[i];

      if (difference != 0)
        return i * 8 + 8 - g_bit_storage (difference);
    }
  return 128;
}

gboolean
clat_network_contains (const ClatNetwork *self, const struct in6_addr *address)
{
  return clat_network_common_length (&self->address, address) >= self->length;
}

gboolean
clat_network_equal (const ClatNetwork *a, const ClatNetwork *b)
{
  return a->length == b->length && clat_network_contains (a, &b->address);
}
