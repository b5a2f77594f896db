/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables and formulas of RFC 7915 as pure functions of numbers in host byte order.
 * Plain C without headers of the C library: the BPF programs use the same rules. */
#pragma once

#include "xlat-numbers.h"

#define XLAT_IPV6_MIN_MTU 1280
#define XLAT_IPV4_MIN_MTU 68

/* An IPv6 header in place of an IPv4 header, and a fragment header. The MTU of the host's
 * IPv4 routes is that of the link less this. */
#define XLAT_TRANSLATION_ROOM 28

/* RFC 7915, 5.1: an IPv4 packet that fits the smallest IPv6 MTU may be fragmented. */
#define XLAT_MAX_FRAGMENTABLE (XLAT_IPV6_MIN_MTU - 20)

/* RFC 7600: the source of an error whose real source has no IPv4 address. */
#define XLAT_DUMMY_IPV4 0xc0000008u

#define XLAT_ICMP_PAIR(type, code) ((type) << 8 | (code))
#define XLAT_ICMP_NONE             (-1)

/* RFC 1812, 4.2.2.11 and 5.3.7: 0/8, 127/8, class D and E with the limited broadcast. */
static inline int
xlat_ipv4_is_illegal_source (unsigned address)
{
  unsigned first = address >> 24;

  return first == 0 || first == 127 || first >= 224;
}

/* The same and link-local addresses (RFC 3927, 7): no router forwards to them. */
static inline int
xlat_ipv4_is_illegal_destination (unsigned address)
{
  return xlat_ipv4_is_illegal_source (address) || address >> 16 == 0xa9fe;
}

static inline int
xlat_ipv4_is_in (unsigned address, unsigned network, int length)
{
  return (address ^ network) >> (32 - length) == 0;
}

/* RFC 1812, 4.3.2.7: no ICMP error is sent in response to a packet for one of these. */
static inline int
xlat_ipv4_is_multicast_or_broadcast (unsigned address)
{
  return address >> 28 == 0xe || address == 0xffffffffu;
}

/* Neither a destination nor a source beyond the NAT64: these, and 192.0.0.0/24 (RFC
 * 6890), which has the addresses of CLATs and of other functions of the access network.
 */
static inline int
xlat_ipv4_is_never_translated (unsigned address)
{
  return xlat_ipv4_is_illegal_destination (address)
         || xlat_ipv4_is_in (address, 0xc0000000, 24);
}

/* Whether packets to and from private IPv4 addresses are translated. */
enum xlat_private_destinations
{
  XLAT_PRIVATE_AUTO, /* not with 64:ff9b::/96 (RFC 6052, 3.1) */
  XLAT_PRIVATE_YES,
  XLAT_PRIVATE_NO
};

/* RFC 1918 and RFC 6598. The addresses for documentation and benchmarks, which RFC 6052
 * excludes too, stand for the internet in test networks. */
static inline int
xlat_ipv4_is_private (unsigned address)
{
  return xlat_ipv4_is_in (address, 0x0a000000, 8)
         || xlat_ipv4_is_in (address, 0x64400000, 10)
         || xlat_ipv4_is_in (address, 0xac100000, 12)
         || xlat_ipv4_is_in (address, 0xc0a80000, 16);
}

static inline int
xlat_ipv4_is_refused_private (unsigned address, unsigned setting, int is_well_known)
{
  return (setting == XLAT_PRIVATE_NO || (setting == XLAT_PRIVATE_AUTO && is_well_known))
         && xlat_ipv4_is_private (address);
}

/* RFC 6890. RFC 6052, 3.1 does not allow other addresses in 64:ff9b::/96. */
static inline int
xlat_ipv4_is_global (unsigned address)
{
  return !(xlat_ipv4_is_never_translated (address) || xlat_ipv4_is_private (address)
           || xlat_ipv4_is_in (address, 0xc0000200, 24)
           || xlat_ipv4_is_in (address, 0xc6120000, 15)
           || xlat_ipv4_is_in (address, 0xc6336400, 24)
           || xlat_ipv4_is_in (address, 0xcb007100, 24));
}

