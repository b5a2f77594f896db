/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The maximum segment size that a TCP SYN announces. */
#include "xlat-mss.h"

#include <string.h>

#include "xlat-checksum.h"
#include "xlat-rules.h"

#define TCP_HEADER 20

#define OPTION_END 0
#define OPTION_NOP 1

/* Where the value of the first MSS option is; 0 if there is none. */
static size_t
find_mss (const uint8_t *segment, size_t length)
{
  size_t end = (segment[12] >> 4) * 4u;
  size_t at = TCP_HEADER;

  if (end > length)
    return 0;
  while (at < end && segment[at] != OPTION_END)
    {
      if (segment[at] == OPTION_NOP)
        {
          at++;
          continue;
        }
      if (end - at < 2 || segment[at + 1] < 2 || segment[at + 1] > end - at)
        return 0;
      if (segment[at] == XLAT_TCP_MSS && segment[at + 1] == XLAT_TCP_MSS_LENGTH)
        return at + 2;
      at += segment[at + 1];
    }
  return 0;
}

static void
replace (uint8_t *segment, size_t at, uint16_t value, bool partial)
{
  uint16_t old, new, difference;

  memcpy (&old, segment + at, sizeof old);
  xlat_put_be16 (segment + at, value);
  memcpy (&new, segment + at, sizeof new);
  if (partial)
    return;

  difference = xlat_sum_difference (old, new);
  /* A value at an odd offset is in two words of the sum, its bytes exchanged. */
  if (at % 2 != 0)
    difference = (uint16_t)(difference << 8 | difference >> 8);
  xlat_checksum_adjust (segment + xlat_checksum_offset (XLAT_PROTOCOL_TCP), difference);
}

void
xlat_mss_limit (uint8_t *segment, size_t length, unsigned max, bool partial)
{
  size_t at;

  if (!(segment[XLAT_TCP_FLAGS] & XLAT_TCP_SYN))
    return;
  at = find_mss (segment, length);
  if (at != 0 && xlat_get_be16 (segment + at) > max)
    replace (segment, at, (uint16_t)max, partial);
}
