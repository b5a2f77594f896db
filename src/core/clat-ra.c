/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Router advertisements (RFC 4861): parses what matters for NAT64, and builds a frame
 * that replays one. */
#include "clat-ra.h"

#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/ip6.h>
#include <string.h>

#define OPTION_PREF64 38
#define OPTION_UNIT   8 /* octets; RFC 4861, 4.6 */
#define PREF64_UNITS  2

/* Route information, RFC 4191, 2.3. */
#define OPTION_ROUTE          24
#define ROUTE_LIFETIME_OFFSET 4

/* Recursive DNS servers, RFC 8106, 5.1. */
#define OPTION_RDNSS          25
#define RDNSS_LIFETIME_OFFSET 4
#define RDNSS_HEADER          8

#define HOP_LIMIT 255 /* RFC 4861, 6.1.2 */

/* RFC 4191, 2.2: two bits of the flags. */
#define PREFERENCE_SHIFT 3
#define PREFERENCE_MASK  3

/*   0                   1                   2                   3
 *  |     Type      |    Length     |     Scaled Lifetime     | PLC |
 *  |               highest 96 bits of the prefix                   |
 */
static gboolean
parse_pref64 (const guint8 *option, ClatRaPref64 *pref64)
{
  /* RFC 8781, 4: prefix length code. */
  static const guint8 lengths[] = {96, 64, 56, 48, 40, 32};
  guint16 word = option[2] << 8 | option[3];
  guint code = word & 0x7;
  struct in6_addr address = {0};

  if (code >= G_N_ELEMENTS (lengths))
    return FALSE;

  memcpy (&address, option + 4, 12);
  if (!clat_prefix_init (&pref64->prefix, &address, lengths[code]))
    return FALSE;

  /* The upper 13 bits are the lifetime in units of 8 s: with the code masked, the word is
   * the lifetime in seconds. */
  pref64->lifetime = word & ~0x7u;
  return TRUE;
}

/* Flags are ignored: addresses of the prefix may also be from DHCPv6 or static (RFC 8028,
 * 3.1). */
static gboolean
parse_network (const guint8 *option, ClatRaNetwork *network)
{
  struct nd_opt_prefix_info information;

  memcpy (&information, option, sizeof information);
  if (information.nd_opt_pi_prefix_len > 128
      || IN6_IS_ADDR_LINKLOCAL (&information.nd_opt_pi_prefix))
    return FALSE;

  *network = (ClatRaNetwork){
      .network = {information.nd_opt_pi_prefix, information.nd_opt_pi_prefix_len},
      .lifetime = GUINT32_FROM_BE (information.nd_opt_pi_valid_time),
  };
  return TRUE;
}

/* Any number of addresses follows the lifetime, which is that of all of them. */
static void
parse_resolvers (const guint8 *option, gsize size, ClatRa *ra)
{
  guint32 lifetime;

  memcpy (&lifetime, option + RDNSS_LIFETIME_OFFSET, sizeof lifetime);
  for (gsize offset = RDNSS_HEADER;
       offset + sizeof (struct in6_addr) <= size && ra->n_resolvers < CLAT_RA_MAX;
       offset += sizeof (struct in6_addr))
    {
      ClatRaResolver *resolver = &ra->resolvers[ra->n_resolvers];

      memcpy (&resolver->address, option + offset, sizeof resolver->address);
      resolver->lifetime = GUINT32_FROM_BE (lifetime);
      ra->n_resolvers += !IN6_IS_ADDR_UNSPECIFIED (&resolver->address)
                         && !IN6_IS_ADDR_MULTICAST (&resolver->address);
    }
}

static void
parse_option (const guint8 *option, gsize size, ClatRa *ra)
{
  if (option[0] == OPTION_PREF64 && size == PREF64_UNITS * OPTION_UNIT
      && ra->n_pref64s < CLAT_RA_MAX)
    ra->n_pref64s += parse_pref64 (option, &ra->pref64s[ra->n_pref64s]);
  else if (option[0] == ND_OPT_PREFIX_INFORMATION
           && size == sizeof (struct nd_opt_prefix_info) && ra->n_networks < CLAT_RA_MAX)
    ra->n_networks += parse_network (option, &ra->networks[ra->n_networks]);
  else if (option[0] == OPTION_RDNSS)
    parse_resolvers (option, size, ra);
}

/* FALSE makes the whole message invalid. */
static gboolean
parse_options (const guint8 *options, gsize length, ClatRa *ra)
{
  while (length > 0)
    {
      gsize size = length < 2 ? 0 : options[1] * OPTION_UNIT;

      if (size == 0 || size > length)
        return FALSE;

      parse_option (options, size, ra);
      options += size;
      length -= size;
    }
  return TRUE;
}

static ClatRaPreference
parse_preference (const struct nd_router_advert *header)
{
  switch (header->nd_ra_flags_reserved >> PREFERENCE_SHIFT & PREFERENCE_MASK)
    {
    case 1:
      return CLAT_RA_PREFERENCE_HIGH;
    case 3:
      return CLAT_RA_PREFERENCE_LOW;
    default: /* RFC 4191, 2.2: also the reserved value */
      return CLAT_RA_PREFERENCE_MEDIUM;
    }
}

