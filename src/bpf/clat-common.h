/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Offsets, configuration and counters of the fast path. */
#pragma once

#include <linux/bpf.h>

#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "clat-counters.h"
#include "xlat-rules.h"

#define IP_OFFSET       sizeof (struct ethhdr)
#define L4_OF_IPV4      (IP_OFFSET + sizeof (struct iphdr))
#define L4_OF_IPV6      (IP_OFFSET + sizeof (struct ipv6hdr))
#define HEADER_GROWTH   (sizeof (struct ipv6hdr) - sizeof (struct iphdr))
#define FRAGMENT_HEADER sizeof (struct fragment_header)

const volatile struct clat_datapath datapath;

static __always_inline void
count_packet (__u32 direction, __u32 packets, __u32 bytes)
{
  struct clat_counters *counter = bpf_map_lookup_elem (&counters, &direction);

  if (counter)
    {
      counter->packets += packets;
      counter->bytes += bytes;
    }
}

static __always_inline __u32
count_segments (const struct __sk_buff *skb)
{
  return skb->gso_segs ? skb->gso_segs : 1;
}

/* The size of the packet on the wire; of a GSO packet that of a segment, with a header of
 * TCP or UDP of TRANSPORT bytes. */
static __always_inline __u32
wire_length (const struct __sk_buff *skb, __u32 header, __u32 length, __u32 transport)
{
  return skb->gso_size ? header + transport + skb->gso_size : length;
}

/* Frames of less than the medium's minimum length end in padding. */
static __always_inline int
cut_padding (struct __sk_buff *skb, __u32 length)
{
  return skb->len == length ? 0 : bpf_skb_change_tail (skb, length, 0);
}
