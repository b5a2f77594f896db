/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fast path: translates IPv4 from the host to IPv6 on the link and back (RFC 7915).
 * It handles the bulk of the traffic: TCP, UDP and ICMP echo, protocols whose checksum
 * does not cover addresses, and fragments, except those of ICMP.
 * All other packets go through the tun to clat-xlat, which translates or answers them. If
 * clat-xlat does not run, they are counted under their reason and dropped, never sent
 * untranslated. */
#include "clat-6to4.h"
#include "clat-plat-note.h"
#include "clat-pref64-shared.h"
#include "clat-split.h"
#include "clat-trace-send.h"
#include "flow-map.h"

#define AF_INET6 10

char _license[] SEC ("license") = "GPL";

struct
{
  __uint (type, BPF_MAP_TYPE_ARRAY);
  __uint (max_entries, 1);
  __type (key, __u32);
  __type (value, struct clat_pref64_record);
} pref64_record SEC (".maps");

static __always_inline long
send_by (__u32 interface, const volatile __be32 router[4])
{
  struct bpf_redir_neigh next_hop = {.nh_family = AF_INET6};

  copy_address (next_hop.ipv6_nh, router);
  if (!next_hop.ipv6_nh[0])
    return bpf_redirect_neigh (interface, 0, 0, 0);
  return bpf_redirect_neigh (interface, &next_hop, sizeof next_hop, 0);
}

static __always_inline long
send_to_link (const volatile __be32 router[4])
{
  return send_by (datapath.uplink, router);
}

static __always_inline long
send_to_host (struct __sk_buff *skb)
{
  struct ethhdr ethernet = {.h_proto = bpf_htons (ETH_P_IP)};

  for (int i = 0; i < ETH_ALEN; i++)
    {
      ethernet.h_dest[i] = datapath.host_mac[i];
      ethernet.h_source[i] = datapath.inner_mac[i];
    }
  if (bpf_skb_store_bytes (skb, 0, &ethernet, sizeof ethernet, 0))
    return TC_ACT_SHOT;
  return bpf_redirect_peer (datapath.inner, 0);
}

/* A packet that goes to clat-xlat is counted there. */
static __always_inline long
hand_over (__u32 direction, enum xlat_reason reason)
{
  if (!datapath.slow)
    return count_drop (direction, reason);
  return bpf_redirect (datapath.slow, 0);
}

/* Out of that interface; after change_to_ipv6. */
static __always_inline long
send_translated (struct __sk_buff *skb, const struct iphdr *ip,
                 const struct transport *transport, const struct addresses *addresses,
                 __u32 interface)
{
  __u32 segments = count_segments (skb);

  if (translate_4to6 (skb, ip, transport, addresses))
    return count_drop (CLAT_4TO6, XLAT_REASON_RESOURCES);
  count_packet (CLAT_4TO6, segments, bpf_ntohs (ip->tot_len));
  note_out (extract_new (addresses->peer6));
  return send_by (interface, addresses->next_hop);
}

/* Whether the link's programs know the flow, if they have to: then its replies find the
 * translator. Those of new flows see a packet on its way through the namespace. */
static __always_inline int
is_of_known_flow (const struct iphdr *ip, const struct transport *transport,
                  const struct addresses *addresses)
{
  struct clat_flow flow = {
      .local_port = transport->ports[0],
      .remote_port = transport->ports[1],
      .protocol = xlat_protocol_4to6 (ip->protocol),
  };

  if (!datapath.flows)
    return 1;
  if (is_fragment4 (ip)
      || (ip->protocol == IPPROTO_ICMP
          && transport->icmp_type != XLAT_ICMP4_ECHO_REQUEST))
    return 0;

  if (ip->protocol == IPPROTO_ICMP)
    flow.local_port = ((const __be16 *)&transport->icmp_rest)[0]; /* the identifier */
  copy_address (flow.local, addresses->local6);
  copy_address (flow.remote, addresses->peer6);
  return refresh_flow (&flow);
}

/* Fragments of one packet take one way, so that the first one stays the first. Only in
 * the namespace they can be split. */
static __always_inline int
needs_namespace (const struct iphdr *ip)
{
  return is_fragment4 (ip) && datapath.lowest_ipv6_mtu < datapath.mtu6;
}

/* At the egress of the host's end of the veth: packets that the fast path handles go to
 * the link at once, as from the namespace's uplink, which has the same MAC address. All
 * others go on into the namespace, where clat_4to6 has the same rules. */
static __always_inline int
leave_directly (struct __sk_buff *skb)
{
  struct transport transport = {0};
  struct addresses addresses;
  struct iphdr ip;

  if (read_ipv4 (skb, &ip) != XLAT_REASON_NONE || needs_namespace (&ip)
      || check_4to6 (skb, &ip, &transport, &addresses) != XLAT_REASON_NONE
      || !addresses.next_hop[0] || !is_of_known_flow (&ip, &transport, &addresses)
      || change_to_ipv6 (skb, &ip))
    return TC_ACT_UNSPEC;

  return send_translated (skb, &ip, &transport, &addresses, datapath.direct);
}

SEC ("tc")
int
clat_nm_direct (struct __sk_buff *skb)
{
  trace_begin (skb, CLAT_PROGRAM_DIRECT);
  return trace_end (skb, CLAT_PROGRAM_DIRECT, leave_directly (skb));
}