gboolean
clat_ra_parse (const guint8 *message, gsize length, ClatRa *ra)
{
  struct nd_router_advert header;
  ClatRa parsed = {0};

  if (length < sizeof header)
    return FALSE;

  memcpy (&header, message, sizeof header);
  if (header.nd_ra_type != ND_ROUTER_ADVERT || header.nd_ra_code != 0
      || !parse_options (message + sizeof header, length - sizeof header, &parsed))
    return FALSE;

  parsed.lifetime = GUINT16_FROM_BE (header.nd_ra_router_lifetime);
  parsed.preference = parse_preference (&header);
  *ra = parsed;
  return TRUE;
}

/* lifetime: 32 bits in network byte order, in seconds. */
static void
shorten (guint8 *lifetime, guint32 age, guint32 longest)
{
  guint32 seconds;

  memcpy (&seconds, lifetime, sizeof seconds);
  seconds = GUINT32_FROM_BE (seconds);
  if (seconds != G_MAXUINT32)
    seconds -= MIN (seconds, age);
  seconds = GUINT32_TO_BE (MIN (seconds, longest));
  memcpy (lifetime, &seconds, sizeof seconds);
}

static void
shorten_option (guint8 *option, gsize size, guint32 age, guint32 longest)
{
  if (option[0] == ND_OPT_PREFIX_INFORMATION
      && size == sizeof (struct nd_opt_prefix_info))
    {
      shorten (option + offsetof (struct nd_opt_prefix_info, nd_opt_pi_valid_time), age,
               longest);
      shorten (option + offsetof (struct nd_opt_prefix_info, nd_opt_pi_preferred_time),
               age, longest);
    }
  else if (option[0] == OPTION_ROUTE)
    {
      shorten (option + ROUTE_LIFETIME_OFFSET, age, longest);
    }
}

static gboolean
shorten_options (guint8 *options, gsize length, guint32 age, guint32 longest)
{
  while (length > 0)
    {
      gsize size = length < 2 ? 0 : options[1] * OPTION_UNIT;

      if (size == 0 || size > length)
        return FALSE;

      shorten_option (options, size, age, longest);
      options += size;
      length -= size;
    }
  return TRUE;
}

/* The Internet checksum over the pseudo-header and the message (RFC 4443, 2.3). */
static guint16
sum_message (const struct ip6_hdr *ip, const guint8 *message, gsize length)
{
  guint64 sum = length + IPPROTO_ICMPV6;

  for (gsize i = 0; i < sizeof ip->ip6_src; i += 2)
    sum += (ip->ip6_src.s6_addr[i] << 8 | ip->ip6_src.s6_addr[i + 1])
           + (ip->ip6_dst.s6_addr[i] << 8 | ip->ip6_dst.s6_addr[i + 1]);
  for (gsize i = 0; i < length; i++)
    sum += i % 2 == 0 ? message[i] << 8 : message[i];

  while (sum >> 16 != 0)
    sum = (sum & 0xffff) + (sum >> 16);
  return ~sum;
}

GBytes *
clat_ra_replay (const struct in6_addr *router, const guint8 *message, gsize length,
                guint32 age, guint32 longest)
{
  static const struct in6_addr all_nodes = {.s6_addr = {0xff, 2, [15] = 1}};
  const gsize before = sizeof (struct ether_header) + sizeof (struct ip6_hdr);
  /* The multicast address of all nodes (RFC 2464, 7); receivers ignore the source. */
  struct ether_header ethernet = {
      .ether_dhost = {0x33, 0x33, 0, 0, 0, 1},
      .ether_type = GUINT16_TO_BE (ETHERTYPE_IPV6),
  };
  struct ip6_hdr ip = {
      .ip6_flow = GUINT32_TO_BE (0x60000000),
      .ip6_plen = GUINT16_TO_BE (length),
      .ip6_nxt = IPPROTO_ICMPV6,
      .ip6_hlim = HOP_LIMIT,
      .ip6_src = *router,
      .ip6_dst = all_nodes,
  };
  /* A copy: in the frame it is not aligned. */
  struct nd_router_advert header;
  g_autofree guint8 *frame = NULL;
  guint16 lifetime, sum;

  if (length < sizeof header || length > G_MAXUINT16)
    return NULL;

  frame = g_malloc (before + length);
  memcpy (frame, &ethernet, sizeof ethernet);
  memcpy (frame + sizeof ethernet, &ip, sizeof ip);
  memcpy (frame + before, message, length);
  if (!shorten_options (frame + before + sizeof header, length - sizeof header, age,
                        longest))
    return NULL;

  memcpy (&header, message, sizeof header);
  lifetime = GUINT16_FROM_BE (header.nd_ra_router_lifetime);
  lifetime = MIN (lifetime - MIN (lifetime, age), longest);
  header.nd_ra_router_lifetime = GUINT16_TO_BE (lifetime);
  header.nd_ra_cksum = 0;
  memcpy (frame + before, &header, sizeof header);
  sum = sum_message (&ip, frame + before, length);
  header.nd_ra_cksum = GUINT16_TO_BE (sum);
  memcpy (frame + before, &header, sizeof header);
  return g_bytes_new_take (g_steal_pointer (&frame), before + length);
}
