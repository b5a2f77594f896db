/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets whose checksum or segmentation is left to a device. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "xlat-emit.h"
#include "xlat-packet.h"

/* Does the checksum that a device would have done. False if what OFFLOAD says does not
 * fit the packet. */
bool xlat_offload_complete (struct xlat_offload *offload, uint8_t *packet, size_t length);

/* Whether OFFLOAD is about the checksum of the transport header at TRANSPORT. */
bool xlat_offload_covers (const struct xlat_offload *offload, size_t transport,
                          uint8_t protocol);

/* The length of the transport header of a packet that is to be segmented, 0 if PAYLOAD
 * does not have what OFFLOAD says. */
size_t xlat_offload_transport_header (const struct xlat_offload *offload,
                                      uint8_t protocol, const uint8_t *payload,
                                      size_t length);

/* How many packets DATA bytes of payload become. */
unsigned xlat_offload_segments (const struct xlat_offload *offload, size_t data);

/* Makes segments small enough for MAX bytes of payload. */
void xlat_offload_shrink (struct xlat_offload *offload, size_t payload_length,
                          size_t max);

/* The datagrams that a device would cut a UDP payload into, one after the other. */
struct xlat_datagrams
{
  const uint8_t *payload; /* with the UDP header of the whole */
  size_t length;
  size_t size;
  size_t done;
  uint16_t addresses; /* sum of the addresses that the datagrams will have */
};

bool xlat_datagrams_next (struct xlat_datagrams *self, struct xlat_body *body);
