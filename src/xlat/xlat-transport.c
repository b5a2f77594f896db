/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP, UDP, UDP-Lite, DCCP. Other protocols pass unchanged (RFC 7915, 4.4). */
#include "xlat-transport.h"

#include <string.h>

#include "xlat-checksum.h"
#include "xlat-rules.h"

bool
xlat_transport_has_no_checksum (const uint8_t *payload)
{
  return payload[offsetof (struct xlat_udp, checksum)] == 0
         && payload[offsetof (struct xlat_udp, checksum) + 1] == 0;
}

void
xlat_transport_adjust (uint8_t protocol, uint8_t *payload, size_t length,
                       uint16_t difference, bool partial)
{
  int offset = xlat_checksum_offset (protocol);
  uint8_t *field;

  if (offset < 0 || length < (size_t)offset + sizeof (be16))
    return;
  field = payload + offset;

  if (partial)
    xlat_checksum_adjust_partial (field, difference);
  else if (!xlat_checksum_has_no_zero (protocol))
    xlat_checksum_adjust (field, difference);
  else if (!xlat_transport_has_no_checksum (payload))
    {
      xlat_checksum_adjust (field, difference);
      xlat_checksum_avoid_zero (field);
    }
}

void
xlat_echo_translate (uint8_t *message, int type, uint16_t pseudo)
{
  uint16_t old, new;

  memcpy (&old, message, sizeof old);
  message[offsetof (struct xlat_icmp, type)] = (uint8_t)type;
  memcpy (&new, message, sizeof new);
  xlat_checksum_adjust (message + offsetof (struct xlat_icmp, checksum),
                        xlat_sum_add (xlat_sum_difference (old, new), pseudo));
}

bool
xlat_udp_compute_checksum (uint8_t *payload, size_t length, uint16_t addresses)
{
  uint8_t *field = payload + offsetof (struct xlat_udp, checksum);
  size_t covered = ntohs (((const struct xlat_udp *)payload)->length);
  uint16_t sum;

  if (covered < XLAT_UDP_HEADER || covered > length)
    return false;

  field[0] = field[1] = 0;
  sum = xlat_sum_add (addresses, xlat_sum_pseudo (covered, XLAT_PROTOCOL_UDP));
  sum = xlat_sum_add (sum, xlat_sum (payload, covered));
  xlat_checksum_store (field, sum);
  xlat_checksum_avoid_zero (field);
  return true;
}
