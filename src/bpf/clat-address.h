/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Translation of addresses: by pairs (RFC 7757) and by the NAT64 prefix (RFC 6052). */
#pragma once

#include "clat-common.h"

static __always_inline void
copy_address (__be32 to[4], const volatile __be32 from[4])
{
  for (int i = 0; i < 4; i++)
    to[i] = from[i];
}

/* A packet's addresses in both families, and where it goes on the link. */
struct addresses
{
  __be32 local4;
  __be32 peer4;
  __be32 local6[4];
  __be32 peer6[4];
  __be32 next_hop[4];
  int is_well_known; /* the prefix: 64:ff9b::/96 */
};

static __always_inline int
is_refused_private (const struct addresses *addresses)
{
  return xlat_ipv4_is_refused_private (bpf_ntohl (addresses->peer4),
                                       datapath.private_destinations,
                                       addresses->is_well_known);
}

/* RFC 6052, 2.2. For the lengths in which the IPv4 address does not begin at a word:
 *
 *   /40  word 1: P a b c   word 2: 0 d . .
 *   /48  word 1: P P a b   word 2: 0 c d .
 *   /56  word 1: P P P a   word 2: 0 b c d
 *   /64  word 1: P P P P   word 2: 0 a b c   word 3: d . . .
 */
static __always_inline void
embed (__be32 ipv6[4], __be32 ipv4, const volatile struct clat_pair *pair)
{
  __u32 address = bpf_ntohl (ipv4);

  copy_address (ipv6, pair->prefix);
  switch (pair->prefix_length)
    {
    case 32:
      ipv6[1] = ipv4;
      break;
    case 40:
      ipv6[1] |= bpf_htonl (address >> 8);
      ipv6[2] = bpf_htonl ((address & 0xff) << 16);
      break;
    case 48:
      ipv6[1] |= bpf_htonl (address >> 16);
      ipv6[2] = bpf_htonl ((address & 0xffff) << 8);
      break;
    case 56:
      ipv6[1] |= bpf_htonl (address >> 24);
      ipv6[2] = bpf_htonl (address & 0xffffff);
      break;
    case 64:
      ipv6[2] = bpf_htonl (address >> 8);
      ipv6[3] = bpf_htonl (address << 24);
      break;
    default:
      ipv6[3] = ipv4;
      break;
    }
}

/* Zero if the address is not inside the prefix. The suffix and bits 64 to 71 are ignored
 * (RFC 6052, 2.2 and 2.3). */
static __always_inline int
extract (const __be32 ipv6[4], const volatile struct clat_pair *pair, __be32 *ipv4)
{
  __u32 one = bpf_ntohl (ipv6[1]), two = bpf_ntohl (ipv6[2]), three = bpf_ntohl (ipv6[3]);
  __be32 differs = ipv6[0] ^ pair->prefix[0];
  __be32 differs1 = ipv6[1] ^ pair->prefix[1];
  __u32 address;

  switch (pair->prefix_length)
    {
    case 32:
      address = one;
      break;
    case 40:
      differs |= differs1 & bpf_htonl (0xff000000);
      address = one << 8 | (two >> 16 & 0xff);
      break;
    case 48:
      differs |= differs1 & bpf_htonl (0xffff0000);
      address = one << 16 | (two >> 8 & 0xffff);
      break;
    case 56:
      differs |= differs1 & bpf_htonl (0xffffff00);
      address = one << 24 | (two & 0xffffff);
      break;
    case 64:
      differs |= differs1;
      address = two << 8 | three >> 24;
      break;
    default:
      differs |= differs1 | (ipv6[2] ^ pair->prefix[2]);
      address = three;
      break;
    }
  *ipv4 = bpf_htonl (address);
  return !differs;
}

/* The loops over pairs are unrolled. The configuration is constant when the program is
 * loaded, so that the verifier removes the iterations beyond n_pairs, and all lengths of
 * prefixes but one. */
static __always_inline int
is_local4 (__be32 ipv4)
{
#pragma unroll
  for (__u32 i = 0; i < CLAT_MAX_PAIRS; i++)
    if (i < datapath.n_pairs && ipv4 == datapath.pairs[i].ipv4)
      return 1;
  return 0;
}

static __always_inline int
has_ipv6 (const volatile struct clat_pair *pair, const __be32 ipv6[4])
{
  return ipv6[0] == pair->ipv6[0] && ipv6[1] == pair->ipv6[1] && ipv6[2] == pair->ipv6[2]
         && ipv6[3] == pair->ipv6[3];
}

static __always_inline int
is_local6 (const __be32 ipv6[4])
{
#pragma unroll
  for (__u32 i = 0; i < CLAT_MAX_PAIRS; i++)
    if (i < datapath.n_pairs && has_ipv6 (&datapath.pairs[i], ipv6))
      return 1;
  return 0;
}

static __always_inline void
take_pair (struct addresses *addresses, const volatile struct clat_pair *pair)
{
  addresses->local4 = pair->ipv4;
  copy_address (addresses->local6, pair->ipv6);
  copy_address (addresses->next_hop, pair->next_hop);
  addresses->is_well_known = pair->prefix_length == 96
                             && pair->prefix[0] == bpf_htonl (0x0064ff9b)
                             && !pair->prefix[1] && !pair->prefix[2];
}

/* Of a packet from LOCAL to PEER. Zero if LOCAL is not local. */
static __always_inline int
find_addresses6 (__be32 local, __be32 peer, struct addresses *addresses)
{
#pragma unroll
  for (__u32 i = 0; i < CLAT_MAX_PAIRS; i++)
    if (i < datapath.n_pairs && local == datapath.pairs[i].ipv4)
      {
        take_pair (addresses, &datapath.pairs[i]);
        addresses->peer4 = peer;
        embed (addresses->peer6, peer, &datapath.pairs[i]);
        return 1;
      }
  return 0;
}

/* Of a packet between LOCAL and PEER: those of the pair of LOCAL with the longest prefix
 * that PEER is inside of. If it is inside of none, peer4 is 0.0.0.0, which is never
 * translated. Zero if LOCAL is not local. */
static __always_inline int
find_addresses4 (const __be32 local[4], const __be32 peer[4], struct addresses *addresses)
{
  __u32 longest = 0;
  int found = 0;

#pragma unroll
  for (__u32 i = 0; i < CLAT_MAX_PAIRS; i++)
    if (i < datapath.n_pairs && has_ipv6 (&datapath.pairs[i], local)
        && datapath.pairs[i].prefix_length > longest)
      {
        __be32 peer4;
        int is_inside = extract (peer, &datapath.pairs[i], &peer4);

        if (found && !is_inside)
          continue;
        take_pair (addresses, &datapath.pairs[i]);
        addresses->peer4 = is_inside ? peer4 : 0;
        longest = is_inside ? datapath.pairs[i].prefix_length : 0;
        found = 1;
      }
  return found;
}
