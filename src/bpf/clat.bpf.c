/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fast path: IPv4 from the host becomes IPv6 on the link and back (RFC 7915). It
 * takes TCP, UDP and echo; what it does not take is counted under its reason and dropped,
 * never sent as it is. */
#include <linux/bpf.h>

#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "clat-shared.h"

#define AF_INET6 10

#define IP_OFFSET     sizeof (struct ethhdr)
#define L4_OF_IPV4    (IP_OFFSET + sizeof (struct iphdr))
#define L4_OF_IPV6    (IP_OFFSET + sizeof (struct ipv6hdr))
#define HEADER_GROWTH (sizeof (struct ipv6hdr) - sizeof (struct iphdr))

#define IPV4_MF_AND_OFFSET bpf_htons (0x3fff)
#define IPV4_DF            bpf_htons (0x4000)

/* RFC 7915, 5.1: an IPv4 packet of at most this size may be fragmented on its way. */
#define DF_CLEAR_LIMIT 1260

/* A UDP datagram without checksum gets one if it is not longer: two Ethernet frames. */
#define SUM_CHUNK      64
#define SUM_MAX_CHUNKS 48

/* RFC 792; linux/icmp.h would bring in the C library. Both families have type, code and
 * checksum at the same places, as struct icmp6hdr shows them. */
#define ICMPV4_ECHO_REPLY        0
#define ICMPV4_UNREACHABLE       3
#define ICMPV4_ECHO_REQUEST      8
#define ICMPV4_TIME_EXCEEDED     11
#define ICMPV4_PARAMETER_PROBLEM 12

/* The type codes of neighbour discovery, RFC 4861: they are for the kernel. */
#define ND_FIRST 133
#define ND_LAST  137

char _license[] SEC ("license") = "GPL";

const volatile struct clat_datapath datapath;

