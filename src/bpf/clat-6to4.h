/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv6 to IPv4 (RFC 7915, 5), for the packets that the fast path handles. */
#pragma once

#include "clat-address.h"
#include "clat-checksum.h"
#include "clat-transport.h"

/* An IPv6 packet, with a fragment header or without. */
struct packet6
{
  struct ipv6hdr ip;
  struct fragment_header fragment;
  __u32 extra;  /* bytes of the fragment header */
  __u32 length; /* of the payload after it */
  __u8 protocol;
  struct addresses addresses;
};

/* Whether the source is an address of this host, which may also be inside a short NAT64
 * prefix. */
static __always_inline int
has_own_source (const struct packet6 *packet)
{
  return is_local4 (packet->addresses.peer4)
         || is_local6 ((const __be32 *)&packet->ip.saddr);
}

static __always_inline int
is_neighbour_discovery (struct __sk_buff *skb, const struct ipv6hdr *ipv6)
{
  __u8 type;

  return ipv6->nexthdr == IPPROTO_ICMPV6
         && !bpf_skb_load_bytes (skb, L4_OF_IPV6, &type, sizeof type)
         && xlat_icmp6_is_neighbour_discovery (type);
}

static __always_inline enum xlat_reason
read_fragment (struct __sk_buff *skb, struct packet6 *packet)
{
  if (packet->ip.nexthdr != IPPROTO_FRAGMENT)
    return XLAT_REASON_NONE;

  if (packet->length < FRAGMENT_HEADER || skb->gso_size
      || bpf_skb_load_bytes (skb, L4_OF_IPV6, &packet->fragment, FRAGMENT_HEADER))
    return XLAT_REASON_MALFORMED;

  packet->extra = FRAGMENT_HEADER;
  packet->length -= FRAGMENT_HEADER;
  packet->protocol = packet->fragment.next_header;
  /* The checksum of ICMPv6 covers a length that no fragment has. */
  return packet->protocol == IPPROTO_ICMPV6 ? XLAT_REASON_FRAGMENT : XLAT_REASON_NONE;
}

static __always_inline int
is_later_fragment6 (const struct packet6 *packet)
{
  return packet->extra && packet->fragment.offset & bpf_htons (XLAT_FRAGMENT_OFFSET_MASK);
}

/* An atomic fragment (RFC 6946) is a whole packet. */
static __always_inline int
is_fragment6 (const struct packet6 *packet)
{
  return packet->fragment.offset
         & bpf_htons (XLAT_FRAGMENT_OFFSET_MASK | XLAT_FRAGMENT_MORE);
}

/* RFC 7915, 5: clat-xlat fragments or answers packets that are too big for the veth. */
static __always_inline enum xlat_reason
check_size6 (const struct __sk_buff *skb, const struct packet6 *packet,
             const struct transport *transport)
{
  __u32 length = wire_length (skb, sizeof (struct iphdr),
                              packet->length + sizeof (struct iphdr), transport->header);

  return length > datapath.mtu4 ? XLAT_REASON_TOO_BIG : XLAT_REASON_NONE;
}

static __always_inline enum xlat_reason
check_transport6 (const struct __sk_buff *skb, const struct packet6 *packet,
                  struct transport *transport)
{
  int type;

  switch (packet->protocol)
    {
    case IPPROTO_TCP:
      return XLAT_REASON_NONE;
    case IPPROTO_UDP:
      return transport->udp_check == 0 && !is_later_fragment6 (packet)
                 ? XLAT_REASON_NO_CHECKSUM
                 : XLAT_REASON_NONE;
    case IPPROTO_ICMPV6:
      type = xlat_icmp_echo_6to4 (transport->icmp_type);
      transport->icmp_new_type = type;
      /* A reply that may be all zeroes as ICMPv4: then the sign of the zero that is its
       * checksum matters, and a difference does not show it. */
      return type > XLAT_ICMP4_ECHO_REPLY
                     || (type == XLAT_ICMP4_ECHO_REPLY && transport->icmp_rest)
                 ? XLAT_REASON_NONE
                 : XLAT_REASON_ICMP_TYPE;
    default:
      return is_opaque (packet->protocol) && !skb->gso_size ? XLAT_REASON_NONE
                                                            : XLAT_REASON_PROTOCOL;
    }
}

