/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The assigned numbers of protocols, ICMP types and header flags. Plain C without
 * includes: the BPF programs use them too. */
#pragma once

enum xlat_protocol
{
  XLAT_PROTOCOL_HOP_BY_HOP = 0,
  XLAT_PROTOCOL_ICMP4 = 1,
  XLAT_PROTOCOL_IGMP = 2,
  XLAT_PROTOCOL_TCP = 6,
  XLAT_PROTOCOL_UDP = 17,
  XLAT_PROTOCOL_DCCP = 33,
  XLAT_PROTOCOL_ROUTING = 43,
  XLAT_PROTOCOL_FRAGMENT = 44,
  XLAT_PROTOCOL_AH = 51,
  XLAT_PROTOCOL_ICMP6 = 58,
  XLAT_PROTOCOL_NO_NEXT_HEADER = 59,
  XLAT_PROTOCOL_DESTINATION = 60,
  XLAT_PROTOCOL_SCTP = 132,
  XLAT_PROTOCOL_MOBILITY = 135,
  XLAT_PROTOCOL_UDPLITE = 136,
  XLAT_PROTOCOL_HIP = 139,
  XLAT_PROTOCOL_SHIM6 = 140,
};

/* Of the field with the fragment offset, in host byte order. The offset counts 8 bytes.
 */
#define XLAT_IPV4_DONT_FRAGMENT  0x4000
#define XLAT_IPV4_MORE_FRAGMENTS 0x2000
#define XLAT_IPV4_OFFSET_MASK    0x1fff

/* The same for the IPv6 fragment header. Its offset, masked, is in bytes. */
#define XLAT_FRAGMENT_MORE        0x0001
#define XLAT_FRAGMENT_OFFSET_MASK 0xfff8

/* RFC 9293, 3.1 and 3.7.1. */
#define XLAT_TCP_FLAGS      13 /* offset in the header */
#define XLAT_TCP_SYN        0x02
#define XLAT_TCP_MSS        2 /* the option */
#define XLAT_TCP_MSS_LENGTH 4

enum xlat_icmp4_type
{
  XLAT_ICMP4_ECHO_REPLY = 0,
  XLAT_ICMP4_UNREACHABLE = 3,
  XLAT_ICMP4_SOURCE_QUENCH = 4,
  XLAT_ICMP4_REDIRECT = 5,
  XLAT_ICMP4_ECHO_REQUEST = 8,
  XLAT_ICMP4_TIME_EXCEEDED = 11,
  XLAT_ICMP4_PARAMETER_PROBLEM = 12,
};

enum xlat_icmp6_type
{
  XLAT_ICMP6_UNREACHABLE = 1,
  XLAT_ICMP6_PACKET_TOO_BIG = 2,
  XLAT_ICMP6_TIME_EXCEEDED = 3,
  XLAT_ICMP6_PARAMETER_PROBLEM = 4,
  XLAT_ICMP6_ECHO_REQUEST = 128,
  XLAT_ICMP6_ECHO_REPLY = 129,
  XLAT_ICMP6_ROUTER_SOLICITATION = 133, /* neighbour discovery from here ... */
  XLAT_ICMP6_REDIRECT = 137,            /* ... to here (RFC 4861, 4) */
};
