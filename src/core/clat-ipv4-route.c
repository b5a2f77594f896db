/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An IPv4 default route to a translator. */
#include "clat-ipv4-route.h"

gboolean
clat_route_equal (const ClatRoute *a, const ClatRoute *b)
{
  return a->table == b->table && a->metric == b->metric && a->mtu == b->mtu
         && a->source.s_addr == b->source.s_addr
         && a->gateway.s_addr == b->gateway.s_addr;
}
