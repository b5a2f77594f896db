/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between a link that takes no child and a translator's namespace: what comes for the
 * addresses of the namespace goes there, what they send goes out. Everything else on the
 * link is left to whom it belongs.
 *
 * Where the link has neighbours, the namespace talks to them as a child would: its end of
 * the pair has the MAC address of the link, so that frames pass as they are. */
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

/* What is said to all on the link: neighbour discovery, and the questions of who listens
 * to which group (RFC 3810), which come with an option before them. */
static __always_inline int
is_said_to_all (const struct ipv6hdr *ip)
{
  return ip->daddr.in6_u.u6_addr8[0] == 0xff
         && (ip->nexthdr == IPPROTO_ICMPV6 || ip->nexthdr == IPPROTO_HOPOPTS);
}

/* Tagged frames belong to other interfaces; VLAN 0 is a priority and no VLAN. */
static __always_inline int
is_of_vlan (const struct __sk_buff *skb)
{
  return skb->vlan_present && (skb->vlan_tci & VLAN_ID) != 0;
}

/* Puts in front what the namespace's end expects. */
static __always_inline int
dress (struct __sk_buff *skb)
{
  struct ethhdr ethernet = {.h_proto = bpf_htons (ETH_P_IPV6)};

  for (int i = 0; i < ETH_ALEN; i++)
    ethernet.h_dest[i] = ethernet.h_source[i] = redirect.mac[i];
  return (redirect.has_ethernet || !bpf_skb_change_head (skb, ETH_HLEN, 0))
         && !bpf_skb_store_bytes (skb, 0, &ethernet, sizeof ethernet, 0);
}

/* At the ingress of the link. Programs of others come after this one: that it leaves them
 * what is not ours is all that they see of it. */
SEC ("tc")
int
clat_nm_in (struct __sk_buff *skb)
{
  struct ipv6hdr ip;

  if (!read_ipv6 (skb, redirect.has_ethernet ? ETH_HLEN : 0, &ip) || is_of_vlan (skb))
    return TC_ACT_UNSPEC;
  if (redirect.has_neighbours && is_said_to_all (&ip))
    {
      bpf_clone_redirect (skb, redirect.veth, 0);
      return TC_ACT_UNSPEC;
    }

  if (!is_of_namespace (&ip.daddr))
    return TC_ACT_UNSPEC;
  /* What others are sent is seen too while somebody listens to the whole link. */
  if (redirect.has_neighbours && skb->pkt_type != PACKET_HOST)
    return TC_ACT_UNSPEC;
  if (!redirect.has_neighbours && !dress (skb))
    return TC_ACT_SHOT;
  return bpf_redirect_peer (redirect.veth, 0);
}

/* At the ingress of the host's end of the veth pair.
 *
 * Where the link has no neighbours, solicitations and the like, from other addresses or
 * to all, have no meaning on it. It has no address resolution either: whatever neighbour
 * is named, the kernel puts the header of the link's kind before the packet, none if it
 * has none. */
SEC ("tc")
int
clat_nm_out (struct __sk_buff *skb)
{
  struct bpf_redir_neigh neighbour = {
      .nh_family = AF_INET6,
      .ipv6_nh = {bpf_htonl (0xfe800000), 0, 0, bpf_htonl (1)},
  };
  struct ipv6hdr ip;

  if (!read_ipv6 (skb, ETH_HLEN, &ip))
    return TC_ACT_SHOT;
  if (redirect.has_neighbours)
    return bpf_redirect (redirect.parent, 0);
  if (!is_of_namespace (&ip.saddr) || ip.daddr.in6_u.u6_addr8[0] == 0xff)
    return TC_ACT_SHOT;
  return bpf_redirect_neigh (redirect.parent, &neighbour, sizeof neighbour, 0);
}
