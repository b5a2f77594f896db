/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which fragments of UDP from IPv4 the fast path must leave to clat-xlat: those of a
 * datagram without checksum, which is computed over all its data (RFC 7915, 4.5). */
#pragma once

#include "clat-transport.h"

/* Not fewer: each processor has some of its own, which others do not use. */
#define MAX_UNCHECKED 1024

/* Of a fragmented datagram. */
struct datagram
{
  __be32 source;
  __be32 destination;
  __be32 id;
};

/* Datagrams without checksum, most hosts send none: the lookups find an empty map. */
struct
{
  __uint (type, BPF_MAP_TYPE_LRU_HASH);
  __uint (max_entries, MAX_UNCHECKED);
  __type (key, struct datagram);
  __type (value, __u8);
} clat_unchecked SEC (".maps");

/* Only the first fragment shows whether the datagram has a checksum, and hosts send it
 * first. A later one that arrives before it is translated by itself, as in clat-xlat. */
static __always_inline enum xlat_reason
check_udp_fragment (const struct iphdr *ip, const struct transport *transport)
{
  struct datagram datagram = {ip->saddr, ip->daddr, ip->id};
  __u8 *known = bpf_map_lookup_elem (&clat_unchecked, &datagram);
  __u8 value = 0;

  if (ip->frag_off & bpf_htons (XLAT_IPV4_OFFSET_MASK))
    return known ? XLAT_REASON_NO_CHECKSUM : XLAT_REASON_NONE;
  if (transport->udp_check == 0)
    {
      bpf_map_update_elem (&clat_unchecked, &datagram, &value, 0);
      return XLAT_REASON_NO_CHECKSUM;
    }
  if (known) /* an earlier datagram had the same identification */
    bpf_map_delete_elem (&clat_unchecked, &datagram);
  return XLAT_REASON_NONE;
}
