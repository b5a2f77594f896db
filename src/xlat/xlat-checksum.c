/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Internet checksum. */
#include "xlat-checksum.h"

#include <string.h>

static uint16_t
fold (uint64_t sum)
{
  sum = (sum >> 32) + (sum & 0xffffffff);
  sum = (sum >> 32) + (sum & 0xffffffff);
  sum = (sum >> 16) + (sum & 0xffff);
  sum = (sum >> 16) + (sum & 0xffff);
  sum = (sum >> 16) + (sum & 0xffff);
  return (uint16_t)sum;
}

uint16_t
xlat_sum (const void *data, size_t length)
{
  const uint8_t *at = data;
  uint64_t sum = 0, word;
  uint32_t half;

  /* 2^16 is 1 in this arithmetic, so are 2^32 and 2^64: wide words with the carry added
   * at the bottom give the same sum as 16-bit ones. */
  for (; length >= sizeof word; at += sizeof word, length -= sizeof word)
    {
      memcpy (&word, at, sizeof word);
      sum += word;
      sum += sum < word;
    }
  for (; length >= sizeof half; at += sizeof half, length -= sizeof half)
    {
      memcpy (&half, at, sizeof half);
      sum += half;
      sum += sum < half;
    }
  if (length > 0)
    {
      /* An odd last byte is padded with zero (RFC 1071). */
      half = 0;
      memcpy (&half, at, length);
      sum += half;
      sum += sum < half;
    }

  return fold (sum);
}

uint16_t
xlat_sum_addresses4 (be32 source, be32 destination)
{
  return fold ((uint64_t)source + destination);
}

uint16_t
xlat_sum_addresses6 (const struct xlat_address6 *source,
                     const struct xlat_address6 *destination)
{
  return xlat_sum_add (xlat_sum (source, sizeof *source),
                       xlat_sum (destination, sizeof *destination));
}

uint16_t
xlat_sum_pseudo (size_t length, uint8_t protocol)
{
  return fold ((uint64_t)htonl ((uint32_t)length) + htons (protocol));
}

void
xlat_checksum_adjust (uint8_t *at, uint16_t difference)
{
  uint16_t checksum;

  memcpy (&checksum, at, sizeof checksum);
  checksum = (uint16_t)~xlat_sum_add ((uint16_t)~checksum, difference);
  memcpy (at, &checksum, sizeof checksum);
}

void
xlat_checksum_adjust_partial (uint8_t *at, uint16_t difference)
{
  uint16_t sum;

  memcpy (&sum, at, sizeof sum);
  sum = xlat_sum_add (sum, difference);
  memcpy (at, &sum, sizeof sum);
}

void
xlat_checksum_store (uint8_t *at, uint16_t sum)
{
  uint16_t checksum = (uint16_t)~sum;

  memcpy (at, &checksum, sizeof checksum);
}

void
xlat_checksum_avoid_zero (uint8_t *at)
{
  if (at[0] == 0 && at[1] == 0)
    at[0] = at[1] = 0xff;
}
