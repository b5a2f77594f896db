/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Most fields of most packets are valid: a packet with many faults is dropped at the
 * first check and tests nothing else. */
#include "random-packets.h"

#include <string.h>

#include "packet-check.h"
#include "random-draft.h"
#include "xlat-address.h"
#include "xlat-checksum.h"

#define SMALLEST_FRAME 46u /* the packet in an Ethernet frame of 60 bytes */
#define MUTATED        90u /* the headers */
#define MAX_EXTENSION  64u

/* Lengths around limits, and any others. */
static gsize
pick_size (const struct draft *draft, gsize smallest, gsize largest)
{
  const struct xlat_config *config = draft->config;
  const gsize edges[] = {
      1232,
      1252,
      1260,
      1280,
      config->lowest_ipv6_mtu - 20,
      config->lowest_ipv6_mtu - 28,
      config->mtu6 - 20,
      config->mtu6 - 28,
      config->mtu6,
      config->mtu6 + 20,
      3072 + 20, /* a checksum is computed up to here */
      3072 + 40,
  };
  guint kind = below (draft->random, 100);
  gsize size;

  if (kind < 35)
    size = smallest + below (draft->random, 100);
  else if (kind < 65)
    size = edges[below (draft->random, G_N_ELEMENTS (edges))] + below (draft->random, 11)
           - 5;
  else if (kind < 85)
    size = smallest + below (draft->random, 1500);
  else
    size = smallest + below (draft->random, (guint)(largest - smallest));
  return CLAMP (size, smallest, largest);
}

static const struct xlat_pair *
pick_pair (GRand *random, const struct xlat_config *config)
{
  return &config->pairs[config->n_pairs == 1 ? 0 : below (random, config->n_pairs)];
}

static be32
pick_ipv4 (const struct draft *draft)
{
  static const guint32 special[] = {
      0x00000000, 0x00010203, 0x0a000001, 0x7f000001, 0xa9fe0101, 0xc0000008, 0xac1f0001,
      0xc00000ff, 0xc0a80101, 0xc0000201, 0xdfffffff, 0xe00000fb, 0xf0000001, 0xffffffff,
  };
  guint kind = below (draft->random, 100);

  if (kind < 10)
    return htonl (special[below (draft->random, G_N_ELEMENTS (special))]);
  if (kind < 12)
    return pick_pair (draft->random, draft->config)->ipv4;
  return htonl (0x01000000 + g_rand_int (draft->random) % 0x7dffffff);
}

static void
pick_ipv6 (const struct draft *draft, struct xlat_address6 *address)
{
  const struct xlat_prefix *prefix =
      chance (draft->random, 90) ? &draft->local->prefix
                                 : &pick_pair (draft->random, draft->config)->prefix;
  guint kind = below (draft->random, 100);
  guint suffix = prefix->length / 8u + (prefix->length < 96 ? 5 : 4);

  xlat_prefix_embed (prefix, pick_ipv4 (draft), address);
  if (kind < 85)
    return;
  if (kind < 90)
    {
      /* What a receiver does not look at (RFC 6052, 2.2 and 2.3). */
      address->bytes[prefix->length < 96 ? 8 : 15] ^= (guint8)g_rand_int (draft->random);
      if (suffix < sizeof *address)
        fill (draft->random, address->bytes + suffix, sizeof *address - suffix);
    }
  else if (kind < 93)
    address->bytes[below (draft->random, prefix->length / 8u)] ^= 1;
  else if (kind < 95)
    *address = pick_pair (draft->random, draft->config)->ipv6;
  else if (kind < 97)
    *address = (struct xlat_address6){.bytes[15] = (guint8)below (draft->random, 2)};
  else
    fill (draft->random, address->bytes, sizeof *address);
}

static guint8
pick_ttl (const struct draft *draft)
{
  static const guint8 choices[] = {0, 1, 2, 255};

  return chance (draft->random, 90)
             ? (guint8)(2 + below (draft->random, 254))
             : pick (draft->random, choices, G_N_ELEMENTS (choices));
}

/* Flags and offset of a fragment, or of a whole packet. */
static guint16
pick_fragment_field (struct draft *draft)
{
  guint16 field = chance (draft->random, 40) ? XLAT_IPV4_DONT_FRAGMENT : 0;

  if (chance (draft->random, 2))
    field |= 0x8000;
  if (chance (draft->random, 75))
    return field;

  if (chance (draft->random, 60))
    field |= XLAT_IPV4_MORE_FRAGMENTS;
  if (chance (draft->random, 60))
    field |= (guint16)(chance (draft->random, 90) ? below (draft->random, 400)
                                                  : below (draft->random, 0x2000));
  draft->is_later_fragment = (field & XLAT_IPV4_OFFSET_MASK) != 0;
  return field;
}

