/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Router advertisements (RFC 4861): the PREF64 options (RFC 8781), and telling one again.
 */
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

/* An Ethernet frame with the advertisement (an ICMPv6 message from router) as the link's
 * nodes would receive it now, age seconds after it was heard: all lifetimes that the
 * kernel reads are shorter by that, and none is longer than longest. NULL if the message
 * is malformed. */
GBytes *clat_ra_tell_again (const struct in6_addr *router, const guint8 *message,
                            gsize length, guint32 age, guint32 longest);

G_END_DECLS
