/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Transport headers: their checksums cover the addresses. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Adjusts the checksum of the header at PAYLOAD to addresses whose sum differs by
 * DIFFERENCE, if it is within LENGTH: of a quoted packet it may not be. PARTIAL: the
 * field holds the sum of the pseudo header. A UDP checksum that is "none" stays so. */
void xlat_transport_adjust (uint8_t protocol, uint8_t *payload, size_t length,
                            uint16_t difference, bool partial);

/* Makes an echo message one of TYPE of the other family. PSEUDO is the sum of the ICMPv6
 * pseudo header to be added, or its complement to take it away. */
void xlat_echo_translate (uint8_t *message, int type, uint16_t pseudo);

/* Of a UDP or UDP-Lite header that is all there. */
bool xlat_transport_has_no_checksum (const uint8_t *payload);

/* Gives a UDP datagram the checksum that it came without; ADDRESSES is the sum of the
 * addresses that it will have. False if its length is not that of PAYLOAD. */
bool xlat_udp_compute_checksum (uint8_t *payload, size_t length, uint16_t addresses);