static void
write_options (const struct draft *draft)
{
  guint8 *options = draft->packet + sizeof (struct xlat_ipv4);
  gsize length = draft->header - sizeof (struct xlat_ipv4);

  memset (options, 1, length);
  if (length == 0 || chance (draft->random, 30))
    return;
  if (chance (draft->random, 10))
    {
      fill (draft->random, options, length);
      return;
    }
  options[0] = chance (draft->random, 50) ? 7 : 131;
  options[1] = (guint8)length;
  options[2] = (guint8)(chance (draft->random, 50) ? 4 : length + 1);
}

static gsize
pick_total_length (const struct draft *draft)
{
  guint kind = below (draft->random, 100);

  if (kind < 95)
    return draft->length;
  if (kind < 97)
    return draft->length + 1 + below (draft->random, 20);
  if (kind < 99)
    return draft->length - below (draft->random, (guint)draft->length);
  return below (draft->random, 0x10000);
}

static void
write_ipv4 (struct draft *draft)
{
  struct xlat_ipv4 *ip = (struct xlat_ipv4 *)draft->packet;

  *ip = (struct xlat_ipv4){
      .version_ihl = (guint8)(0x40 | draft->header / 4),
      .tos = (guint8)g_rand_int (draft->random),
      .total_length = htons ((guint16)pick_total_length (draft)),
      .id = (guint16)g_rand_int (draft->random),
      .fragment = htons (pick_fragment_field (draft)),
      .ttl = pick_ttl (draft),
      .protocol = draft->protocol,
      .source = chance (draft->random, 95) ? draft->local->ipv4 : pick_ipv4 (draft),
      .destination = pick_ipv4 (draft),
  };

  write_options (draft);
  if (chance (draft->random, 1))
    ip->version_ihl = (guint8)g_rand_int (draft->random);
  ip->checksum = (be16)~xlat_sum (ip, draft->header);
  if (chance (draft->random, 2))
    ip->checksum ^= (be16)(1u << below (draft->random, 16));
}

/* Extension headers between the IPv6 header and the fragment header or the payload.
 * Returns the place of the next header field that names what follows. */
static guint8 *
write_extensions (struct draft *draft)
{
  static const guint8 extensions[] = {0, 43, 60};
  guint8 *next_header = draft->packet + 6;

  draft->header = sizeof (struct xlat_ipv6);
  while (chance (draft->random, 6) && draft->header < MAX_EXTENSION)
    {
      guint8 *extension = draft->packet + draft->header;
      guint units = chance (draft->random, 95) ? 0 : below (draft->random, 256);

      *next_header = pick (draft->random, extensions, G_N_ELEMENTS (extensions));
      memset (extension, 0, 8);
      extension[1] = (guint8)units;
      extension[3] = chance (draft->random, 30) ? 1 : 0;
      next_header = extension;
      draft->header += 8;
    }
  return next_header;
}

static guint8 *
write_fragment_header (struct draft *draft, guint8 *next_header)
{
  guint8 *header = draft->packet + draft->header;
  guint16 field = chance (draft->random, 50) ? XLAT_FRAGMENT_MORE : 0;

  if (chance (draft->random, 60))
    field |= (guint16)((chance (draft->random, 90) ? below (draft->random, 400)
                                                   : below (draft->random, 0x2000))
                       << 3);
  if (chance (draft->random, 5))
    field |= (guint16)(below (draft->random, 4) << 1);

  *next_header = XLAT_PROTOCOL_FRAGMENT;
  fill (draft->random, header, XLAT_FRAGMENT_HEADER);
  xlat_put_be16 (header + 2, field);
  draft->is_later_fragment = (field & XLAT_FRAGMENT_OFFSET_MASK) != 0;
  draft->header += XLAT_FRAGMENT_HEADER;
  return header;
}

