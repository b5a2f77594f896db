/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares the fast path and clat-xlat. What the fast path translates, clat-xlat
 * translates to the same bytes; what it drops or leaves to the kernel, clat-xlat drops
 * too; what it hands over is unchanged. */
#include "pair.h"

#include <string.h>

#include "kinds.h"
#include "row-file.h"
#include "xlat-checksum.h"
#include "xlat.h"

#define MAX_DIFFERENCES 5

struct Pair
{
  const char *name;
  FastPath *fast;
  FastResult *result;
  struct xlat *xlat;
  struct xlat_statistics statistics;
  struct xlat_result *xlat_result;
  guint8
      copy[sizeof (((FastResult *)NULL)->packet)]; /* for xlat_translate to overwrite */
};

/* The fast path does not have these options. */
static gboolean
needs_slow_path (const struct xlat_config *config)
{
  return config->zero_traffic_class || config->drop_udp_without_checksum
         || config->strict_well_known_prefix;
}

Pair *
pair_new (const char *name, const struct xlat_config *config)
{
  Pair *pair = g_new0 (Pair, 1);

  pair->name = name;
  pair->fast = fast_path_new (config, needs_slow_path (config));
  pair->result = g_new0 (FastResult, 1);
  pair->xlat_result = g_new0 (struct xlat_result, 1);
  pair->xlat = xlat_new (config, 1, &pair->statistics);
  g_assert_nonnull (pair->xlat);
  return pair;
}

void
pair_free (Pair *pair)
{
  fast_path_free (pair->fast);
  xlat_free (pair->xlat);
  g_free (pair->xlat_result);
  g_free (pair->result);
  g_free (pair);
}

const FastCost *
pair_get_cost (Pair *pair)
{
  return fast_path_get_cost (pair->fast);
}

gsize
pair_get_largest (Pair *pair)
{
  return fast_path_get_largest (pair->fast);
}

static void
print_packet (const char *name, const guint8 *data, gsize length)
{
  g_printerr ("  %s (%" G_GSIZE_FORMAT " bytes): ", name, length);
  for (gsize i = 0; i < length; i++)
    g_printerr ("%02x", data[i]);
  g_printerr ("\n");
}

static gsize
join (const struct xlat_output *output, guint8 *joined)
{
  memcpy (joined, output->head, output->head_length);
  memcpy (joined + output->head_length, output->body, output->body_length);
  return output->head_length + output->body_length;
}

static void
report (const Pair *pair, const FastPacket *packet, const char *what)
{
  static const char *const fast_verdicts[] = {
      [FAST_TRANSLATED] = "translates",
      [FAST_HANDED_OVER] = "hands over",
      [FAST_DROPPED] = "drops",
      [FAST_LEFT] = "leaves to the kernel",
  };
  static const char *const verdicts[] = {
      [XLAT_DROP] = "drops", [XLAT_ANSWER] = "answers",   [XLAT_REPLY] = "replies to",
      [XLAT_HOLD] = "holds", [XLAT_FORWARD] = "forwards",
  };
  const struct xlat_result *result = pair->xlat_result;
  static guint n_differences;
  guint8 joined[G_MAXUINT16 + XLAT_MAX_HEAD];

  g_printerr ("%s: %s\n", pair->name, what);
  print_packet (packet->direction == XLAT_4TO6 ? "4 to 6" : "6 to 4", packet->data,
                packet->length);
  if (packet->gso_size != 0)
    g_printerr ("  in segments of %u\n", packet->gso_size);
  g_printerr ("  the fast path %s: %s\n", fast_verdicts[pair->result->verdict],
              xlat_reason_to_string (pair->result->reason));
  print_packet ("fast path", pair->result->packet, pair->result->length);
  g_printerr ("  xlat %s: %s\n", verdicts[result->verdict],
              xlat_reason_to_string (result->reason));
  for (guint i = 0; i < result->n_packets; i++)
    print_packet ("xlat", joined, join (&result->packets[i], joined));

  g_test_fail ();
  if (++n_differences >= MAX_DIFFERENCES)
    g_error ("too many differences");
}

/* RFC 7915, 5.1: what may be fragmented on its way has an identification of the
 * translator's choice, unless it came in a fragment. */
static gboolean
has_new_id (const FastPacket *packet, const guint8 *output)
{
  const struct xlat_ipv4 *ip = (const struct xlat_ipv4 *)output;

  return packet->direction == XLAT_6TO4
         && (ip->fragment & htons (XLAT_IPV4_DONT_FRAGMENT)) == 0
         && packet->data[6] != XLAT_PROTOCOL_FRAGMENT;
}

static gboolean
has_right_header (const guint8 *packet)
{
  return xlat_sum (packet, sizeof (struct xlat_ipv4)) == 0xffff;
}

/* See translate. */
static void
complement_checksum (guint8 *packet, const struct xlat_offload *offload)
{
  guint8 *at = packet + offload->checksum_start + offload->checksum_offset;

  for (gsize i = 0; i < sizeof (be16); i++)
    at[i] ^= 0xff;
  if (offload->checksum_offset == offsetof (struct xlat_udp, checksum))
    xlat_checksum_avoid_zero (at);
}

