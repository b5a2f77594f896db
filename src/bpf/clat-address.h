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

/* The loops over pairs are unrolled. n_pairs is a constant when the program is loaded, so
 * that the verifier removes the iterations beyond it. */
static __always_inline void
take_pair (struct clat_pair *pair, __u32 i)
{
  pair->ipv4 = datapath.pairs[i].ipv4;
  copy_address (pair->ipv6, datapath.pairs[i].ipv6);
  copy_address (pair->next_hop, datapath.pairs[i].next_hop);
}

static __always_inline int
find_pair_of_ipv4 (__be32 ipv4, struct clat_pair *pair)
{
#pragma unroll
  for (__u32 i = 0; i < CLAT_MAX_PAIRS; i++)
    if (i < datapath.n_pairs && ipv4 == datapath.pairs[i].ipv4)
      {
        take_pair (pair, i);
        return 1;
      }
  return 0;
}

static __always_inline int
find_pair_of_ipv6 (const __be32 ipv6[4], struct clat_pair *pair)
{
#pragma unroll
  for (__u32 i = 0; i < CLAT_MAX_PAIRS; i++)
    if (i < datapath.n_pairs && ipv6[0] == datapath.pairs[i].ipv6[0]
        && ipv6[1] == datapath.pairs[i].ipv6[1] && ipv6[2] == datapath.pairs[i].ipv6[2]
        && ipv6[3] == datapath.pairs[i].ipv6[3])
      {
        take_pair (pair, i);
        return 1;
      }
  return 0;
}

static __always_inline int
is_refused_private (__be32 ipv4)
{
  int is_well_known = datapath.prefix_length == 96
                      && datapath.prefix[0] == bpf_htonl (0x0064ff9b)
                      && !datapath.prefix[1] && !datapath.prefix[2];

  return xlat_ipv4_is_refused_private (bpf_ntohl (ipv4), datapath.private_destinations,
                                       is_well_known);
}

/* RFC 6052, 2.2. For the lengths in which the IPv4 address does not begin at a word:
 *
 *   /40  word 1: P a b c   word 2: 0 d . .
 *   /48  word 1: P P a b   word 2: 0 c d .
 *   /56  word 1: P P P a   word 2: 0 b c d
 *   /64  word 1: P P P P   word 2: 0 a b c   word 3: d . . .
 */
static __always_inline void
embed (__be32 ipv6[4], __be32 ipv4)
{
  __u32 address = bpf_ntohl (ipv4);

  copy_address (ipv6, datapath.prefix);
  switch (datapath.prefix_length)
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

/* Zero if the address is not inside the prefix; 0.0.0.0 is never translated. The suffix
 * and bits 64 to 71 are ignored (RFC 6052, 2.2 and 2.3). */
static __always_inline __be32
extract (const __be32 ipv6[4])
{
  __u32 one = bpf_ntohl (ipv6[1]), two = bpf_ntohl (ipv6[2]), three = bpf_ntohl (ipv6[3]);
  __be32 differs = ipv6[0] ^ datapath.prefix[0];
  __be32 differs1 = ipv6[1] ^ datapath.prefix[1];
  __u32 address;

  switch (datapath.prefix_length)
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
      differs |= differs1 | (ipv6[2] ^ datapath.prefix[2]);
      address = three;
      break;
    }
  return differs ? 0 : bpf_htonl (address);
}