static void
write_ipv6 (struct draft *draft)
{
  struct xlat_ipv6 *ip = (struct xlat_ipv6 *)draft->packet;
  guint8 *next_header;

  fill (draft->random, draft->packet, sizeof *ip);
  draft->packet[0] = (guint8)(0x60 | (draft->packet[0] & 0x0f));
  if (chance (draft->random, 1))
    draft->packet[0] = (guint8)g_rand_int (draft->random);
  ip->hop_limit = pick_ttl (draft);
  pick_ipv6 (draft, &ip->source);
  ip->destination = draft->local->ipv6;
  if (chance (draft->random, 4))
    pick_ipv6 (draft, &ip->destination);

  next_header = write_extensions (draft);
  if (chance (draft->random, 25))
    next_header = write_fragment_header (draft, next_header);
  *next_header = draft->protocol;
}

static gsize
pad (const struct draft *draft, gsize largest)
{
  gsize length = draft->length;

  if (length < SMALLEST_FRAME && chance (draft->random, 80))
    length = SMALLEST_FRAME;
  else if (chance (draft->random, 5))
    length = MIN (length + below (draft->random, 60), largest);
  fill (draft->random, draft->packet + draft->length, length - draft->length);
  return length;
}

gsize
random_packet (GRand *random, const struct xlat_config *config,
               enum xlat_direction direction, gsize largest,
               guint8 packet[RANDOM_PACKET_LARGEST])
{
  struct draft draft = {
      .random = random,
      .config = config,
      .local = pick_pair (random, config),
      .direction = direction,
      .packet = packet,
  };

  draft.protocol = draft_pick_protocol (&draft);
  if (direction == XLAT_4TO6)
    {
      draft.header = chance (random, 90) ? 20 : 20 + 4 * below (random, 11);
      draft.length = pick_size (&draft, draft.header, largest);
      write_ipv4 (&draft);
    }
  else
    {
      write_ipv6 (&draft);
      draft.length = pick_size (&draft, draft.header, largest);
      xlat_put_be16 (packet + 4,
                     (guint16)(pick_total_length (&draft) - sizeof (struct xlat_ipv6)));
    }

  draft_write_transport (&draft);
  if (chance (random, 1))
    return MAX (below (random, (guint)draft.length), 20);
  return pad (&draft, largest);
}

gsize
random_segments (GRand *random, const struct xlat_config *config,
                 enum xlat_direction direction, gsize largest,
                 guint8 packet[RANDOM_PACKET_LARGEST])
{
  struct draft draft = {
      .random = random,
      .config = config,
      .local = pick_pair (random, config),
      .direction = direction,
      .packet = packet,
      .protocol = below (random, 2) == 0 ? XLAT_PROTOCOL_UDP : XLAT_PROTOCOL_TCP,
  };
  struct xlat_ipv4 *ipv4 = (struct xlat_ipv4 *)packet;
  guint8 *transport;

  draft.length = 100 + below (random, (guint)largest - 100);
  if (direction == XLAT_4TO6)
    {
      draft.header = sizeof *ipv4;
      write_ipv4 (&draft);
      ipv4->total_length = htons ((guint16)draft.length);
      ipv4->fragment &= htons (XLAT_IPV4_DONT_FRAGMENT);
      ipv4->version_ihl = 0x45;
      ipv4->checksum = 0;
      ipv4->checksum = (be16)~xlat_sum (ipv4, sizeof *ipv4);
    }
  else
    {
      write_ipv6 (&draft);
      draft.header = sizeof (struct xlat_ipv6);
      packet[0] = 0x60;
      packet[6] = draft.protocol;
      xlat_put_be16 (packet + 4, (guint16)(draft.length - sizeof (struct xlat_ipv6)));
    }

  draft.is_later_fragment = FALSE;
  draft_write_transport (&draft);
  transport = packet + draft.header;
  if (draft.protocol == XLAT_PROTOCOL_TCP)
    transport[12] = (guint8)((5 + below (random, 6)) << 4);
  return draft.length;
}

void
random_mutation (GRand *random, guint8 *packet, gsize length)
{
  gsize header = (packet[0] & 0x0f) * 4u;
  struct view view;

  for (guint i = 1 + below (random, 3); i > 0; i--)
    {
      gsize at = below (random, (guint)MIN (length, MUTATED));

      packet[at] ^= (guint8)(1u << below (random, 8));
    }
  if (packet[0] >> 4 == 4 && header >= sizeof (struct xlat_ipv4) && header <= length)
    {
      struct xlat_ipv4 *ip = (struct xlat_ipv4 *)packet;

      ip->checksum = 0;
      ip->checksum = (be16)~xlat_sum (ip, header);
    }
  if (chance (random, 50) && view_packet (packet, length, &view) && !view.is_fragment)
    fix_checksum (&view, packet + (view.payload - packet));
}
