/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checksum and segmentation offload. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "xlat-emit.h"
#include "xlat-packet.h"

/* Completes a partial checksum. False if OFFLOAD does not fit the packet. */
bool xlat_offload_complete (struct xlat_offload *offload, uint8_t *packet, size_t length);

/* Whether the partial checksum is that of the transport header at offset TRANSPORT. */
bool xlat_offload_covers (const struct xlat_offload *offload, size_t transport,
                          uint8_t protocol);

/* The length of the transport header of a GSO packet; 0 if OFFLOAD does not fit PAYLOAD.
 */
size_t xlat_offload_transport_header (const struct xlat_offload *offload,
                                      uint8_t protocol, const uint8_t *payload,
                                      size_t length);

/* How many segments DATA bytes make. */
unsigned xlat_offload_segments (const struct xlat_offload *offload, size_t data);

/* Limits the segments to MAX bytes of data each. */
void xlat_offload_shrink (struct xlat_offload *offload, size_t payload_length,
                          size_t max);

/* Iterates over the datagrams that a device would make of a UDP GSO packet. */
struct xlat_datagrams
{
  const uint8_t *payload; /* with the UDP header of the GSO packet */
  size_t length;
  size_t size;
  size_t done;
  uint16_t addresses; /* sum of the translated addresses */
};

bool xlat_datagrams_next (struct xlat_datagrams *self, struct xlat_body *body);
