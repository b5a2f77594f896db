/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A token bucket: limits the rate of an action, but allows bursts. Times are in µs, of
 * any clock. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint burst;      /* tokens of a full bucket */
  guint per_second; /* tokens added per second */
  gdouble tokens;
  gint64 filled; /* when tokens was updated; 0: never, the bucket is full */
} ClatBucket;

/* Takes a token; FALSE if there is none, and the action must wait. */
gboolean clat_bucket_take (ClatBucket *self, gint64 now);

G_END_DECLS
