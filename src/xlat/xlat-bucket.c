/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Token buckets that limit the rate of ICMP errors. */
#include "xlat-bucket.h"

#define NS_PER_SECOND 1000000000ull

bool
xlat_bucket_take (struct xlat_bucket *bucket, const struct xlat_rate *rate,
                  uint64_t now_ns)
{
  uint64_t price =
      rate->per_second > 0 ? NS_PER_SECOND / rate->per_second : NS_PER_SECOND;
  uint64_t most = rate->burst * price;

  if (!bucket->used)
    *bucket = (struct xlat_bucket){.used = true, .tokens = most, .updated_ns = now_ns};

  if (now_ns > bucket->updated_ns)
    {
      uint64_t waited = now_ns - bucket->updated_ns;

      if (rate->per_second > 0)
        bucket->tokens = waited < most - bucket->tokens ? bucket->tokens + waited : most;
      bucket->updated_ns = now_ns;
    }

  if (bucket->tokens < price)
    return false;
  bucket->tokens -= price;
  return true;
}
