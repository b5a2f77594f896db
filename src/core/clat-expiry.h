/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When something that was received for a lifetime expires, in µs of CLOCK_BOOTTIME. */
#pragma once

#include <glib.h>

#define CLAT_NEVER G_MAXINT64

/* A lifetime of RFC 4861 and RFC 8106, in seconds. */
#define CLAT_INFINITE_LIFETIME G_MAXUINT32

static inline gint64
clat_expiry_of (guint32 lifetime, gint64 now)
{
  return lifetime == CLAT_INFINITE_LIFETIME ? CLAT_NEVER
                                            : now + lifetime * (gint64)G_USEC_PER_SEC;
}
