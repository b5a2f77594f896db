/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Transport headers: their checksums cover the addresses. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Adjusts the checksum of the header at PAYLOAD to addresses whose sum differs by
 * DIFFERENCE. PARTIAL: the field holds the sum of the pseudo header. A UDP checksum that
 * is "none" stays so. False if the header is not all there. */
bool xlat_transport_adjust (uint8_t protocol, uint8_t *payload, size_t length,
                            uint16_t difference, bool partial);

/* Of a UDP or UDP-Lite header that is all there. */
bool xlat_transport_has_no_checksum (const uint8_t *payload);

/* Gives a UDP datagram the checksum that it came without; ADDRESSES is the sum of the
 * addresses that it will have. False if its length is not that of PAYLOAD. */
bool xlat_udp_compute_checksum (uint8_t *payload, size_t length, uint16_t addresses);
