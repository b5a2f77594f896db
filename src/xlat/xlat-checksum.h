/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sums of the Internet checksum (RFC 1071) and their differences (RFC 1624).
 *
 * A sum is 16 bits in the byte order of memory: one's complement addition works in either
 * order (RFC 1071, 2 B), so nothing is swapped. A difference is a sum too. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xlat-wire.h"

uint16_t xlat_sum (const void *data, size_t length);

static inline uint16_t
xlat_sum_add (uint16_t a, uint16_t b)
{
  uint32_t sum = (uint32_t)a + b;

  return (uint16_t)(sum + (sum >> 16));
}

static inline uint16_t
xlat_sum_difference (uint16_t from, uint16_t to)
{
  return xlat_sum_add (to, (uint16_t)~from);
}

uint16_t xlat_sum_addresses4 (be32 source, be32 destination);
uint16_t xlat_sum_addresses6 (const struct xlat_address6 *source,
                              const struct xlat_address6 *destination);

/* The sum of length and protocol in the pseudo-header of either family. */
uint16_t xlat_sum_pseudo (size_t length, uint8_t protocol);

/* Updates the checksum field at AT after the data that it covers changed by DIFFERENCE. A
 * wrong checksum stays wrong by the same amount. */
void xlat_checksum_adjust (uint8_t *at, uint16_t difference);

/* The same for a partial checksum: the sum of the pseudo-header, not complemented, to
 * which a device will add the rest. */
void xlat_checksum_adjust_partial (uint8_t *at, uint16_t difference);

/* Stores the complement of SUM. */
void xlat_checksum_store (uint8_t *at, uint16_t sum);

/* For UDP and UDP-Lite, where 0 means no checksum: zero is sent as 0xffff. */
void xlat_checksum_avoid_zero (uint8_t *at);