/* ICMP is the one protocol with another number in the other family. */
static inline unsigned char
xlat_protocol_4to6 (unsigned char protocol)
{
  return protocol == XLAT_PROTOCOL_ICMP4 ? XLAT_PROTOCOL_ICMP6 : protocol;
}

static inline unsigned char
xlat_protocol_6to4 (unsigned char protocol)
{
  return protocol == XLAT_PROTOCOL_ICMP6 ? XLAT_PROTOCOL_ICMP4 : protocol;
}

/* The extension headers of the IANA registry except ESP, which is a payload here, and the
 * numbers for experiments. */
static inline int
xlat_protocol_is_extension_header (unsigned protocol)
{
  switch (protocol)
    {
    case XLAT_PROTOCOL_HOP_BY_HOP:
    case XLAT_PROTOCOL_ROUTING:
    case XLAT_PROTOCOL_FRAGMENT:
    case XLAT_PROTOCOL_AH:
    case XLAT_PROTOCOL_DESTINATION:
    case XLAT_PROTOCOL_MOBILITY:
    case XLAT_PROTOCOL_HIP:
    case XLAT_PROTOCOL_SHIM6:
      return 1;
    default:
      return 0;
    }
}

static inline int
xlat_protocol_has_ports (unsigned protocol)
{
  return protocol == XLAT_PROTOCOL_TCP || protocol == XLAT_PROTOCOL_UDP
         || protocol == XLAT_PROTOCOL_DCCP || protocol == XLAT_PROTOCOL_SCTP
         || protocol == XLAT_PROTOCOL_UDPLITE;
}

/* Where the header of PROTOCOL has a checksum that covers the pseudo-header of both
 * families; -1 if it has none. ICMP, where only one family has it, is not meant here. */
static inline int
xlat_checksum_offset (unsigned protocol)
{
  switch (protocol)
    {
    case XLAT_PROTOCOL_TCP:
      return 16;
    case XLAT_PROTOCOL_UDP:
    case XLAT_PROTOCOL_UDPLITE:
    case XLAT_PROTOCOL_DCCP:
      return 6;
    default:
      return -1;
    }
}

/* Whether a transport checksum that comes out as 0 must be sent as 0xffff. */
static inline int
xlat_checksum_has_no_zero (unsigned protocol)
{
  return protocol == XLAT_PROTOCOL_UDP || protocol == XLAT_PROTOCOL_UDPLITE;
}

/* The least that a packet must have of the header of PROTOCOL to be translated, in bytes.
 */
static inline unsigned
xlat_transport_header_length (unsigned protocol)
{
  switch (protocol)
    {
    case XLAT_PROTOCOL_TCP:
      return 20;
    case XLAT_PROTOCOL_DCCP:
      return 12;
    case XLAT_PROTOCOL_UDP:
    case XLAT_PROTOCOL_UDPLITE:
    case XLAT_PROTOCOL_ICMP4:
    case XLAT_PROTOCOL_ICMP6:
      return 8;
    default:
      return 0;
    }
}

/* The largest IPv6 packet that may be made of an IPv4 packet (RFC 7915, 4): without DF it
 * must fit every path, as far as that is configured. */
static inline unsigned
xlat_limit_4to6 (int dont_fragment, unsigned mtu6, unsigned lowest_ipv6_mtu)
{
  return dont_fragment || mtu6 < lowest_ipv6_mtu ? mtu6 : lowest_ipv6_mtu;
}

/* The largest MSS that passes in a SYN, in either direction: the one that the MTU of the
 * host's IPv4 routes gives. Guests of the host, whose links have a larger MTU, need not
 * receive ICMP errors then, nor need the servers that send to them. */
static inline unsigned
xlat_max_mss (unsigned mtu6)
{
  return mtu6 - XLAT_TRANSLATION_ROOM - 40;
}

static inline int
xlat_icmp4_is_error (unsigned type)
{
  return type == XLAT_ICMP4_UNREACHABLE || type == XLAT_ICMP4_SOURCE_QUENCH
         || type == XLAT_ICMP4_REDIRECT || type == XLAT_ICMP4_TIME_EXCEEDED
         || type == XLAT_ICMP4_PARAMETER_PROBLEM;
}

