/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How often something may be done: at once as a rule, but not without end (a token
 * bucket). Times are in µs, of any clock. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint burst;      /* so often at once */
  guint per_second; /* so often in the long run */
  gdouble tokens;
  gint64 filled; /* when tokens was right; 0: it is full */
} ClatBucket;

/* TRUE if it may be done now, and counts that it is. */
gboolean clat_bucket_take (ClatBucket *self, gint64 now);

G_END_DECLS
