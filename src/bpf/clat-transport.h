/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of the transport header that the fast path looks at. */
#pragma once

#include "clat-common.h"

/* Decides, with the IP header, whether the fast path can translate a packet. */
struct transport
{
  __be16 ports[2]; /* of TCP and UDP: source and destination */
  __u8 icmp_type;
  int icmp_new_type; /* of an echo message in the other family */
  __u32 icmp_rest;   /* identifier and sequence number */
  __u8 header;       /* bytes: of TCP and UDP */
  __u8 tcp_flags;
  __be16 mss;        /* of a SYN that has the option */
  __be16 new_mss;    /* the same if it is low enough */
  __be16 udp_length; /* of the UDP header */
  __be16 udp_check;
};

static __always_inline enum xlat_reason
read_transport (struct __sk_buff *skb, __u32 offset, __u32 length, __u8 protocol,
                struct transport *transport)
{
  union
  {
    struct udphdr udp;
    struct icmp6hdr icmp;
    __u8 tcp[sizeof (struct tcphdr)];
  } header;

  switch (protocol)
    {
    case IPPROTO_TCP:
      if (length < sizeof header.tcp
          || bpf_skb_load_bytes (skb, offset, &header, sizeof header.tcp))
        return XLAT_REASON_MALFORMED;
      transport->ports[0] = header.udp.source;
      transport->ports[1] = header.udp.dest;
      transport->header = (header.tcp[12] >> 4) * 4;
      transport->tcp_flags = header.tcp[XLAT_TCP_FLAGS];
      return XLAT_REASON_NONE;
    case IPPROTO_UDP:
      if (length < sizeof header.udp
          || bpf_skb_load_bytes (skb, offset, &header, sizeof header.udp))
        return XLAT_REASON_MALFORMED;
      transport->ports[0] = header.udp.source;
      transport->ports[1] = header.udp.dest;
      transport->header = sizeof header.udp;
      transport->udp_length = header.udp.len;
      transport->udp_check = header.udp.check;
      return XLAT_REASON_NONE;
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
      if (length < sizeof header.icmp
          || bpf_skb_load_bytes (skb, offset, &header, sizeof header.icmp))
        return XLAT_REASON_MALFORMED;
      transport->icmp_type = header.icmp.icmp6_type;
      transport->icmp_rest = header.icmp.icmp6_dataun.un_data32[0];
      return XLAT_REASON_NONE;
    default:
      return XLAT_REASON_NONE;
    }
}

/* The MSS of a SYN is the first option of common hosts. clat-xlat looks for it behind
 * others. */
static __always_inline enum xlat_reason
read_mss (struct __sk_buff *skb, __u32 offset, __u32 length, struct transport *transport)
{
  struct
  {
    __u8 kind;
    __u8 length;
    __be16 value;
  } option;
  __u32 max = xlat_max_mss (datapath.mtu6);

  if (!(transport->tcp_flags & XLAT_TCP_SYN) || skb->gso_size
      || transport->header <= sizeof (struct tcphdr) || transport->header > length)
    return XLAT_REASON_NONE;
  if (bpf_skb_load_bytes (skb, offset + sizeof (struct tcphdr), &option, sizeof option))
    return XLAT_REASON_MALFORMED;
  if (option.kind != XLAT_TCP_MSS || option.length != XLAT_TCP_MSS_LENGTH)
    return XLAT_REASON_OPTIONS;

  transport->mss = option.value;
  transport->new_mss = bpf_ntohs (option.value) > max ? bpf_htons (max) : option.value;
  return XLAT_REASON_NONE;
}

/* Protocols that pass unchanged: no checksum of theirs covers addresses, and their number
 * means the same in both families. */
static __always_inline int
is_opaque (__u8 protocol)
{
  switch (protocol)
    {
    case IPPROTO_ICMP:
    case IPPROTO_IGMP:
    case IPPROTO_ICMPV6:
    case IPPROTO_NONE:
      return 0;
    default:
      return xlat_checksum_offset (protocol) < 0
             && !xlat_protocol_is_extension_header (protocol);
    }
}