static __always_inline enum xlat_reason
check_6to4 (struct __sk_buff *skb, struct packet6 *packet, struct transport *transport)
{
  enum xlat_reason reason;

  packet->protocol = packet->ip.nexthdr;
  packet->length = bpf_ntohs (packet->ip.payload_len);
  if (packet->length > skb->len - L4_OF_IPV6
      || packet->length > 0xffff - sizeof (struct iphdr))
    return XLAT_REASON_MALFORMED;

  /* 0, which an address outside the prefix gives, is one of these. */
  if (xlat_ipv4_is_never_translated (bpf_ntohl (packet->addresses.peer4))
      || is_refused_private (&packet->addresses) || has_own_source (packet))
    return XLAT_REASON_BAD_SOURCE;
  if (packet->ip.hop_limit <= 1)
    return XLAT_REASON_TTL_EXPIRED;

  reason = read_fragment (skb, packet);
  if (reason == XLAT_REASON_NONE && !is_later_fragment6 (packet))
    reason = read_transport (skb, L4_OF_IPV6 + packet->extra, packet->length,
                             packet->protocol, transport);
  if (reason == XLAT_REASON_NONE && !is_fragment6 (packet))
    reason = read_mss (skb, L4_OF_IPV6 + packet->extra, packet->length, transport);
  if (reason == XLAT_REASON_NONE)
    reason = check_size6 (skb, packet, transport);
  if (reason == XLAT_REASON_NONE)
    reason = check_transport6 (skb, packet, transport);
  return reason;
}

static __always_inline void
build_ipv4 (struct iphdr *ip, const struct __sk_buff *skb, const struct packet6 *packet,
            const struct transport *transport)
{
  const __u8 *octets = (const __u8 *)&packet->ip;
  __u32 length = packet->length + sizeof *ip;
  __u16 offset = bpf_ntohs (packet->fragment.offset);

  ip->version = 4;
  ip->ihl = 5;
  ip->tos = octets[0] << 4 | octets[1] >> 4;
  ip->tot_len = bpf_htons (length);
  if (packet->extra)
    {
      ip->id = ((const __be16 *)&packet->fragment.id)[1]; /* the low 16 bits */
      ip->frag_off = bpf_htons (
          offset >> 3 | (offset & XLAT_FRAGMENT_MORE ? XLAT_IPV4_MORE_FRAGMENTS : 0));
    }
  else if (wire_length (skb, sizeof *ip, length, transport->header)
           > XLAT_MAX_FRAGMENTABLE)
    ip->frag_off = bpf_htons (XLAT_IPV4_DONT_FRAGMENT);
  else
    ip->id = bpf_get_prandom_u32 ();
  ip->ttl = packet->ip.hop_limit - 1;
  ip->protocol = xlat_protocol_6to4 (packet->protocol);
  ip->saddr = packet->addresses.peer4;
  ip->daddr = packet->addresses.local4;
  ip->check = ~sum_ipv4_header (ip);
}

static __always_inline int
translate_transport6 (struct __sk_buff *skb, struct packet6 *packet,
                      const struct iphdr *ip, const struct transport *transport)
{
  __s64 difference = address_difference (ip->saddr, ip->daddr, &packet->ip, 0);
  __s64 pseudo_header;

  if (is_later_fragment6 (packet))
    return 0;

  switch (packet->protocol)
    {
    case IPPROTO_TCP:
      return replace_tcp_checksum (skb, L4_OF_IPV4, difference)
             || replace_mss (skb, L4_OF_IPV4, transport->mss, transport->new_mss);
    case IPPROTO_UDP:
      return replace_udp_checksum (skb, L4_OF_IPV4, difference);
    case IPPROTO_ICMPV6:
      pseudo_header = sum_icmpv6_pseudo_header (&packet->ip, packet->length);
      return translate_echo (skb, L4_OF_IPV4, transport->icmp_type,
                             transport->icmp_new_type,
                             /* subtracted: its complement is added */
                             (__u32)(__u16)~fold (pseudo_header));
    default:
      return 0;
    }
}

static __always_inline int
remove_fragment_header (struct __sk_buff *skb)
{
  return bpf_skb_adjust_room (skb, -(__s32)FRAGMENT_HEADER, BPF_ADJ_ROOM_NET,
                              BPF_F_ADJ_ROOM_NO_CSUM_RESET);
}

/* As change_to_ipv6; without a fragment header the packet is as it was. */
static __always_inline int
change_to_ipv4 (struct __sk_buff *skb, const struct packet6 *packet)
{
  return cut_padding (skb, L4_OF_IPV6 + packet->extra + packet->length)
         || (packet->extra && remove_fragment_header (skb))
         || bpf_skb_change_proto (skb, bpf_htons (ETH_P_IP), 0);
}

static __always_inline int
translate_6to4 (struct __sk_buff *skb, struct packet6 *packet,
                const struct transport *transport)
{
  struct iphdr ip = {0};

  build_ipv4 (&ip, skb, packet, transport);
  return bpf_skb_store_bytes (skb, IP_OFFSET, &ip, sizeof ip, BPF_F_RECOMPUTE_CSUM)
         || translate_transport6 (skb, packet, &ip, transport);
}
