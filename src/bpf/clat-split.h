/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Splits IPv4 fragments without DF that are too big for every IPv6 path, before they are
 * translated (RFC 7915, 4). BPF cannot make packets, but it can copy one and cut both:
 *
 *   | IP | data 1 | data 2 |   becomes   | IP | data 1 |  and, by way of the ingress of
 *                                                         inner again,  | IP | data 2 |
 *
 * The first part leaves first: a NAT64 may need it to know the flow of the others. */
#pragma once

#include "clat-4to6.h"

/* Of a copy whose first part has left. Packets come from the host without a mark: it does
 * not pass into another namespace. */
#define MARK_OF_REST 0xc1a7

/* What bpf_skb_adjust_room can cut off. */
#define MAX_CUT 4088

/* Data of the first part: with the fragment header it fits the limit. */
static __always_inline __u32
first_part (void)
{
  __u32 limit = xlat_limit_4to6 (0, datapath.mtu6, datapath.lowest_ipv6_mtu);

  return (limit - sizeof (struct ipv6hdr) - FRAGMENT_HEADER) & ~7u;
}

static __always_inline int
can_be_split (const struct iphdr *ip)
{
  __u32 offset = bpf_ntohs (ip->frag_off) & XLAT_IPV4_OFFSET_MASK;

  return is_fragment4 (ip) && !(ip->frag_off & bpf_htons (XLAT_IPV4_DONT_FRAGMENT))
         && first_part () <= MAX_CUT
         && offset + first_part () / 8 <= XLAT_IPV4_OFFSET_MASK;
}

/* Makes IP the header of the first part, which the translation cuts the packet to, and
 * sends a copy for the rest. Zero if that fails: the packet is as it was. */
static __always_inline int
split (struct __sk_buff *skb, struct iphdr *ip)
{
  long error;

  skb->mark = MARK_OF_REST;
  error = bpf_clone_redirect (skb, datapath.inner, BPF_F_INGRESS);
  skb->mark = 0;
  if (error)
    return 0;

  ip->tot_len = bpf_htons (sizeof *ip + first_part ());
  ip->frag_off |= bpf_htons (XLAT_IPV4_MORE_FRAGMENTS);
  return 1;
}

static __always_inline int
is_rest (const struct __sk_buff *skb)
{
  return skb->mark == MARK_OF_REST;
}

/* Cuts the first part off, and writes the header IP of the rest. */
static __always_inline int
cut_first_part (struct __sk_buff *skb, struct iphdr *ip)
{
  skb->mark = 0;
  ip->tot_len = bpf_htons (bpf_ntohs (ip->tot_len) - first_part ());
  ip->frag_off = bpf_htons (bpf_ntohs (ip->frag_off) + first_part () / 8);
  ip->check = 0;
  ip->check = ~sum_ipv4_header (ip);
  return bpf_skb_adjust_room (skb, -(__s32)first_part (), BPF_ADJ_ROOM_NET,
                              BPF_F_ADJ_ROOM_NO_CSUM_RESET)
         || bpf_skb_store_bytes (skb, IP_OFFSET, ip, sizeof *ip, BPF_F_RECOMPUTE_CSUM);
}
