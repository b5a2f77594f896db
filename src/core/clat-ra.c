/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Router advertisements (RFC 4861): the PREF64 options (RFC 8781), and telling one again.
 */
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

#define HOP_LIMIT 255 /* RFC 4861, 6.1.2 */

/*   0                   1                   2                   3
 *  |     Type      |    Length     |     Scaled Lifetime     | PLC |
 *  |               highest 96 bits of the prefix                   |
 */
static gboolean
parse_option (const guint8 *option, ClatRaPref64 *pref64)
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

  /* The lifetime is in units of 8 s in the upper 13 bits: seconds, once the code is
   * masked. */
  pref64->lifetime = word & ~0x7u;
  return TRUE;
}

GArray *
clat_ra_parse_pref64 (const guint8 *options, gsize length)
{
  g_autoptr (GArray) result = g_array_new (FALSE, FALSE, sizeof (ClatRaPref64));

  while (length > 0)
    {
      ClatRaPref64 pref64;
      gsize size;

      if (length < 2)
        return NULL;

      size = options[1] * OPTION_UNIT;
      if (size == 0 || size > length)
        return NULL;

      if (options[0] == OPTION_PREF64 && options[1] == PREF64_UNITS
          && parse_option (options, &pref64))
        g_array_append_val (result, pref64);

      options += size;
      length -= size;
    }

  return g_steal_pointer (&result);
}

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
clat_ra_tell_again (const struct in6_addr *router, const guint8 *message, gsize length,
                    guint32 age, guint32 longest)
{
  static const struct in6_addr all_nodes = {
      .s6_addr = {0xff, 2, [15] = 1}
  };
  const gsize before = sizeof (struct ether_header) + sizeof (struct ip6_hdr);
  /* All nodes by Ethernet (RFC 2464, 7); the sender is not looked at. */
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
  struct nd_router_advert *header;
  g_autofree guint8 *frame = NULL;
  guint16 lifetime, sum;

  if (length < sizeof *header || length > G_MAXUINT16)
    return NULL;

  frame = g_malloc (before + length);
  memcpy (frame, &ethernet, sizeof ethernet);
  memcpy (frame + sizeof ethernet, &ip, sizeof ip);
  memcpy (frame + before, message, length);
  if (!shorten_options (frame + before + sizeof *header, length - sizeof *header, age,
                        longest))
    return NULL;

  header = (struct nd_router_advert *)(frame + before);
  lifetime = GUINT16_FROM_BE (header->nd_ra_router_lifetime);
  lifetime = MIN (lifetime - MIN (lifetime, age), longest);
  header->nd_ra_router_lifetime = GUINT16_TO_BE (lifetime);
  header->nd_ra_cksum = 0;
  sum = sum_message (&ip, frame + before, length);
  header->nd_ra_cksum = GUINT16_TO_BE (sum);
  return g_bytes_new_take (g_steal_pointer (&frame), before + length);
}
