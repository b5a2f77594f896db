/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Token buckets that limit the rate of ICMP errors (RFC 4443, 2.4 f). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "xlat-config.h"

/* TOKENS are nanoseconds: an error costs the time between two errors at the configured
 * rate. All zero: not used yet, and full. */
struct xlat_bucket
{
  uint64_t updated_ns;
  uint64_t tokens;
  bool used;
};

/* Takes the tokens for one error. False if RATE is exceeded. However long the pause, the
 * bucket never holds more than RATE's burst. */
bool xlat_bucket_take (struct xlat_bucket *bucket, const struct xlat_rate *rate,
                       uint64_t now_ns);