static gboolean
is_equal (const Pair *pair, const FastPacket *packet)
{
  guint8 joined[G_MAXUINT16 + XLAT_MAX_HEAD];
  gsize length = join (&pair->xlat_result->packets[0], joined);
  g_autofree guint8 *fast = g_memdup2 (pair->result->packet, pair->result->length);

  if (packet->gso_size != 0)
    complement_checksum (joined, &pair->xlat_result->packets[0].offload);

  if (length != pair->result->length)
    return FALSE;
  if (has_new_id (packet, fast))
    {
      if (!has_right_header (fast) || !has_right_header (joined))
        return FALSE;
      row_forget_id (fast);
      row_forget_id (joined);
    }
  return memcmp (fast, joined, length) == 0;
}

static void
check_translated (const Pair *pair, const FastPacket *packet, guint64 packets,
                  guint64 bytes)
{
  kinds_count_translated (packet);
  if (pair->xlat_result->verdict != XLAT_FORWARD || pair->xlat_result->n_packets != 1)
    report (pair, packet, "translated, but xlat does not translate it to one packet");
  else if (!is_equal (pair, packet))
    report (pair, packet, "translated to different packets");
  else if (pair->result->packets != packets
           || (packet->length == kinds_ip_length (packet)
               && pair->result->bytes != bytes))
    report (pair, packet, "counted differently");
}

/* The slow path must get the packet unchanged. */
static void
check_handed_over (const Pair *pair, const FastPacket *packet)
{
  kinds_count (KIND_HANDED_OVER, packet);
  if (pair->result->length != packet->length
      || memcmp (pair->result->packet, packet->data, packet->length) != 0)
    report (pair, packet, "changed and handed over");
}

static void
check_dropped (const Pair *pair, const FastPacket *packet)
{
  kinds_count (KIND_DROPPED, packet);
  if (pair->result->reason != XLAT_REASON_MALFORMED
      && pair->result->reason != XLAT_REASON_BAD_DESTINATION)
    report (pair, packet, "dropped where it should be handed over");
  else if (pair->xlat_result->verdict != XLAT_DROP)
    report (pair, packet, "dropped, but xlat does not drop it");
}

static void
check_left (const Pair *pair, const FastPacket *packet)
{
  kinds_count (KIND_LEFT, packet);
  if (packet->direction != XLAT_6TO4)
    report (pair, packet, "nothing is left to the kernel in this direction");
  else if (pair->xlat_result->verdict != XLAT_DROP)
    report (pair, packet, "left to the kernel, but xlat does not drop it");
}

/* A packet whose version differs from that of its frame must never be translated. */
static void
check_version (const Pair *pair, const FastPacket *packet)
{
  FastVerdict right = packet->direction == XLAT_4TO6 ? FAST_DROPPED : FAST_LEFT;

  if (pair->result->verdict != right)
    report (pair, packet, "the version is not that of the frame");
}

/* A partial checksum is the sum of the pseudo-header, not complemented. BPF_PROG_TEST_RUN
 * makes no partial checksums, so the fast path gets the complement of the same field. */
static void
translate (Pair *pair, const FastPacket *packet, guint64 now_ns)
{
  struct xlat_offload offload = {0};

  memcpy (pair->copy, packet->data, packet->length);
  if (packet->gso_size != 0)
    {
      gboolean is_4to6 = packet->direction == XLAT_4TO6;
      guint8 protocol = packet->data[is_4to6 ? 9 : 6];

      offload.needs_checksum = true;
      offload.gso = protocol == XLAT_PROTOCOL_UDP ? XLAT_GSO_UDP : XLAT_GSO_TCP;
      offload.gso_size = (guint16)packet->gso_size;
      offload.checksum_start = is_4to6 ? XLAT_IPV4_HEADER : XLAT_IPV6_HEADER;
      offload.checksum_offset = (guint16)xlat_checksum_offset (protocol);
      complement_checksum (pair->copy, &offload);
    }
  xlat_translate (pair->xlat, pair->copy, packet->length, &offload, now_ns,
                  pair->xlat_result);
}

gboolean
pair_compare (Pair *pair, const FastPacket *packet, guint64 now_ns)
{
  struct xlat_direction_statistics *statistics =
      &pair->statistics.directions[packet->direction];
  guint64 packets = statistics->packets, bytes = statistics->bytes;

  if (!fast_path_run (pair->fast, packet, pair->result))
    return FALSE;

  pair->xlat_result->n_packets = 0;
  if (packet->data[0] >> 4 != (packet->direction == XLAT_4TO6 ? 4 : 6))
    {
      check_version (pair, packet);
      return TRUE;
    }

  translate (pair, packet, now_ns);
  switch (pair->result->verdict)
    {
    case FAST_TRANSLATED:
      check_translated (pair, packet, statistics->packets - packets,
                        statistics->bytes - bytes);
      return TRUE;
    case FAST_HANDED_OVER:
      check_handed_over (pair, packet);
      return TRUE;
    case FAST_DROPPED:
      check_dropped (pair, packet);
      return TRUE;
    case FAST_LEFT:
      check_left (pair, packet);
      return TRUE;
    }
  return TRUE;
}
