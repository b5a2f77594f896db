/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connects a translator's namespace to a link that cannot carry an ipvlan or macvlan:
 * packets for the namespace's addresses are redirected into it, packets from them out of
 * the link. Everything else on the link is left to the host.
 *
 * On a link with neighbour discovery the namespace takes part in it as an ipvlan would:
 * its end of the veth pair has the MAC address of the link, so that frames pass
 * unchanged. */
#include "redirect-common.h"

/* Multicast of neighbour discovery, and MLD queries (RFC 3810), which have a hop-by-hop
 * option: every node on the link receives them. */
static __always_inline int
is_multicast_control (const struct ipv6hdr *ip)
{
  return ip->daddr.in6_u.u6_addr8[0] == 0xff
         && (ip->nexthdr == IPPROTO_ICMPV6 || ip->nexthdr == IPPROTO_HOPOPTS);
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
  if (is_for_another_host (skb))
    return TC_ACT_UNSPEC;
  if (!redirect.has_neighbours && !add_ethernet_header (skb))
    return TC_ACT_SHOT;
  return bpf_redirect_peer (redirect.veth, 0);
}

/* At the ingress of the host's end of the veth pair.
 *
 * If the namespace takes no part in neighbour discovery, multicast (solicitations and the
 * like) and packets from other addresses have no meaning, and are dropped. */
SEC ("tc")
int
clat_nm_out (struct __sk_buff *skb)
{
  struct ipv6hdr ip;

  if (!read_ipv6 (skb, ETH_HLEN, &ip))
    return TC_ACT_SHOT;
  if (redirect.has_neighbours)
    return bpf_redirect (redirect.parent, 0);
  if (!is_of_namespace (&ip.saddr) || ip.daddr.in6_u.u6_addr8[0] == 0xff)
    return TC_ACT_SHOT;
  return send_to_link ();
}
