/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv4 to IPv6 (RFC 7915, 4), for the packets that the fast path handles. */
#pragma once

#include "clat-address.h"
#include "clat-checksum.h"
#include "clat-transport.h"
#include "clat-udp-fragment.h"

static __always_inline int
is_fragment4 (const struct iphdr *ip)
{
  return ip->frag_off & bpf_htons (XLAT_IPV4_MORE_FRAGMENTS | XLAT_IPV4_OFFSET_MASK);
}

static __always_inline enum xlat_reason
read_ipv4 (struct __sk_buff *skb, struct iphdr *ip)
{
  __u32 length;

  if (skb->protocol != bpf_htons (ETH_P_IP)
      || bpf_skb_load_bytes (skb, IP_OFFSET, ip, sizeof *ip))
    return XLAT_REASON_MALFORMED;

  length = bpf_ntohs (ip->tot_len);
  if (ip->version != 4 || ip->ihl < 5 || length < ip->ihl * 4
      || length > skb->len - IP_OFFSET)
    return XLAT_REASON_MALFORMED;
  if (xlat_ipv4_is_multicast_or_broadcast (bpf_ntohl (ip->daddr)))
    return XLAT_REASON_BAD_DESTINATION;
  return XLAT_REASON_NONE;
}

static __always_inline enum xlat_reason
check_ipv4 (const struct iphdr *ip, struct addresses *addresses)
{
  if (!find_addresses6 (ip->saddr, ip->daddr, addresses))
    return XLAT_REASON_BAD_SOURCE;
  if (xlat_ipv4_is_never_translated (bpf_ntohl (ip->daddr))
      || is_refused_private (addresses) || ip->daddr == datapath.own_ipv4
      || is_local4 (ip->daddr))
    return XLAT_REASON_BAD_DESTINATION;
  if (ip->ihl != 5)
    return XLAT_REASON_OPTIONS;
  if (sum_ipv4_header (ip) != 0xffff)
    return XLAT_REASON_MALFORMED;
  if (ip->ttl <= 1)
    return XLAT_REASON_TTL_EXPIRED;
  return XLAT_REASON_NONE;
}

/* RFC 7915, 4: a packet with DF must fit the link, one without DF is fragmented to fit
 * every IPv6 path. clat-xlat answers or fragments the packets that are larger. */
static __always_inline enum xlat_reason
check_size4 (const struct __sk_buff *skb, const struct iphdr *ip,
             const struct transport *transport)
{
  __u32 length = wire_length (skb, sizeof *ip, bpf_ntohs (ip->tot_len), transport->header)
                 + HEADER_GROWTH + (is_fragment4 (ip) ? FRAGMENT_HEADER : 0);
  __u32 limit = xlat_limit_4to6 (ip->frag_off & bpf_htons (XLAT_IPV4_DONT_FRAGMENT),
                                 datapath.mtu6, datapath.lowest_ipv6_mtu);

  return length > limit ? XLAT_REASON_TOO_BIG : XLAT_REASON_NONE;
}

/* The checksum of ICMPv6 covers a length that no fragment has. */
static __always_inline enum xlat_reason
check_fragment4 (const struct __sk_buff *skb, const struct iphdr *ip)
{
  if (skb->gso_size || ip->protocol == IPPROTO_ICMP)
    return XLAT_REASON_FRAGMENT;
  return XLAT_REASON_NONE;
}

static __always_inline enum xlat_reason
check_transport4 (const struct __sk_buff *skb, const struct iphdr *ip,
                  struct transport *transport)
{
  __u32 length = bpf_ntohs (ip->tot_len) - sizeof *ip;

  switch (ip->protocol)
    {
    case IPPROTO_TCP:
      return XLAT_REASON_NONE;
    case IPPROTO_UDP:
      if (is_fragment4 (ip))
        return check_udp_fragment (ip, transport);
      if (transport->udp_check == 0
          && (skb->gso_size || length > SUM_CHUNK * SUM_MAX_CHUNKS
              || bpf_ntohs (transport->udp_length) != length))
        return XLAT_REASON_NO_CHECKSUM;
      return XLAT_REASON_NONE;
    case IPPROTO_ICMP:
      transport->icmp_new_type = xlat_icmp_echo_4to6 (transport->icmp_type);
      return transport->icmp_new_type == XLAT_ICMP_NONE ? XLAT_REASON_ICMP_TYPE
                                                        : XLAT_REASON_NONE;
    default:
      return is_opaque (ip->protocol) && !skb->gso_size ? XLAT_REASON_NONE
                                                        : XLAT_REASON_PROTOCOL;
    }
}

/* XLAT_REASON_TOO_BIG only if the size is all that the fast path cannot handle. */
static __always_inline enum xlat_reason
check_4to6 (struct __sk_buff *skb, const struct iphdr *ip, struct transport *transport,
            struct addresses *addresses)
{
  enum xlat_reason reason = check_ipv4 (ip, addresses);

