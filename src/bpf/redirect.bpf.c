/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connects a translator's namespace to a link that cannot carry an ipvlan or macvlan:
 * packets for the namespace's addresses are redirected into it, packets from them out of
 * the link. Everything else on the link is left to the host.
 *
 * On a link with neighbour discovery the namespace takes part in it as an ipvlan would:
 * its end of the veth pair has the MAC address of the link, so that frames pass
 * unchanged. */
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

/* Multicast of neighbour discovery, and MLD queries (RFC 3810), which have a hop-by-hop
 * option: every node on the link receives them. */
static __always_inline int
is_multicast_control (const struct ipv6hdr *ip)
{
  return ip->daddr.in6_u.u6_addr8[0] == 0xff
         && (ip->nexthdr == IPPROTO_ICMPV6 || ip->nexthdr == IPPROTO_HOPOPTS);
}

/* Tagged frames belong to VLAN interfaces; VLAN 0 is a priority without a VLAN. */
static __always_inline int
is_of_vlan (const struct __sk_buff *skb)
{
  return skb->vlan_present && (skb->vlan_tci & VLAN_ID) != 0;
}

/* Writes the Ethernet header that the namespace's end of the veth expects. */
static __always_inline int
write_ethernet_header (struct __sk_buff *skb)
{
  struct ethhdr ethernet = {.h_proto = bpf_htons (ETH_P_IPV6)};

  for (int i = 0; i < ETH_ALEN; i++)
    ethernet.h_dest[i] = ethernet.h_source[i] = redirect.mac[i];
  return (redirect.has_ethernet || !bpf_skb_change_head (skb, ETH_HLEN, 0))
         && !bpf_skb_store_bytes (skb, 0, &ethernet, sizeof ethernet, 0);
}

/* At the ingress of the link, before the programs of other software, which still get
 * every packet that is not for the namespace. */
SEC ("tc")
int
clat_nm_in (struct __sk_buff *skb)
{
  struct ipv6hdr ip;

  if (!read_ipv6 (skb, redirect.has_ethernet ? ETH_HLEN : 0, &ip) || is_of_vlan (skb))
    return TC_ACT_UNSPEC;
  if (redirect.has_neighbours && is_multicast_control (&ip))
    {
      bpf_clone_redirect (skb, redirect.veth, 0);
      return TC_ACT_UNSPEC;
    }

  if (!is_of_namespace (&ip.daddr))
    return TC_ACT_UNSPEC;
  /* In promiscuous mode the link also receives frames for other hosts. */
  if (redirect.has_neighbours && skb->pkt_type != PACKET_HOST)
    return TC_ACT_UNSPEC;
  if (!redirect.has_neighbours && !write_ethernet_header (skb))
    return TC_ACT_SHOT;
  return bpf_redirect_peer (redirect.veth, 0);
}

/* At the ingress of the host's end of the veth pair.
 *
 * On a link without neighbour discovery, multicast (solicitations and the like) and
 * packets from other addresses have no meaning, and are dropped. The next hop given to
 * bpf_redirect_neigh is a dummy there: the kernel resolves nothing, and writes the link's
 * header, if it has one. */
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
