/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Protocols and payloads, with checksums that are right, wrong, missing, or zero after
 * the translation. */
#include <string.h>

#include "random-draft.h"
#include "xlat-address.h"
#include "xlat-checksum.h"
#include "xlat-pair.h"

guint8
draft_pick_protocol (const struct draft *draft)
{
  static const guint8 unchanged[] = {47, 50, 132, 4, 41, 89, 253};
  static const guint8 special[] = {0, 2, 33, 43, 44, 51, 59, 60, 135, 136, 139, 140};
  gboolean is_4to6 = draft->direction == XLAT_4TO6;
  guint kind = below (draft->random, 100);

  if (kind < 25)
    return XLAT_PROTOCOL_TCP;
  if (kind < 50)
    return XLAT_PROTOCOL_UDP;
  if (kind < 70)
    return is_4to6 ? XLAT_PROTOCOL_ICMP4 : XLAT_PROTOCOL_ICMP6;
  if (kind < 88)
    return pick (draft->random, unchanged, G_N_ELEMENTS (unchanged));
  if (kind < 96)
    return pick (draft->random, special, G_N_ELEMENTS (special));
  if (kind < 98)
    return is_4to6 ? XLAT_PROTOCOL_ICMP6 : XLAT_PROTOCOL_ICMP4;
  return (guint8)g_rand_int (draft->random);
}

/* The sum of the pseudo-header; zero for ICMPv4. */
static guint16
sum_pseudo_header (const struct draft *draft, gsize length)
{
  const struct xlat_ipv4 *ipv4 = (const struct xlat_ipv4 *)draft->packet;
  const struct xlat_ipv6 *ipv6 = (const struct xlat_ipv6 *)draft->packet;

  if (draft->protocol == XLAT_PROTOCOL_ICMP4)
    return 0;
  return xlat_sum_add (draft->direction == XLAT_4TO6
                           ? xlat_sum_addresses4 (ipv4->source, ipv4->destination)
                           : xlat_sum_addresses6 (&ipv6->source, &ipv6->destination),
                       xlat_sum_pseudo (length, draft->protocol));
}

/* The difference that the translation makes to a sum. A checksum of this value is
 * translated to zero. */
static guint16
sum_change (const struct draft *draft)
{
  struct xlat_address6 source, destination;
  const struct xlat_ipv4 *ipv4 = (const struct xlat_ipv4 *)draft->packet;
  const struct xlat_ipv6 *ipv6 = (const struct xlat_ipv6 *)draft->packet;
  be32 source4 = 0;

  if (draft->direction == XLAT_4TO6)
    {
      xlat_address_4to6 (draft->config, draft->local, ipv4->source, &source);
      xlat_address_4to6 (draft->config, draft->local, ipv4->destination, &destination);
      return xlat_sum_difference (xlat_sum_addresses4 (ipv4->source, ipv4->destination),
                                  xlat_sum_addresses6 (&source, &destination));
    }
  source = ipv6->source;
  destination = ipv6->destination;
  (void)xlat_prefix_extract (&draft->local->prefix, &source, &source4);
  return xlat_sum_difference (xlat_sum_addresses6 (&source, &destination),
                              xlat_sum_addresses4 (source4, draft->local->ipv4));
}

static void
write_checksum (const struct draft *draft, guint8 *transport, gsize length, gsize offset)
{
  guint kind = below (draft->random, 100);
  guint8 *field = transport + offset;
  guint16 change = sum_change (draft);

  field[0] = field[1] = 0;
  if (kind < 65)
    xlat_checksum_store (field, xlat_sum_add (sum_pseudo_header (draft, length),
                                              xlat_sum (transport, length)));
  else if (kind < 85)
    return;
  else if (kind < 90)
    field[0] = field[1] = 0xff;
  else if (kind < 95)
    memcpy (field, &change, sizeof change);
  else
    fill (draft->random, field, sizeof (be16));

  if (kind < 65 && draft->protocol == XLAT_PROTOCOL_UDP)
    xlat_checksum_avoid_zero (field);
}

static void
write_icmp_type (const struct draft *draft, guint8 *message)
{
  static const guint8 others4[] = {3, 3, 3, 4, 5, 11, 12, 13};
  static const guint8 others6[] = {1, 1, 2, 3, 4, 132, 133, 135, 136, 137, 138};
  gboolean is_4to6 = draft->direction == XLAT_4TO6;
  guint kind = below (draft->random, 100);

  if (kind < 40)
    message[0] = is_4to6 ? XLAT_ICMP4_ECHO_REQUEST : XLAT_ICMP6_ECHO_REQUEST;
  else if (kind < 80)
    message[0] = is_4to6 ? XLAT_ICMP4_ECHO_REPLY : XLAT_ICMP6_ECHO_REPLY;
  else if (kind < 95)
    message[0] = is_4to6 ? pick (draft->random, others4, G_N_ELEMENTS (others4))
                         : pick (draft->random, others6, G_N_ELEMENTS (others6));
  if (kind < 90)
    message[1] = 0;
}

/* Options of a SYN: the MSS first, as common hosts send it, or anywhere, or bad ones. */
static void
write_syn (const struct draft *draft, guint8 *transport, gsize length)
{
  static const guint8 starts[] = {0, 1, 2, 3, 4, 8};
  gsize most = MIN (length, 60) / 4;
  guint8 *at = transport + 20;

  if (most < 6)
    return;
  transport[12] = (guint8)(6 + below (draft->random, (guint)most - 5)) << 4;
  transport[13] |= XLAT_TCP_SYN;
  if (chance (draft->random, 5))
    transport[12] = 15 << 4;
  if (chance (draft->random, 30))
    {
      gsize room = (transport[12] >> 4) * 4u - 20 - 4;

      *at = pick (draft->random, starts, G_N_ELEMENTS (starts));
      at[1] = (guint8)below (draft->random, 12);
      at += below (draft->random, (guint)MIN (room, length - 24) + 1);
    }
  at[0] = XLAT_TCP_MSS;
  at[1] = chance (draft->random, 90) ? XLAT_TCP_MSS_LENGTH
                                     : (guint8)below (draft->random, 12);
  if (chance (draft->random, 70))
    xlat_put_be16 (at + 2, (guint16)(xlat_max_mss (draft->config->mtu6) - 20
                                     + below (draft->random, 40)));
}

void
draft_write_transport (const struct draft *draft)
{
  guint8 *transport = draft->packet + draft->header;
  gsize length = draft->length - draft->header;

  fill (draft->random, transport, length);
  if (draft->is_later_fragment || length < xlat_transport_header_length (draft->protocol))
    return;

  switch (draft->protocol)
    {
    case XLAT_PROTOCOL_TCP:
      if (chance (draft->random, 80))
        transport[12] = 5 << 4;
      if (chance (draft->random, 30))
        write_syn (draft, transport, length);
      write_checksum (draft, transport, length, 16);
      return;
    case XLAT_PROTOCOL_UDP:
      if (chance (draft->random, 94))
        xlat_put_be16 (transport + 4, (guint16)length);
      write_checksum (draft, transport, length, 6);
      return;
    case XLAT_PROTOCOL_ICMP4:
    case XLAT_PROTOCOL_ICMP6:
      write_icmp_type (draft, transport);
      write_checksum (draft, transport, length, 2);
      return;
    default:
      return;
    }
}