static inline int
xlat_icmp6_is_error (unsigned type)
{
  return type < 128;
}

static inline int
xlat_icmp6_is_neighbour_discovery (unsigned type)
{
  return type >= XLAT_ICMP6_ROUTER_SOLICITATION && type <= XLAT_ICMP6_REDIRECT;
}

/* Echo is the only ICMP query that both families have. Returns the type of the other
 * family. */
static inline int
xlat_icmp_echo_4to6 (unsigned type)
{
  if (type == XLAT_ICMP4_ECHO_REQUEST)
    return XLAT_ICMP6_ECHO_REQUEST;
  if (type == XLAT_ICMP4_ECHO_REPLY)
    return XLAT_ICMP6_ECHO_REPLY;
  return XLAT_ICMP_NONE;
}

static inline int
xlat_icmp_echo_6to4 (unsigned type)
{
  if (type == XLAT_ICMP6_ECHO_REQUEST)
    return XLAT_ICMP4_ECHO_REQUEST;
  if (type == XLAT_ICMP6_ECHO_REPLY)
    return XLAT_ICMP4_ECHO_REPLY;
  return XLAT_ICMP_NONE;
}

/* RFC 7915, 4.2: type and code of an error, as XLAT_ICMP_PAIR. */
static inline int
xlat_icmp_error_4to6 (unsigned type, unsigned code)
{
  if (type == XLAT_ICMP4_TIME_EXCEEDED && code <= 1)
    return XLAT_ICMP_PAIR (XLAT_ICMP6_TIME_EXCEEDED, (int)code);
  if (type == XLAT_ICMP4_PARAMETER_PROBLEM && (code == 0 || code == 2))
    return XLAT_ICMP_PAIR (XLAT_ICMP6_PARAMETER_PROBLEM, 0);
  if (type != XLAT_ICMP4_UNREACHABLE)
    return XLAT_ICMP_NONE;

  switch (code)
    {
    case 0:  /* network */
    case 1:  /* host */
    case 5:  /* source route failed */
    case 6:  /* network unknown */
    case 7:  /* host unknown */
    case 8:  /* source host isolated */
    case 11: /* network, for this type of service */
    case 12: /* host, for this type of service */
      return XLAT_ICMP_PAIR (XLAT_ICMP6_UNREACHABLE, 0);
    case 2: /* protocol */
      return XLAT_ICMP_PAIR (XLAT_ICMP6_PARAMETER_PROBLEM, 1);
    case 3: /* port */
      return XLAT_ICMP_PAIR (XLAT_ICMP6_UNREACHABLE, 4);
    case 4: /* fragmentation needed */
      return XLAT_ICMP_PAIR (XLAT_ICMP6_PACKET_TOO_BIG, 0);
    case 9:  /* network, prohibited */
    case 10: /* host, prohibited */
    case 13: /* communication, prohibited */
    case 15: /* precedence cutoff */
      return XLAT_ICMP_PAIR (XLAT_ICMP6_UNREACHABLE, 1);
    default:
      return XLAT_ICMP_NONE;
    }
}

/* RFC 7915, 5.2 */
static inline int
xlat_icmp_error_6to4 (unsigned type, unsigned code)
{
  switch (type)
    {
    case XLAT_ICMP6_UNREACHABLE:
      if (code == 1)
        return XLAT_ICMP_PAIR (XLAT_ICMP4_UNREACHABLE, 10);
      if (code == 4)
        return XLAT_ICMP_PAIR (XLAT_ICMP4_UNREACHABLE, 3);
      if (code <= 3)
        return XLAT_ICMP_PAIR (XLAT_ICMP4_UNREACHABLE, 1);
      return XLAT_ICMP_NONE;
    case XLAT_ICMP6_PACKET_TOO_BIG: /* RFC 4443, 3.2: ignore the code */
      return XLAT_ICMP_PAIR (XLAT_ICMP4_UNREACHABLE, 4);
    case XLAT_ICMP6_TIME_EXCEEDED:
      return code <= 1 ? XLAT_ICMP_PAIR (XLAT_ICMP4_TIME_EXCEEDED, (int)code)
                       : XLAT_ICMP_NONE;
    case XLAT_ICMP6_PARAMETER_PROBLEM:
      if (code == 0)
        return XLAT_ICMP_PAIR (XLAT_ICMP4_PARAMETER_PROBLEM, 0);
      if (code == 1)
        return XLAT_ICMP_PAIR (XLAT_ICMP4_UNREACHABLE, 2);
      return XLAT_ICMP_NONE;
    default:
      return XLAT_ICMP_NONE;
    }
}