static __always_inline int
take_from_host (struct __sk_buff *skb)
{
  struct transport transport = {0};
  struct addresses addresses;
  enum xlat_reason reason;
  struct iphdr ip;

  /* Programs send much multicast and broadcast: it is dropped here, not in clat-xlat. */
  reason = read_ipv4 (skb, &ip);
  if (reason != XLAT_REASON_NONE)
    return count_drop (CLAT_4TO6, reason);

  if (datapath.slow_path_only)
    return hand_over (CLAT_4TO6, XLAT_REASON_RESOURCES);
  if (is_rest (skb) && cut_first_part (skb, &ip))
    return count_drop (CLAT_4TO6, XLAT_REASON_RESOURCES);
  reason = check_4to6 (skb, &ip, &transport, &addresses);
  if (reason == XLAT_REASON_TOO_BIG && can_be_split (&ip) && split (skb, &ip))
    reason = XLAT_REASON_NONE;
  if (reason != XLAT_REASON_NONE)
    return hand_over (CLAT_4TO6, reason);
  if (change_to_ipv6 (skb, &ip))
    return hand_over (CLAT_4TO6, XLAT_REASON_RESOURCES);

  return send_translated (skb, &ip, &transport, &addresses, datapath.uplink);
}

SEC ("tc")
int
clat_4to6 (struct __sk_buff *skb)
{
  trace_begin (skb, CLAT_PROGRAM_INNER);
  return trace_end (skb, CLAT_PROGRAM_INNER, take_from_host (skb));
}

/* A packet of ours that the link refuses comes back: clat-xlat answers it. */
static __always_inline int
is_refused (const struct ipv6hdr *ip)
{
  struct addresses addresses;

  return find_addresses4 ((const __be32 *)&ip->saddr, (const __be32 *)&ip->daddr,
                          &addresses)
         && addresses.peer4;
}

static __always_inline int
take_from_link (struct __sk_buff *skb)
{
  struct transport transport = {0};
  struct packet6 packet = {0};
  __u32 segments = count_segments (skb);
  enum xlat_reason reason;

  /* The kernel drops a packet whose version is not that of its frame. clat-xlat would
   * take it for a packet of the host, because it goes by the version only. */
  if (skb->protocol != bpf_htons (ETH_P_IPV6)
      || bpf_skb_load_bytes (skb, IP_OFFSET, &packet.ip, sizeof packet.ip)
      || packet.ip.version != 6)
    return TC_ACT_OK;
  if (!find_addresses4 ((const __be32 *)&packet.ip.daddr,
                        (const __be32 *)&packet.ip.saddr, &packet.addresses))
    return is_refused (&packet.ip) ? hand_over (CLAT_4TO6, XLAT_REASON_SHARED_ADDRESS)
                                   : TC_ACT_OK;
  if (is_neighbour_discovery (skb, &packet.ip))
    return TC_ACT_OK;

  note_received (skb, &packet.ip, extract_new ((const __be32 *)&packet.ip.saddr));
  if (datapath.slow_path_only)
    return hand_over (CLAT_6TO4, XLAT_REASON_RESOURCES);
  reason = check_6to4 (skb, &packet, &transport);
  if (reason != XLAT_REASON_NONE)
    return hand_over (CLAT_6TO4, reason);
  if (change_to_ipv4 (skb, &packet))
    return packet.extra ? count_drop (CLAT_6TO4, XLAT_REASON_RESOURCES)
                        : hand_over (CLAT_6TO4, XLAT_REASON_RESOURCES);

  if (translate_6to4 (skb, &packet, &transport))
    return count_drop (CLAT_6TO4, XLAT_REASON_RESOURCES);
  count_packet (CLAT_6TO4, segments, sizeof packet.ip + packet.extra + packet.length);
  return send_to_host (skb);
}

SEC ("tc")
int
clat_6to4 (struct __sk_buff *skb)
{
  trace_begin (skb, CLAT_PROGRAM_UPLINK);
  return trace_end (skb, CLAT_PROGRAM_UPLINK, take_from_link (skb));
}

/* A source that is not local is that of an ICMP error that the host forwards, which is
 * sent like the packets of new connections. */
static __always_inline long
send_slow_to_link (struct __sk_buff *skb)
{
  struct addresses addresses;
  struct
  {
    __be32 source[4];
    __be32 destination[4];
  } ip;

  if (bpf_skb_load_bytes (skb, IP_OFFSET + __builtin_offsetof(struct ipv6hdr, saddr), &ip,
                          sizeof ip))
    return TC_ACT_SHOT;
  note_sent_by_slow (skb);
  if (find_addresses4 (ip.source, ip.destination, &addresses))
    return send_to_link (addresses.next_hop);
  return send_to_link (datapath.pairs[0].next_hop);
}

/* Packets from clat-xlat come out of its tun without an Ethernet header. */
static __always_inline int
take_from_slow (struct __sk_buff *skb)
{
  __be16 protocol = skb->protocol;

  if (bpf_skb_change_head (skb, sizeof (struct ethhdr), 0))
    return TC_ACT_SHOT;
  if (protocol == bpf_htons (ETH_P_IPV6))
    return send_slow_to_link (skb);
  if (protocol == bpf_htons (ETH_P_IP))
    return send_to_host (skb);
  return TC_ACT_SHOT;
}

SEC ("tc")
int
clat_slow (struct __sk_buff *skb)
{
  trace_begin (skb, CLAT_PROGRAM_SLOW);
  return trace_end (skb, CLAT_PROGRAM_SLOW, take_from_slow (skb));
}
