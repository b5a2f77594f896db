/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checksums of transport headers, which cover the addresses. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Adjusts the checksum of the header at PAYLOAD to addresses whose sum differs by
 * DIFFERENCE, if it is within LENGTH: a quoted packet may be truncated before it.
 * PARTIAL: the field holds the sum of the pseudo-header. A missing UDP checksum stays
 * missing. */
void xlat_transport_adjust (uint8_t protocol, uint8_t *payload, size_t length,
                            uint16_t difference, bool partial);

/* Changes the type of an echo message to TYPE of the other family. PSEUDO is the sum of
 * the ICMPv6 pseudo-header to add, or its complement to remove it. */
void xlat_echo_translate (uint8_t *message, int type, uint16_t pseudo);

/* PAYLOAD begins with a complete UDP or UDP-Lite header. */
bool xlat_transport_has_no_checksum (const uint8_t *payload);

/* Computes the missing checksum of a UDP datagram; ADDRESSES is the sum of its translated
 * addresses. False if the length in its header does not fit LENGTH. */
bool xlat_udp_compute_checksum (uint8_t *payload, size_t length, uint16_t addresses);