/* RFC 7915, figure 3: the byte of the IPv6 header for a byte of the IPv4 header */
static inline int
xlat_icmp_pointer_4to6 (unsigned pointer)
{
  switch (pointer)
    {
    case 0: /* version, header length */
      return 0;
    case 1: /* type of service */
      return 1;
    case 2: /* total length */
    case 3:
      return 4;
    case 8: /* time to live */
      return 7;
    case 9: /* protocol */
      return 6;
    default:
      if (pointer >= 12 && pointer <= 15) /* source */
        return 8;
      if (pointer >= 16 && pointer <= 19) /* destination */
        return 24;
      return XLAT_ICMP_NONE;
    }
}

/* RFC 7915, figure 6 */
static inline int
xlat_icmp_pointer_6to4 (unsigned pointer)
{
  switch (pointer)
    {
    case 0: /* version, traffic class */
      return 0;
    case 1: /* traffic class, flow label */
      return 1;
    case 4: /* payload length */
    case 5:
      return 2;
    case 6: /* next header */
      return 9;
    case 7: /* hop limit */
      return 8;
    default:
      if (pointer >= 8 && pointer <= 23) /* source */
        return 12;
      if (pointer >= 24 && pointer <= 39) /* destination */
        return 16;
      return XLAT_ICMP_NONE;
    }
}

/* Pointer of the parameter problem that "protocol unreachable" becomes: Next Header. */
#define XLAT_POINTER_NEXT_HEADER 6

/* RFC 1191, table 7-1: the largest common MTU below LENGTH */
static inline unsigned
xlat_mtu_plateau (unsigned length)
{
  static const unsigned short plateaus[] = {32000, 17914, 8166, 4352, 2002,
                                            1492,  1006,  508,  296};

  for (unsigned i = 0; i < sizeof plateaus / sizeof plateaus[0]; i++)
    if (plateaus[i] < length)
      return plateaus[i];
  return XLAT_IPV4_MIN_MTU;
}

/* RFC 7915, 4.2: the MTU of a Packet Too Big made of "fragmentation needed". Without an
 * MTU (0) it is the plateau below INNER_LENGTH, the length of the packet in error. IPv6
 * headers are 20 bytes longer. */
static inline unsigned
xlat_mtu_4to6 (unsigned mtu, unsigned inner_length, unsigned mtu6, unsigned mtu4)
{
  unsigned result = (mtu != 0 ? mtu : xlat_mtu_plateau (inner_length)) + 20;

  if (result > mtu6)
    result = mtu6;
  if (result > mtu4 + 20)
    result = mtu4 + 20;
  return result < XLAT_IPV6_MIN_MTU ? XLAT_IPV6_MIN_MTU : result;
}

/* RFC 7915, 5.2: the MTU of "fragmentation needed" made of a Packet Too Big; 0 if it has
 * no usable MTU. A packet in error with a fragment header loses 8 more bytes in
 * translation. No IPv6 link has an MTU below 1280, but some translators report one:
 * assuming 1280 then keeps the path working and gives an attacker nothing. */
static inline unsigned
xlat_mtu_6to4 (unsigned mtu, int inner_has_fragment_header, unsigned mtu6, unsigned mtu4)
{
  unsigned overhead = inner_has_fragment_header ? 28 : 20;

  if (mtu < 20)
    return 0;
  if (mtu < XLAT_IPV6_MIN_MTU)
    mtu = XLAT_IPV6_MIN_MTU;
  if (mtu > mtu6)
    mtu = mtu6;
  return mtu - overhead < mtu4 ? mtu - overhead : mtu4;
}
