/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the programs of redirect.bpf.c and shared.bpf.c have in common: which packets of
 * the link may be the namespace's, and how they pass. */
#pragma once

#include <linux/bpf.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "redirect-shared.h"

#define AF_INET6 10
#define VLAN_ID  0xfff

char _license[] SEC ("license") = "GPL";

const volatile struct clat_redirect redirect;

static __always_inline int
is_of_namespace (const struct in6_addr *address)
{
  const __be32 *words = (const __be32 *)address;

  for (__u32 i = 0; i < CLAT_REDIRECT_MAX_ADDRESSES && i < redirect.n_addresses; i++)
    if (redirect.addresses[i][0] == words[0] && redirect.addresses[i][1] == words[1]
        && redirect.addresses[i][2] == words[2] && redirect.addresses[i][3] == words[3])
      return 1;
  return 0;
}

static __always_inline int
read_ipv6 (struct __sk_buff *skb, __u32 offset, struct ipv6hdr *ip)
{
  return skb->protocol == bpf_htons (ETH_P_IPV6)
         && !bpf_skb_load_bytes (skb, offset, ip, sizeof *ip) && ip->version == 6;
}

/* Tagged frames belong to VLAN interfaces; VLAN 0 is a priority without a VLAN. */
static __always_inline int
is_of_vlan (const struct __sk_buff *skb)
{
  return skb->vlan_present && (skb->vlan_tci & VLAN_ID) != 0;
}

/* In promiscuous mode the link also receives frames for other hosts. */
static __always_inline int
is_for_another_host (const struct __sk_buff *skb)
{
  return (redirect.has_neighbours || redirect.uses_next_hop)
         && skb->pkt_type != PACKET_HOST;
}

/* Gives a packet of a link without Ethernet the header that the veth expects. The others
 * have one, whose addresses the namespace does not look at. */
static __always_inline int
add_ethernet_header (struct __sk_buff *skb)
{
  struct ethhdr ethernet = {.h_proto = bpf_htons (ETH_P_IPV6)};

  if (redirect.has_ethernet)
    return 1;
  for (int i = 0; i < ETH_ALEN; i++)
    ethernet.h_dest[i] = ethernet.h_source[i] = redirect.mac[i];
  return !bpf_skb_change_head (skb, ETH_HLEN, 0)
         && !bpf_skb_store_bytes (skb, 0, &ethernet, sizeof ethernet, 0);
}

/* Where the namespace resolves no neighbours, the host does. On a link that has none the
 * next hop is a dummy: the kernel resolves nothing, and writes the link's header, if it
 * has one. */
static __always_inline int
send_to_link (void)
{
  struct bpf_redir_neigh next_hop = {
      .nh_family = AF_INET6,
      .ipv6_nh = {bpf_htonl (0xfe800000), 0, 0, bpf_htonl (1)},
  };

  if (redirect.uses_next_hop)
    for (int i = 0; i < 4; i++)
      next_hop.ipv6_nh[i] = redirect.next_hop[i];
  if (!next_hop.ipv6_nh[0])
    return bpf_redirect_neigh (redirect.parent, 0, 0, 0);
  return bpf_redirect_neigh (redirect.parent, &next_hop, sizeof next_hop, 0);
}
