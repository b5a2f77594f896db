/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Does in software what a device would have done. */
#include "xlat-offload.h"

#include <string.h>

#include "xlat-checksum.h"

bool
xlat_offload_complete (struct xlat_offload *offload, uint8_t *packet, size_t length)
{
  size_t start = offload->checksum_start;
  size_t field = start + offload->checksum_offset;

  if (field + sizeof (be16) > length)
    return false;

  xlat_checksum_store (packet + field, xlat_sum (packet + start, length - start));
  /* 0xffff and zero are the same checksum, except for UDP, where zero means none. */
  xlat_checksum_avoid_zero (packet + field);
  offload->needs_checksum = false;
  return true;
}

bool
xlat_offload_covers (const struct xlat_offload *offload, size_t transport,
                     uint8_t protocol)
{
  return offload->checksum_start == transport
         && xlat_checksum_offset (protocol) == offload->checksum_offset;
}

size_t
xlat_offload_transport_header (const struct xlat_offload *offload, uint8_t protocol,
                               const uint8_t *payload, size_t length)
{
  size_t header;

  if (!offload->needs_checksum || offload->gso_size == 0
      || length < xlat_transport_header_length (protocol))
    return 0;

  if (offload->gso == XLAT_GSO_UDP && protocol == XLAT_PROTOCOL_UDP)
    header = XLAT_UDP_HEADER;
  else if (offload->gso == XLAT_GSO_TCP && protocol == XLAT_PROTOCOL_TCP)
    header = (size_t)(payload[12] >> 4) * 4;
  else
    return 0;

  /* Without data there are no segments. */
  return header >= xlat_transport_header_length (protocol) && header < length ? header
                                                                              : 0;
}

unsigned
xlat_offload_segments (const struct xlat_offload *offload, size_t data)
{
  if (offload->gso == XLAT_GSO_NONE)
    return 1;
  return (unsigned)((data + offload->gso_size - 1) / offload->gso_size);
}

void
xlat_offload_shrink (struct xlat_offload *offload, size_t payload_length, size_t max)
{
  if (offload->gso_size > max)
    offload->gso_size = (uint16_t)max;
  if (payload_length <= offload->gso_size)
    {
      offload->gso = XLAT_GSO_NONE;
      offload->gso_size = 0;
    }
}

bool
xlat_datagrams_next (struct xlat_datagrams *self, struct xlat_body *body)
{
  size_t rest = self->length - XLAT_UDP_HEADER - self->done;
  struct xlat_udp udp;
  uint16_t sum;

  if (rest == 0)
    return false;

  body->data = self->payload + XLAT_UDP_HEADER + self->done;
  body->length = rest < self->size ? rest : self->size;
  body->prefix_length = sizeof udp;

  memcpy (&udp, self->payload, sizeof udp);
  udp.length = htons ((uint16_t)(sizeof udp + body->length));
  udp.checksum = 0;
  sum = xlat_sum_add (self->addresses,
                      xlat_sum_pseudo (sizeof udp + body->length, XLAT_PROTOCOL_UDP));
  sum = xlat_sum_add (sum, xlat_sum (&udp, sizeof udp));
  sum = xlat_sum_add (sum, xlat_sum (body->data, body->length));

  memcpy (body->prefix, &udp, sizeof udp);
  xlat_checksum_store (body->prefix + offsetof (struct xlat_udp, checksum), sum);
  xlat_checksum_avoid_zero (body->prefix + offsetof (struct xlat_udp, checksum));
  self->done += body->length;
  return true;
}
