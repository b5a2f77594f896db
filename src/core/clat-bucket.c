/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A token bucket. */
#include "clat-bucket.h"

static void
fill (ClatBucket *self, gint64 now)
{
  gdouble seconds = (now - self->filled) / (gdouble)G_USEC_PER_SEC;

  self->tokens = self->filled == 0
                     ? self->burst
                     : MIN (self->burst, self->tokens + seconds * self->per_second);
  self->filled = now;
}

gboolean
clat_bucket_take (ClatBucket *self, gint64 now)
{
  fill (self, now);
  if (self->tokens < 1)
    return FALSE;

  self->tokens--;
  return TRUE;
}