struct
{
  __uint (type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint (max_entries, CLAT_N_DIRECTIONS);
  __type (key, __u32);
  __type (value, struct clat_counters);
} counters SEC (".maps");

union address
{
  __be32 words[4];
  __u8 octets[16];
};

static __always_inline int
count_drop (__u32 direction, enum xlat_reason reason)
{
  struct clat_counters *counter = bpf_map_lookup_elem (&counters, &direction);

  if (counter && reason < XLAT_N_REASONS)
    counter->drops[reason]++;
  return TC_ACT_SHOT;
}

static __always_inline void
count_packet (__u32 direction, __u32 packets, __u32 bytes)
{
  struct clat_counters *counter = bpf_map_lookup_elem (&counters, &direction);

  if (counter)
    {
      counter->packets += packets;
      counter->bytes += bytes;
    }
}

static __always_inline __u32
count_segments (const struct __sk_buff *skb)
{
  return skb->gso_segs ? skb->gso_segs : 1;
}

static __always_inline __u16
fold (__u32 sum)
{
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

static __always_inline void
copy_address (__be32 to[4], const volatile __be32 from[4])
{
  for (int i = 0; i < 4; i++)
    to[i] = from[i];
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

/* Zero if the address is not inside the prefix, which 0.0.0.0 is never used for. The
 * suffix and bits 64 to 71 are not looked at (RFC 6052, 2.2 and 2.3). */
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

/* RFC 1812, 5.3.7 and RFC 7915, 1.2: "this" network, loopback, link-local, multicast,
 * class E and broadcast never cross a translator. */
static __always_inline int
is_translatable (__be32 ipv4)
{
  __u32 address = bpf_ntohl (ipv4);

  return address >> 24 != 0 && address >> 24 != 127 && address >> 16 != 0xa9fe
         && address >> 29 != 7;
}

/* The difference that the change of addresses makes to a sum over the pseudo-header. Its
 * other parts, length and protocol, are the same numbers in both families. */
static __always_inline __s64
address_difference (__be32 ipv4_source, __be32 ipv4_destination, struct ipv6hdr *ipv6,
                    int is_4to6)
{
  __be32 ipv4[2] = {ipv4_source, ipv4_destination};

  return is_4to6 ? bpf_csum_diff (ipv4, sizeof ipv4, (__be32 *)&ipv6->saddr, 32, 0)
                 : bpf_csum_diff ((__be32 *)&ipv6->saddr, 32, ipv4, sizeof ipv4, 0);
}

/* The part of the ICMPv6 pseudo-header that no ICMPv4 checksum has (RFC 4443, 2.3). */
static __always_inline __s64
sum_icmpv6_pseudo_header (struct ipv6hdr *ipv6, __u32 length)
{
  __be32 rest[2] = {bpf_htonl (length), bpf_htonl (IPPROTO_ICMPV6)};
  __s64 sum = bpf_csum_diff (0, 0, (__be32 *)&ipv6->saddr, 32, 0);

  return bpf_csum_diff (0, 0, rest, sizeof rest, sum);
}

/* UDP over IPv6 needs a checksum (RFC 7915, 4.5): sums the datagram at offset into the
 * field, which is zero before. */
static __always_inline int
add_udp_checksum (struct __sk_buff *skb, __u32 offset, __u32 length, struct ipv6hdr *ipv6)
{
  __be32 rest[2] = {bpf_htonl (length), bpf_htonl (IPPROTO_UDP)};
  __s64 sum = bpf_csum_diff (0, 0, (__be32 *)&ipv6->saddr, 32, 0);
  __be32 chunk[SUM_CHUNK / sizeof (__be32)];
  __u64 rest_size;
  __be16 check;

  sum = bpf_csum_diff (0, 0, rest, sizeof rest, sum);
  for (int i = 0; i < SUM_MAX_CHUNKS && length >= SUM_CHUNK; i++)
    {
      if (bpf_skb_load_bytes (skb, offset, chunk, SUM_CHUNK))
        return -1;
      sum = bpf_csum_diff (0, 0, chunk, sizeof chunk, sum);
      offset += SUM_CHUNK;
      length -= SUM_CHUNK;
    }
  if (length >= SUM_CHUNK)
    return -1;

  /* The compiler knows that the rest is 1 to 63 bytes and would drop what says so; the
   * verifier needs it, and up to Linux 6.7 learns nothing from a comparison with zero. */
  if (length)
    {
      rest_size = length - 1;
      asm volatile("" : "+r"(rest_size));
      rest_size = (rest_size & (SUM_CHUNK - 1)) + 1;
      __builtin_memset (chunk, 0, sizeof chunk);
      if (bpf_skb_load_bytes (skb, offset, chunk, rest_size))
        return -1;
      sum = bpf_csum_diff (0, 0, chunk, sizeof chunk, sum);
    }

  check = ~fold (sum);
  if (check == 0)
    check = 0xffff;
  return bpf_skb_store_bytes (skb, L4_OF_IPV6 + __builtin_offsetof(struct udphdr, check),
                              &check, sizeof check, BPF_F_RECOMPUTE_CSUM);
}

static __always_inline int
translate_echo (struct __sk_buff *skb, __u32 offset, __u8 from, __u8 to,
                __s64 pseudo_header)
{
  __u32 check = offset + __builtin_offsetof(struct icmp6hdr, icmp6_cksum);

  /* The change of type is inside the packet and balanced by the checksum; the
   * pseudo-header is not in it. A sum that the device made over the packet must know
   * which is which. */
  if (bpf_l4_csum_replace (skb, check, bpf_htons (from << 8), bpf_htons (to << 8), 2))
    return -1;
  if (bpf_l4_csum_replace (skb, check, 0, pseudo_header, BPF_F_PSEUDO_HDR))
    return -1;
  return bpf_skb_store_bytes (skb, offset, &to, sizeof to, 0);
}

static __always_inline int
replace_udp_checksum (struct __sk_buff *skb, __u32 offset, __s64 difference)
{
  /* Zero stays zero, and what comes out as zero is sent as 0xffff. */
  return bpf_l4_csum_replace (skb, offset + __builtin_offsetof(struct udphdr, check), 0,
                              difference, BPF_F_PSEUDO_HDR | BPF_F_MARK_MANGLED_0);
}

static __always_inline int
replace_tcp_checksum (struct __sk_buff *skb, __u32 offset, __s64 difference)
{
  return bpf_l4_csum_replace (skb, offset + __builtin_offsetof(struct tcphdr, check), 0,
                              difference, BPF_F_PSEUDO_HDR);
}

/* Frames that are shorter than the medium's minimum carry padding behind the packet. */
static __always_inline int
cut_padding (struct __sk_buff *skb, __u32 length)
{
  return skb->len == length ? 0 : bpf_skb_change_tail (skb, length, 0);
}

static __always_inline enum xlat_reason
check_ipv4 (struct __sk_buff *skb, struct iphdr *ip)
{
  __u32 length;

  if (skb->protocol != bpf_htons (ETH_P_IP)
      || bpf_skb_load_bytes (skb, IP_OFFSET, ip, sizeof *ip))
    return XLAT_REASON_MALFORMED;

  length = bpf_ntohs (ip->tot_len);
  if (ip->version != 4 || ip->ihl < 5 || length < ip->ihl * 4
      || length > skb->len - IP_OFFSET)
    return XLAT_REASON_MALFORMED;
  if (!is_translatable (ip->daddr))
    return XLAT_REASON_BAD_DESTINATION;
  if (ip->saddr != datapath.ipv4)
    return XLAT_REASON_BAD_SOURCE;
  if (ip->ihl != 5)
    return XLAT_REASON_OPTIONS;
  if (fold (bpf_csum_diff (0, 0, (__be32 *)ip, sizeof *ip, 0)) != 0xffff)
    return XLAT_REASON_MALFORMED;
  if (ip->ttl <= 1)
    return XLAT_REASON_TTL_EXPIRED;
  if (ip->frag_off & IPV4_MF_AND_OFFSET)
    return XLAT_REASON_FRAGMENT;
  return XLAT_REASON_NONE;
}

/* What of the packet inside is needed to know that it can be translated whole. */
struct transport
{
  __u8 icmp_type;
  __u8 tcp_header;   /* octets */
  __be16 udp_length; /* as the header says */
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
      transport->tcp_header = (header.tcp[12] >> 4) * 4;
      return XLAT_REASON_NONE;
    case IPPROTO_UDP:
      if (length < sizeof header.udp
          || bpf_skb_load_bytes (skb, offset, &header, sizeof header.udp))
        return XLAT_REASON_MALFORMED;
      transport->udp_length = header.udp.len;
      transport->udp_check = header.udp.check;
      return XLAT_REASON_NONE;
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
      if (length < sizeof header.icmp
          || bpf_skb_load_bytes (skb, offset, &header, sizeof header.icmp))
        return XLAT_REASON_MALFORMED;
      transport->icmp_type = header.icmp.icmp6_type;
      return XLAT_REASON_NONE;
    default:
      return XLAT_REASON_PROTOCOL;
    }
}

static __always_inline enum xlat_reason
check_icmpv4 (const struct transport *transport)
{
  switch (transport->icmp_type)
    {
    case ICMPV4_ECHO_REQUEST:
    case ICMPV4_ECHO_REPLY:
      return XLAT_REASON_NONE;
    case ICMPV4_UNREACHABLE:
    case ICMPV4_TIME_EXCEEDED:
    case ICMPV4_PARAMETER_PROBLEM:
      return XLAT_REASON_ICMP_ERROR;
    default:
      return XLAT_REASON_ICMP_TYPE;
    }
}

static __always_inline enum xlat_reason
check_transport4 (struct __sk_buff *skb, const struct iphdr *ip,
                  struct transport *transport)
{
  __u32 length = bpf_ntohs (ip->tot_len) - sizeof *ip;
  enum xlat_reason reason;

  if (ip->protocol == IPPROTO_ICMPV6)
    return XLAT_REASON_PROTOCOL;

  reason = read_transport (skb, L4_OF_IPV4, length, ip->protocol, transport);
  if (reason != XLAT_REASON_NONE)
    return reason;

  if (ip->protocol == IPPROTO_ICMP)
    return check_icmpv4 (transport);
  if (ip->protocol == IPPROTO_UDP && transport->udp_check == 0)
    {
      if (length > SUM_CHUNK * SUM_MAX_CHUNKS)
        return XLAT_REASON_NO_CHECKSUM;
      if (bpf_ntohs (transport->udp_length) != length)
        return XLAT_REASON_MALFORMED;
    }
  return XLAT_REASON_NONE;
}

static __always_inline void
build_ipv6 (struct ipv6hdr *ipv6, const struct iphdr *ip)
{
  __u8 *octets = (__u8 *)ipv6;

  octets[0] = 0x60 | ip->tos >> 4;
  octets[1] = ip->tos << 4;
  octets[2] = 0;
  octets[3] = 0;
  ipv6->payload_len = bpf_htons (bpf_ntohs (ip->tot_len) - sizeof *ip);
  ipv6->nexthdr = ip->protocol == IPPROTO_ICMP ? IPPROTO_ICMPV6 : ip->protocol;
  ipv6->hop_limit = ip->ttl - 1;
  copy_address ((__be32 *)&ipv6->saddr, datapath.ipv6);
  embed ((__be32 *)&ipv6->daddr, ip->daddr);
}

static __always_inline int
translate_transport4 (struct __sk_buff *skb, const struct iphdr *ip, struct ipv6hdr *ipv6,
                      const struct transport *transport)
{
  __u32 length = bpf_ntohs (ip->tot_len) - sizeof *ip;
  __s64 difference = address_difference (ip->saddr, ip->daddr, ipv6, 1);

  switch (ip->protocol)
    {
    case IPPROTO_TCP:
      return replace_tcp_checksum (skb, L4_OF_IPV6, difference);
    case IPPROTO_UDP:
      if (transport->udp_check == 0)
        return add_udp_checksum (skb, L4_OF_IPV6, length, ipv6);
      return replace_udp_checksum (skb, L4_OF_IPV6, difference);
    default:
      return translate_echo (skb, L4_OF_IPV6, transport->icmp_type,
                             transport->icmp_type == ICMPV4_ECHO_REQUEST
                                 ? ICMPV6_ECHO_REQUEST
                                 : ICMPV6_ECHO_REPLY,
                             sum_icmpv6_pseudo_header (ipv6, length));
    }
}

static __always_inline long
send_to_link (void)
{
  struct bpf_redir_neigh next_hop = {.nh_family = AF_INET6};

  copy_address (next_hop.ipv6_nh, datapath.next_hop);
  if (!next_hop.ipv6_nh[0])
    return bpf_redirect_neigh (datapath.uplink, 0, 0, 0);
  return bpf_redirect_neigh (datapath.uplink, &next_hop, sizeof next_hop, 0);
}

SEC ("tc")
int
clat_4to6 (struct __sk_buff *skb)
{
  struct transport transport = {0};
  struct ipv6hdr ipv6 = {0};
  enum xlat_reason reason;
  __u32 segments = count_segments (skb);
  struct iphdr ip;
  __u32 length;

  reason = check_ipv4 (skb, &ip);
  if (reason == XLAT_REASON_NONE)
    reason = check_transport4 (skb, &ip, &transport);
  if (reason != XLAT_REASON_NONE)
    return count_drop (CLAT_4TO6, reason);

  length = bpf_ntohs (ip.tot_len);
  build_ipv6 (&ipv6, &ip);

  if (cut_padding (skb, IP_OFFSET + length)
      || bpf_skb_change_proto (skb, bpf_htons (ETH_P_IPV6), 0)
      || bpf_skb_store_bytes (skb, IP_OFFSET, &ipv6, sizeof ipv6, BPF_F_RECOMPUTE_CSUM)
      || translate_transport4 (skb, &ip, &ipv6, &transport))
    return count_drop (CLAT_4TO6, XLAT_REASON_RESOURCES);

  count_packet (CLAT_4TO6, segments, length);
  return send_to_link ();
}

static __always_inline enum xlat_reason
check_ipv6 (struct __sk_buff *skb, const struct ipv6hdr *ipv6, __be32 source)
{
  __u32 length = bpf_ntohs (ipv6->payload_len);

  if (length > skb->len - L4_OF_IPV6 || length > 0xffff - sizeof (struct iphdr))
    return XLAT_REASON_MALFORMED;
  if (!source || !is_translatable (source) || source == datapath.ipv4)
    return XLAT_REASON_BAD_SOURCE;
  if (ipv6->hop_limit <= 1)
    return XLAT_REASON_TTL_EXPIRED;
  return XLAT_REASON_NONE;
}

static __always_inline enum xlat_reason
check_transport6 (struct __sk_buff *skb, const struct ipv6hdr *ipv6,
                  struct transport *transport)
{
  enum xlat_reason reason;

  switch (ipv6->nexthdr)
    {
    case IPPROTO_HOPOPTS:
    case IPPROTO_ROUTING:
    case IPPROTO_DSTOPTS:
      return XLAT_REASON_EXTENSION_HEADER;
    case IPPROTO_FRAGMENT:
      return XLAT_REASON_FRAGMENT;
    case IPPROTO_ICMP:
      return XLAT_REASON_PROTOCOL;
    }

  reason = read_transport (skb, L4_OF_IPV6, bpf_ntohs (ipv6->payload_len), ipv6->nexthdr,
                           transport);
  if (reason != XLAT_REASON_NONE || ipv6->nexthdr != IPPROTO_ICMPV6)
    return reason;

  if (transport->icmp_type == ICMPV6_ECHO_REQUEST
      || transport->icmp_type == ICMPV6_ECHO_REPLY)
    return XLAT_REASON_NONE;
  /* RFC 4443, 2.1: errors have the high bit clear. */
  return transport->icmp_type < 128 ? XLAT_REASON_ICMP_ERROR : XLAT_REASON_ICMP_TYPE;
}

/* The size of the packet on the wire: merged ones are judged by their segments. */
static __always_inline __u32
wire_length (const struct __sk_buff *skb, __u32 length, const struct transport *transport)
{
  if (!skb->gso_size)
    return length;
  return sizeof (struct iphdr) + transport->tcp_header + skb->gso_size;
}

static __always_inline void
build_ipv4 (struct iphdr *ip, const struct __sk_buff *skb, const struct ipv6hdr *ipv6,
            __be32 source, const struct transport *transport)
{
  const __u8 *octets = (const __u8 *)ipv6;
  __u32 length = bpf_ntohs (ipv6->payload_len) + sizeof *ip;

  ip->version = 4;
  ip->ihl = 5;
  ip->tos = octets[0] << 4 | octets[1] >> 4;
  ip->tot_len = bpf_htons (length);
  if (wire_length (skb, length, transport) > DF_CLEAR_LIMIT)
    ip->frag_off = IPV4_DF;
  else
    ip->id = bpf_get_prandom_u32 ();
  ip->ttl = ipv6->hop_limit - 1;
  ip->protocol = ipv6->nexthdr == IPPROTO_ICMPV6 ? IPPROTO_ICMP : ipv6->nexthdr;
  ip->saddr = source;
  ip->daddr = datapath.ipv4;
  ip->check = ~fold (bpf_csum_diff (0, 0, (__be32 *)ip, sizeof *ip, 0));
}

static __always_inline int
translate_transport6 (struct __sk_buff *skb, struct ipv6hdr *ipv6, const struct iphdr *ip,
                      const struct transport *transport)
{
  __s64 difference = address_difference (ip->saddr, ip->daddr, ipv6, 0);
  __s64 pseudo_header;

  switch (ipv6->nexthdr)
    {
    case IPPROTO_TCP:
      return replace_tcp_checksum (skb, L4_OF_IPV4, difference);
    case IPPROTO_UDP:
      return replace_udp_checksum (skb, L4_OF_IPV4, difference);
    default:
      pseudo_header = sum_icmpv6_pseudo_header (ipv6, bpf_ntohs (ipv6->payload_len));
      return translate_echo (skb, L4_OF_IPV4, transport->icmp_type,
                             transport->icmp_type == ICMPV6_ECHO_REQUEST
                                 ? ICMPV4_ECHO_REQUEST
                                 : ICMPV4_ECHO_REPLY,
                             /* Taking away is adding the complement. */
                             (__u32)(__u16)~fold (pseudo_header));
    }
}

static __always_inline int
is_for_us (const struct ipv6hdr *ipv6)
{
  const __be32 *destination = (const __be32 *)&ipv6->daddr;

  return destination[0] == datapath.ipv6[0] && destination[1] == datapath.ipv6[1]
         && destination[2] == datapath.ipv6[2] && destination[3] == datapath.ipv6[3];
}

static __always_inline int
is_neighbour_discovery (struct __sk_buff *skb, const struct ipv6hdr *ipv6)
{
  __u8 type;

  return ipv6->nexthdr == IPPROTO_ICMPV6
         && !bpf_skb_load_bytes (skb, L4_OF_IPV6, &type, sizeof type) && type >= ND_FIRST
         && type <= ND_LAST;
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

SEC ("tc")
int
clat_6to4 (struct __sk_buff *skb)
{
  struct transport transport = {0};
  __u32 segments = count_segments (skb);
  enum xlat_reason reason;
  struct ipv6hdr ipv6;
  struct iphdr ip = {0};
  __be32 source;
  __u32 length;

  if (skb->protocol != bpf_htons (ETH_P_IPV6)
      || bpf_skb_load_bytes (skb, IP_OFFSET, &ipv6, sizeof ipv6) || !is_for_us (&ipv6)
      || is_neighbour_discovery (skb, &ipv6))
    return TC_ACT_OK;

  source = extract ((const __be32 *)&ipv6.saddr);
  reason = check_ipv6 (skb, &ipv6, source);
  if (reason == XLAT_REASON_NONE)
    reason = check_transport6 (skb, &ipv6, &transport);
  if (reason != XLAT_REASON_NONE)
    return count_drop (CLAT_6TO4, reason);

  length = sizeof ipv6 + bpf_ntohs (ipv6.payload_len);
  build_ipv4 (&ip, skb, &ipv6, source, &transport);

  if (cut_padding (skb, IP_OFFSET + length)
      || bpf_skb_change_proto (skb, bpf_htons (ETH_P_IP), 0)
      || bpf_skb_store_bytes (skb, IP_OFFSET, &ip, sizeof ip, BPF_F_RECOMPUTE_CSUM)
      || translate_transport6 (skb, &ipv6, &ip, &transport))
    return count_drop (CLAT_6TO4, XLAT_REASON_RESOURCES);

  count_packet (CLAT_6TO4, segments, length);
  return send_to_host (skb);
}
