/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connects a translator's namespace to a link on which it has no address of its own: it
 * uses the host's. Its packets to the NAT64 leave, and are remembered by their numbers;
 * packets from the NAT64 with these numbers come into the namespace. Everything else on
 * the link is left to the host, whose own connections to the same NAT64 (DNS64) go on
 * beside the translator's.
 *
 * What has no numbers (protocols other than TCP, UDP and echo) cannot be told apart, and
 * is refused. */
#include "shared-flow.h"

#define ICMPV6_HEADER 8

/* A packet up to its transport header. */
struct packet
{
  struct ipv6hdr ip;
  struct fragment_header fragment;
  int is_fragment;
  __u32 transport; /* offset */
  __u8 protocol;
};

static __always_inline int
is_of_nat64 (const struct in6_addr *address)
{
  const __be32 *words = (const __be32 *)address;

  for (__u32 i = 0; i < CLAT_REDIRECT_MAX_PREFIXES && i < redirect.n_prefixes; i++)
    {
      __be32 differs = 0;

      for (int j = 0; j < 4; j++)
        differs |=
            (words[j] & redirect.prefixes[i].mask[j]) ^ redirect.prefixes[i].address[j];
      if (!differs)
        return 1;
    }
  return 0;
}

static __always_inline int
parse (struct __sk_buff *skb, __u32 offset, struct packet *packet)
{
  packet->transport = offset + sizeof packet->ip;
  packet->protocol = packet->ip.nexthdr;
  packet->is_fragment = packet->protocol == IPPROTO_FRAGMENT;
  if (!packet->is_fragment)
    return 1;

  if (bpf_skb_load_bytes (skb, packet->transport, &packet->fragment,
                          sizeof packet->fragment))
    return 0;
  packet->transport += sizeof packet->fragment;
  packet->protocol = packet->fragment.next_header;
  return 1;
}

static __always_inline int
is_later_fragment (const struct packet *packet)
{
  return packet->is_fragment
         && packet->fragment.offset & bpf_htons (XLAT_FRAGMENT_OFFSET_MASK);
}

static __always_inline void
copy (__be32 to[4], const struct in6_addr *from)
{
  for (int i = 0; i < 4; i++)
    to[i] = from->in6_u.u6_addr32[i];
}

/* Reads the flow of a packet that the translator sent, or received. 0 if it has none. */
static __always_inline int
read_flow (struct __sk_buff *skb, const struct packet *packet, int is_sent,
           struct clat_flow *flow)
{
  struct
  {
    __u8 type;
    __u8 code;
    __be16 checksum;
    __be16 id;
  } echo;
  __be16 ports[2];

  copy (is_sent ? flow->local : flow->remote, &packet->ip.saddr);
  copy (is_sent ? flow->remote : flow->local, &packet->ip.daddr);
  flow->protocol = packet->protocol;
  switch (packet->protocol)
    {
    case IPPROTO_TCP:
    case IPPROTO_UDP:
      if (bpf_skb_load_bytes (skb, packet->transport, ports, sizeof ports))
        return 0;
      flow->local_port = ports[is_sent ? 0 : 1];
      flow->remote_port = ports[is_sent ? 1 : 0];
      return 1;
    case IPPROTO_ICMPV6:
      if (bpf_skb_load_bytes (skb, packet->transport, &echo, sizeof echo)
          || echo.type != (is_sent ? XLAT_ICMP6_ECHO_REQUEST : XLAT_ICMP6_ECHO_REPLY))
        return 0;
      flow->local_port = echo.id;
      return 1;
    default:
      return 0;
    }
}

static __always_inline int
is_icmp_error (struct __sk_buff *skb, const struct packet *packet)
{
  __u8 type;

  return packet->protocol == IPPROTO_ICMPV6 && !packet->is_fragment
         && !bpf_skb_load_bytes (skb, packet->transport, &type, sizeof type)
         && xlat_icmp6_is_error (type);
}

/* An error is for the translator if the packet in it is the translator's, whichever
 * router on the path sends it. */
