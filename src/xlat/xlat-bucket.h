/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Token buckets that limit the rate of ICMP errors (RFC 4443, 2.4 f). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "xlat-config.h"

/* One token is the nanoseconds between two packets at the configured rate. Zeroes: not
 * used yet, and full. */
struct xlat_bucket
{
  uint64_t updated_ns;
  uint64_t tokens;
  bool used;
};

/* Takes one packet's tokens. False if RATE is exceeded. A pause, however long, fills the
 * bucket with RATE's burst at most. */
bool xlat_bucket_take (struct xlat_bucket *bucket, const struct xlat_rate *rate,
                       uint64_t now_ns);
