/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP, UDP, UDP-Lite, DCCP. Every other protocol passes unchanged (RFC 7915, 4.4). */
#include "xlat-transport.h"

#include "xlat-checksum.h"

bool
xlat_transport_has_no_checksum (const uint8_t *payload)
{
  return payload[offsetof (struct xlat_udp, checksum)] == 0
         && payload[offsetof (struct xlat_udp, checksum) + 1] == 0;
}

bool
xlat_transport_adjust (uint8_t protocol, uint8_t *payload, size_t length,
                       uint16_t difference, bool partial)
{
  int offset = xlat_checksum_offset (protocol);
  uint8_t *field;

  if (offset < 0)
    return true;
  if (length < xlat_transport_header_length (protocol))
    return false;

  field = payload + offset;
  if (partial)
    {
      xlat_checksum_adjust_partial (field, difference);
      return true;
    }

  if (xlat_checksum_has_no_zero (protocol))
    {
      if (xlat_transport_has_no_checksum (payload))
        return true;
      xlat_checksum_adjust (field, difference);
      xlat_checksum_avoid_zero (field);
    }
  else
    xlat_checksum_adjust (field, difference);
  return true;
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