static __always_inline int
is_error_for_translator (struct __sk_buff *skb, const struct packet *error)
{
  __u32 offset = error->transport + ICMPV6_HEADER;
  struct packet packet = {0};
  struct clat_flow flow = {0};

  return !bpf_skb_load_bytes (skb, offset, &packet.ip, sizeof packet.ip)
         && packet.ip.version == 6 && is_of_namespace (&packet.ip.saddr)
         && is_of_nat64 (&packet.ip.daddr) && parse (skb, offset, &packet)
         && !is_later_fragment (&packet) && read_flow (skb, &packet, 1, &flow)
         && is_flow_of_translator (skb, &flow);
}

/* Only the first fragment of a packet has the numbers of its flow. One that arrives
 * before it is left to the host. */
static __always_inline int
is_fragment_for_translator (struct __sk_buff *skb, const struct packet *packet)
{
  struct clat_fragments fragments = {.id = packet->fragment.id};
  struct clat_flow flow = {0};
  __u64 now = bpf_ktime_get_boot_ns ();
  __u64 *seen;

  copy (fragments.local, &packet->ip.daddr);
  copy (fragments.remote, &packet->ip.saddr);
  if (is_later_fragment (packet))
    {
      seen = bpf_map_lookup_elem (&clat_fragments, &fragments);
      if (!seen)
        count_drop (CLAT_6TO4, XLAT_REASON_FRAGMENT);
      return seen && is_alive (*seen, IPPROTO_FRAGMENT, now);
    }

  if (read_flow (skb, packet, 0, &flow) && is_flow_of_translator (skb, &flow))
    return !bpf_map_update_elem (&clat_fragments, &fragments, &now, 0);
  bpf_map_delete_elem (&clat_fragments, &fragments);
  return 0;
}

static __always_inline int
is_for_translator (struct __sk_buff *skb, const struct packet *packet)
{
  struct clat_flow flow = {0};

  if (is_icmp_error (skb, packet))
    return is_error_for_translator (skb, packet);
  if (!is_of_nat64 (&packet->ip.saddr))
    return 0;
  if (packet->is_fragment)
    return is_fragment_for_translator (skb, packet);
  return read_flow (skb, packet, 0, &flow) && is_flow_of_translator (skb, &flow);
}

/* At the ingress of the link, before the programs of other software, which still get
 * every packet that is not for the translator. */
SEC ("tc")
int
clat_nm_in (struct __sk_buff *skb)
{
  __u32 offset = redirect.has_ethernet ? ETH_HLEN : 0;
  struct packet packet = {0};

  if (!read_ipv6 (skb, offset, &packet.ip) || is_of_vlan (skb)
      || !is_of_namespace (&packet.ip.daddr) || is_for_another_host (skb)
      || !parse (skb, offset, &packet) || !is_for_translator (skb, &packet))
    return TC_ACT_UNSPEC;
  if (!add_ethernet_header (skb))
    return TC_ACT_SHOT;
  return bpf_redirect_peer (redirect.veth, 0);
}

/* Whether the packet may leave. Its flow is remembered, so that the packets of the other
 * direction are recognised. */
static __always_inline int
may_leave (struct __sk_buff *skb, const struct packet *packet)
{
  struct clat_flow flow = {0};

  if (is_later_fragment (packet) || is_icmp_error (skb, packet))
    return 1;
  return read_flow (skb, packet, 1, &flow)
         && (refresh_flow (&flow) || begin_flow (skb, &flow));
}

/* At the ingress of the host's end of the veth pair. A refused packet goes back into the
 * namespace, where clat-xlat answers it with an ICMP error. */
SEC ("tc")
int
clat_nm_out (struct __sk_buff *skb)
{
  struct packet packet = {0};

  if (!read_ipv6 (skb, ETH_HLEN, &packet.ip) || !is_of_namespace (&packet.ip.saddr)
      || !is_of_nat64 (&packet.ip.daddr) || !parse (skb, ETH_HLEN, &packet))
    return TC_ACT_SHOT;
  if (!may_leave (skb, &packet))
    return bpf_redirect (redirect.veth, 0);
  return send_to_link ();
}
