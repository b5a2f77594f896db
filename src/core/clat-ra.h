/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PREF64 options of a router advertisement (RFC 8781). */
#pragma once

#include "clat-prefix.h"

G_BEGIN_DECLS

typedef struct
{
  ClatPrefix prefix;
  guint32 lifetime; /* seconds; 0: withdrawn */
} ClatRaPref64;

/* Reads the options that follow the fixed part of a router advertisement. The result is
 * an array of ClatRaPref64 in the order of the options; options that RFC 8781 says to
 * ignore are not in it. NULL if the options are malformed, which makes the whole message
 * invalid (RFC 4861, 6.1.2). */
GArray *clat_ra_parse_pref64 (const guint8 *options, gsize length);

G_END_DECLS
