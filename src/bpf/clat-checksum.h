/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adjusts checksums to the new header. Partial checksums (CHECKSUM_PARTIAL) and the sums
 * of receiving devices (CHECKSUM_COMPLETE) stay right. */
#pragma once

#include "clat-common.h"

/* The longest UDP datagram that the fast path computes a missing checksum for: two
 * Ethernet frames. */
#define SUM_CHUNK      64
#define SUM_MAX_CHUNKS 48

static __always_inline __u16
fold (__u32 sum)
{
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

/* A sum of a few words costs less here than a call of bpf_csum_diff. */
static __always_inline __u32
fold_words (__u64 sum)
{
  sum = (sum & 0xffffffff) + (sum >> 32);
  return (sum & 0xffffffff) + (sum >> 32);
}

static __always_inline __u64
sum_addresses (const struct ipv6hdr *ipv6)
{
  const __be32 *words = (const __be32 *)&ipv6->saddr;
  __u64 sum = 0;

  for (int i = 0; i < 8; i++)
    sum += words[i];
  return sum;
}

/* Of an IPv4 header without options, its checksum included. */
static __always_inline __u16
sum_ipv4_header (const struct iphdr *ip)
{
  const __be32 *words = (const __be32 *)ip;

  return fold (fold_words ((__u64)words[0] + words[1] + words[2] + words[3] + words[4]));
}

/* The difference that the change of addresses makes to a sum over the pseudo-header. Its
 * other parts, length and protocol, are the same numbers in both families. */
static __always_inline __s64
address_difference (__be32 ipv4_source, __be32 ipv4_destination,
                    const struct ipv6hdr *ipv6, int is_4to6)
{
  __u32 sum4 = fold_words ((__u64)ipv4_source + ipv4_destination);
  __u32 sum6 = fold_words (sum_addresses (ipv6));

  return is_4to6 ? fold_words ((__u64)sum6 + (__u32)~sum4)
                 : fold_words ((__u64)sum4 + (__u32)~sum6);
}

/* The part of the ICMPv6 pseudo-header that no ICMPv4 checksum has (RFC 4443, 2.3). */
static __always_inline __s64
sum_icmpv6_pseudo_header (struct ipv6hdr *ipv6, __u32 length)
{
  __be32 rest[2] = {bpf_htonl (length), bpf_htonl (IPPROTO_ICMPV6)};
  __s64 sum = bpf_csum_diff (0, 0, (__be32 *)&ipv6->saddr, 32, 0);

  return bpf_csum_diff (0, 0, rest, sizeof rest, sum);
}

/* UDP over IPv6 needs a checksum (RFC 7915, 4.5): computes that of the datagram at
 * OFFSET, whose field is zero. */
static __always_inline int
add_udp_checksum (struct __sk_buff *skb, __u32 offset, __u32 length, struct ipv6hdr *ipv6)
{
  __be32 rest[2] = {bpf_htonl (length), bpf_htonl (IPPROTO_UDP)};
  __s64 sum = bpf_csum_diff (0, 0, (__be32 *)&ipv6->saddr, 32, 0);
  __be32 chunk[SUM_CHUNK / sizeof (__be32)];
  __u64 rest_size;
  __be16 check;

  sum = bpf_csum_diff (0, 0, rest, sizeof rest, sum);
  for (int i = 0; i < SUM_MAX_CHUNKS && length >= SUM_CHUNK; i++)
    {
      if (bpf_skb_load_bytes (skb, offset, chunk, SUM_CHUNK))
        return -1;
      sum = bpf_csum_diff (0, 0, chunk, sizeof chunk, sum);
      offset += SUM_CHUNK;
      length -= SUM_CHUNK;
    }
  if (length >= SUM_CHUNK)
    return -1;

  /* The compiler knows that 1 to 63 bytes are left and would remove the mask; the
   * verifier needs it, and up to Linux 6.7 learns nothing from a comparison with zero. */
  if (length)
    {
      rest_size = length - 1;
      asm volatile("" : "+r"(rest_size));
      rest_size = (rest_size & (SUM_CHUNK - 1)) + 1;
      __builtin_memset (chunk, 0, sizeof chunk);
      if (bpf_skb_load_bytes (skb, offset, chunk, rest_size))
        return -1;
      sum = bpf_csum_diff (0, 0, chunk, sizeof chunk, sum);
    }

  check = ~fold (sum);
  if (check == 0)
    check = 0xffff;
  return bpf_skb_store_bytes (skb, L4_OF_IPV6 + __builtin_offsetof(struct udphdr, check),
                              &check, sizeof check, BPF_F_RECOMPUTE_CSUM);
}

static __always_inline int
translate_echo (struct __sk_buff *skb, __u32 offset, __u8 from, __u8 to,
                __s64 pseudo_header)
{
  __u32 check = offset + __builtin_offsetof(struct icmp6hdr, icmp6_cksum);

  /* The type is part of the packet, so the change of the checksum balances its change and
   * CHECKSUM_COMPLETE stays right; the pseudo-header is not part of it. */
  if (bpf_l4_csum_replace (skb, check, bpf_htons (from << 8), bpf_htons (to << 8), 2))
    return -1;
  if (bpf_l4_csum_replace (skb, check, 0, pseudo_header, BPF_F_PSEUDO_HDR))
    return -1;
  return bpf_skb_store_bytes (skb, offset, &to, sizeof to, 0);
}

static __always_inline int
replace_udp_checksum (struct __sk_buff *skb, __u32 offset, __s64 difference)
{
  /* Zero, no checksum, stays zero; a computed zero is sent as 0xffff. */
  return bpf_l4_csum_replace (skb, offset + __builtin_offsetof(struct udphdr, check), 0,
                              difference, BPF_F_PSEUDO_HDR | BPF_F_MARK_MANGLED_0);
}

/* The option, at its only place that the fast path handles, is part of the packet like
 * the type of an echo message. A partial checksum does not cover it. */
static __always_inline int
replace_mss (struct __sk_buff *skb, __u32 offset, __be16 from, __be16 to)
{
  if (from == to)
    return 0;
  return bpf_l4_csum_replace (skb, offset + __builtin_offsetof(struct tcphdr, check),
                              from, to, sizeof to)
         || bpf_skb_store_bytes (skb, offset + sizeof (struct tcphdr) + 2, &to, sizeof to,
                                 0);
}

static __always_inline int
replace_tcp_checksum (struct __sk_buff *skb, __u32 offset, __s64 difference)
{
  return bpf_l4_csum_replace (skb, offset + __builtin_offsetof(struct tcphdr, check), 0,
                              difference, BPF_F_PSEUDO_HDR);
}