  if (reason == XLAT_REASON_NONE && is_fragment4 (ip))
    reason = check_fragment4 (skb, ip);
  if (reason == XLAT_REASON_NONE && !(ip->frag_off & bpf_htons (XLAT_IPV4_OFFSET_MASK)))
    reason = read_transport (skb, L4_OF_IPV4, bpf_ntohs (ip->tot_len) - sizeof *ip,
                             ip->protocol, transport);
  if (reason == XLAT_REASON_NONE && !is_fragment4 (ip))
    reason = read_mss (skb, L4_OF_IPV4, bpf_ntohs (ip->tot_len) - sizeof *ip, transport);
  if (reason == XLAT_REASON_NONE)
    reason = check_transport4 (skb, ip, transport);
  if (reason == XLAT_REASON_NONE)
    reason = check_size4 (skb, ip, transport);
  return reason;
}

static __always_inline void
build_ipv6 (struct ipv6hdr *ipv6, const struct iphdr *ip,
            const struct addresses *addresses)
{
  __u8 *octets = (__u8 *)ipv6;

  octets[0] = 0x60 | ip->tos >> 4;
  octets[1] = ip->tos << 4;
  octets[2] = 0;
  octets[3] = 0;
  ipv6->payload_len = bpf_htons (bpf_ntohs (ip->tot_len) - sizeof *ip);
  ipv6->nexthdr = xlat_protocol_4to6 (ip->protocol);
  ipv6->hop_limit = ip->ttl - 1;
  copy_address ((__be32 *)&ipv6->saddr, addresses->local6);
  copy_address ((__be32 *)&ipv6->daddr, addresses->peer6);
}

static __always_inline int
translate_transport4 (struct __sk_buff *skb, const struct iphdr *ip, struct ipv6hdr *ipv6,
                      const struct transport *transport)
{
  __u32 length = bpf_ntohs (ip->tot_len) - sizeof *ip;
  __s64 difference = address_difference (ip->saddr, ip->daddr, ipv6, 1);

  if (ip->frag_off & bpf_htons (XLAT_IPV4_OFFSET_MASK))
    return 0;

  switch (ip->protocol)
    {
    case IPPROTO_TCP:
      return replace_tcp_checksum (skb, L4_OF_IPV6, difference)
             || replace_mss (skb, L4_OF_IPV6, transport->mss, transport->new_mss);
    case IPPROTO_UDP:
      if (transport->udp_check == 0)
        return add_udp_checksum (skb, L4_OF_IPV6, length, ipv6);
      return replace_udp_checksum (skb, L4_OF_IPV6, difference);
    case IPPROTO_ICMP:
      return translate_echo (skb, L4_OF_IPV6, transport->icmp_type,
                             transport->icmp_new_type,
                             sum_icmpv6_pseudo_header (ipv6, length));
    default:
      return 0;
    }
}

/* After the IPv6 header, which is written already (RFC 7915, 4). */
static __always_inline int
insert_fragment_header (struct __sk_buff *skb, const struct iphdr *ip,
                        struct ipv6hdr *ipv6)
{
  __u16 field = bpf_ntohs (ip->frag_off);
  struct fragment_header fragment = {
      .next_header = ipv6->nexthdr,
      .offset = bpf_htons ((field & XLAT_IPV4_OFFSET_MASK) << 3
                           | (field & XLAT_IPV4_MORE_FRAGMENTS ? XLAT_FRAGMENT_MORE : 0)),
      .id = bpf_htonl (bpf_ntohs (ip->id)),
  };

  ipv6->nexthdr = IPPROTO_FRAGMENT;
  ipv6->payload_len = bpf_htons (bpf_ntohs (ipv6->payload_len) + sizeof fragment);
  return bpf_skb_adjust_room (skb, sizeof fragment, BPF_ADJ_ROOM_NET,
                              BPF_F_ADJ_ROOM_NO_CSUM_RESET)
         || bpf_skb_store_bytes (skb, IP_OFFSET, ipv6, sizeof *ipv6, BPF_F_RECOMPUTE_CSUM)
         || bpf_skb_store_bytes (skb, L4_OF_IPV6, &fragment, sizeof fragment,
                                 BPF_F_RECOMPUTE_CSUM);
}

/* Before translate_4to6. If it fails, the packet is as it was, except for its padding:
 * Linux before 5.14 cannot do it for a GSO packet of UDP. */
static __always_inline int
change_to_ipv6 (struct __sk_buff *skb, const struct iphdr *ip)
{
  return cut_padding (skb, IP_OFFSET + bpf_ntohs (ip->tot_len))
         || bpf_skb_change_proto (skb, bpf_htons (ETH_P_IPV6), 0);
}

static __always_inline int
translate_4to6 (struct __sk_buff *skb, const struct iphdr *ip,
                const struct transport *transport, const struct addresses *addresses)
{
  struct ipv6hdr ipv6 = {0};

  build_ipv6 (&ipv6, ip, addresses);
  return bpf_skb_store_bytes (skb, IP_OFFSET, &ipv6, sizeof ipv6, BPF_F_RECOMPUTE_CSUM)
         || translate_transport4 (skb, ip, &ipv6, transport)
         || (is_fragment4 (ip) && insert_fragment_header (skb, ip, &ipv6));
}
