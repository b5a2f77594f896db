/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts packets by protocol and by verdict. */
#include "kinds.h"

#define PROTOCOL_GRE  47
#define PROTOCOL_ESP  50
#define PROTOCOL_SCTP 132

/* The required number of packets in each direction. */
static const struct
{
  const char *name;
  guint minimum[XLAT_N_DIRECTIONS];
} kinds[N_KINDS] = {
    [KIND_TCP] = {"TCP", {1000, 1000}},
    [KIND_MSS] = {"SYNs with options", {100, 100}},
    [KIND_UDP] = {"UDP", {1000, 1000}},
    [KIND_NO_CHECKSUM] = {"UDP without a checksum", {300, 0}},
    [KIND_ECHO] = {"echo", {1000, 1000}},
    [KIND_ESP] = {"ESP", {100, 100}},
    [KIND_GRE] = {"GRE", {100, 100}},
    [KIND_SCTP] = {"SCTP", {100, 100}},
    [KIND_FRAGMENT] = {"fragments", {500, 500}},
    [KIND_UDP_FRAGMENT] = {"fragments of UDP", {200, 200}},
    [KIND_ATOMIC_FRAGMENT] = {"atomic fragments", {0, 100}},
    [KIND_PADDED] = {"padded", {500, 500}},
    [KIND_LARGE] = {"larger than 1280 in IPv6", {500, 500}},
    [KIND_SEGMENTED] = {"to be segmented", {200, 200}},
    [KIND_UDP_SEGMENTED] = {"UDP to be segmented", {200, 200}},
    [KIND_HANDED_OVER] = {"handed over", {1000, 1000}},
    [KIND_DROPPED] = {"dropped", {500, 0}},
    [KIND_LEFT] = {"left to the kernel", {0, 500}},
};

static guint counts[N_KINDS][XLAT_N_DIRECTIONS];

void
kinds_count (Kind kind, const FastPacket *packet)
{
  counts[kind][packet->direction]++;
}

gsize
kinds_ip_length (const FastPacket *packet)
{
  return packet->direction == XLAT_4TO6
             ? xlat_get_be16 (packet->data + 2)
             : XLAT_IPV6_HEADER + xlat_get_be16 (packet->data + 4);
}

static void
count_protocol (const FastPacket *packet, guint8 protocol, const guint8 *transport)
{
  switch (protocol)
    {
    case XLAT_PROTOCOL_TCP:
      kinds_count (KIND_TCP, packet);
      if (transport[XLAT_TCP_FLAGS] & XLAT_TCP_SYN && transport[12] >> 4 > 5)
        kinds_count (KIND_MSS, packet);
      return;
    case XLAT_PROTOCOL_UDP:
      kinds_count (transport[6] == 0 && transport[7] == 0 ? KIND_NO_CHECKSUM : KIND_UDP,
                   packet);
      return;
    case XLAT_PROTOCOL_ICMP4:
    case XLAT_PROTOCOL_ICMP6:
      kinds_count (KIND_ECHO, packet);
      return;
    case PROTOCOL_GRE:
      kinds_count (KIND_GRE, packet);
      return;
    case PROTOCOL_ESP:
      kinds_count (KIND_ESP, packet);
      return;
    case PROTOCOL_SCTP:
      kinds_count (KIND_SCTP, packet);
      return;
    default:
      return;
    }
}

void
kinds_count_translated (const FastPacket *packet)
{
  const guint8 *data = packet->data;
  gboolean is_4to6 = packet->direction == XLAT_4TO6;
  gboolean has_header = !is_4to6 && data[6] == XLAT_PROTOCOL_FRAGMENT;
  gboolean is_fragment = is_4to6
                             ? (xlat_get_be16 (data + 6) & 0x3fff) != 0
                             : has_header && (xlat_get_be16 (data + 42) & 0xfff9) != 0;
  guint8 protocol = data[is_4to6 ? 9 : has_header ? 40 : 6];
  gsize larger = is_4to6 ? 20 : 0;

  if (packet->gso_size != 0)
    kinds_count (protocol == XLAT_PROTOCOL_UDP ? KIND_UDP_SEGMENTED : KIND_SEGMENTED,
                 packet);
  else if (is_fragment)
    kinds_count (protocol == XLAT_PROTOCOL_UDP ? KIND_UDP_FRAGMENT : KIND_FRAGMENT,
                 packet);
  else if (has_header)
    kinds_count (KIND_ATOMIC_FRAGMENT, packet);
  else
    count_protocol (packet, protocol, data + (is_4to6 ? 20 : 40));

  if (packet->length > kinds_ip_length (packet))
    kinds_count (KIND_PADDED, packet);
  if (packet->gso_size == 0 && kinds_ip_length (packet) + larger > XLAT_IPV6_MIN_MTU)
    kinds_count (KIND_LARGE, packet);
}

void
kinds_check (void)
{
  for (guint kind = 0; kind < N_KINDS; kind++)
    for (guint direction = 0; direction < XLAT_N_DIRECTIONS; direction++)
      {
        g_printerr ("%s, %s: %u\n", direction == XLAT_4TO6 ? "4 to 6" : "6 to 4",
                    kinds[kind].name, counts[kind][direction]);
        g_assert_cmpuint (counts[kind][direction], >=, kinds[kind].minimum[direction]);
      }
}
