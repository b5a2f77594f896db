/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A second, simple parser of packets. */
#include "packet-check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ICMP4    1
#define TCP      6
#define UDP      17
#define DCCP     33
#define FRAGMENT 44
#define ICMP6    58
#define UDPLITE  136

void
fuzz_fail (const char *file, int line, const char *condition)
{
  fprintf (stderr, "%s:%d: not true: %s\n", file, line, condition);
  abort ();
}

static uint16_t
get16 (const uint8_t *at)
{
  return (uint16_t)(at[0] << 8 | at[1]);
}

uint32_t
naive_sum (const uint8_t *data, size_t length, uint32_t sum)
{
  for (size_t i = 0; i < length; i++)
    {
      sum += i % 2 == 0 ? (uint32_t)data[i] << 8 : data[i];
      sum = (sum & 0xffff) + (sum >> 16);
    }
  return sum;
}

uint16_t
naive_fold (uint32_t sum)
{
  while (sum >> 16 != 0)
    sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t)sum;
}

static bool
view4 (const uint8_t *packet, size_t length, struct view *view)
{
  size_t header;
  uint16_t fragment;

  if (length < 20)
    return false;
  header = (packet[0] & 15) * 4u;
  if (header < 20 || header > length || get16 (packet + 2) != length
      || naive_fold (naive_sum (packet, header, 0)) != 0xffff)
    return false;

  fragment = get16 (packet + 6);
  memcpy (view->source, packet + 12, 4);
  memcpy (view->destination, packet + 16, 4);
  view->traffic_class = packet[1];
  view->hops = packet[8];
  view->protocol = packet[9];
  view->payload = packet + header;
  view->length = length - header;
  view->dont_fragment = (fragment & 0x4000) != 0;
  view->more = (fragment & 0x2000) != 0;
  view->offset = (fragment & 0x1fff) * 8u;
  view->is_fragment = view->more || view->offset != 0;
  view->id = get16 (packet + 4);
  return true;
}

static bool
view6 (const uint8_t *packet, size_t length, struct view *view)
{
  if (length < 40 || get16 (packet + 4) != length - 40)
    return false;

  memcpy (view->source, packet + 8, 16);
  memcpy (view->destination, packet + 24, 16);
  view->traffic_class = (uint8_t)(packet[0] << 4 | packet[1] >> 4);
  view->hops = packet[7];
  view->protocol = packet[6];
  view->payload = packet + 40;
  view->length = length - 40;
  if (view->protocol != FRAGMENT)
    return true;

  if (view->length < 8)
    return false;
  view->has_fragment_header = true;
  view->protocol = view->payload[0];
  view->offset = get16 (view->payload + 2) & 0xfff8u;
  view->more = (view->payload[3] & 1) != 0;
  view->is_fragment = view->more || view->offset != 0;
  view->id = get16 (view->payload + 6);
  view->payload += 8;
  view->length -= 8;
  return true;
}

bool
view_packet (const uint8_t *packet, size_t length, struct view *view)
{
  memset (view, 0, sizeof *view);
  if (length == 0)
    return false;
  view->version = packet[0] >> 4;
  if (view->version == 4)
    return view4 (packet, length, view);
  return view->version == 6 && view6 (packet, length, view);
}

static uint32_t
pseudo_sum (const struct view *view, uint8_t protocol, size_t length)
{
  size_t size = view->version == 4 ? 4 : 16;
  uint32_t sum = naive_sum (view->source, size, 0);

  sum = naive_sum (view->destination, size, sum);
  return naive_fold (sum + (uint32_t)(length >> 16) + (uint32_t)(length & 0xffff)
                     + protocol);
}

/* The offset of the checksum and the length that it covers; false if the protocol has
 * none. */
static bool
find_checksum (uint8_t protocol, const uint8_t *payload, size_t length, size_t *offset,
               size_t *covered)
{
  static const size_t minimum[256] = {
      [ICMP4] = 8, [ICMP6] = 8, [TCP] = 20, [UDP] = 8, [UDPLITE] = 8, [DCCP] = 12};

  if (minimum[protocol] == 0 || length < minimum[protocol])
    return false;

  *covered = length;
  *offset = protocol == TCP ? 16 : protocol == ICMP4 || protocol == ICMP6 ? 2 : 6;
  if (protocol == UDP)
    *covered = get16 (payload + 4);
  else if (protocol == UDPLITE && get16 (payload + 4) != 0)
    *covered = get16 (payload + 4);
  else if (protocol == DCCP && (payload[5] & 15) != 0)
    *covered = payload[4] * 4u + ((payload[5] & 15) - 1) * 4u;
  return *covered >= minimum[protocol] && *covered <= length;
}

static uint32_t
pseudo_for (const struct view *view, uint8_t protocol, size_t length, size_t covered)
{
  if (protocol == ICMP4)
    return 0;
  return pseudo_sum (view, protocol, protocol == UDP ? covered : length);
}

enum checksum_state
view_checksum (const struct view *view, uint8_t protocol, const uint8_t *payload,
               size_t length)
{
  size_t offset, covered;
  uint32_t sum;

  if (!find_checksum (protocol, payload, length, &offset, &covered))
    return CHECKSUM_UNKNOWN;
  if ((protocol == UDP || protocol == UDPLITE) && get16 (payload + offset) == 0)
    return CHECKSUM_ABSENT;

  sum = naive_sum (payload, covered, pseudo_for (view, protocol, length, covered));
  /* All zero: wrong only by the sign of the zero. */
  if (sum == 0)
    return CHECKSUM_UNKNOWN;
  return naive_fold (sum) == 0xffff ? CHECKSUM_RIGHT : CHECKSUM_WRONG;
}

void
fix_checksum (const struct view *view, uint8_t *payload)
{
  size_t offset, covered;
  uint16_t checksum;

  if (!find_checksum (view->protocol, payload, view->length, &offset, &covered))
    return;

  payload[offset] = payload[offset + 1] = 0;
  checksum = (uint16_t)~naive_fold (naive_sum (
      payload, covered, pseudo_for (view, view->protocol, view->length, covered)));
  if (checksum == 0 && (view->protocol == UDP || view->protocol == UDPLITE))
    checksum = 0xffff;
  payload[offset] = (uint8_t)(checksum >> 8);
  payload[offset + 1] = (uint8_t)checksum;
}
