/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Router advertisements (RFC 4861): what of them matters for NAT64, and notifying one
 * again.
 */
#pragma once

#include "clat-network.h"
#include "clat-prefix.h"

G_BEGIN_DECLS

typedef struct
{
  ClatPrefix prefix;
  guint32 lifetime; /* seconds; 0: withdrawn */
} ClatRaPref64;

#define CLAT_RA_INFINITE G_MAXUINT32

typedef struct
{
  ClatNetwork network;
  guint32 lifetime; /* seconds that addresses of it are valid, or CLAT_RA_INFINITE */
} ClatRaNetwork;

typedef enum
{
  CLAT_RA_PREFERENCE_LOW,
  CLAT_RA_PREFERENCE_MEDIUM,
  CLAT_RA_PREFERENCE_HIGH,
} ClatRaPreference;

/* More options of a kind than this are not looked at. */
#define CLAT_RA_MAX 8

typedef struct
{
  guint16 lifetime; /* seconds that the router can be a default router; 0: it is none */
  ClatRaPreference preference;

  /* In the order of the options; those that RFC 8781 says to ignore are not there. */
  ClatRaPref64 pref64s[CLAT_RA_MAX];
  guint n_pref64s;
  ClatRaNetwork networks[CLAT_RA_MAX]; /* prefixes of the link */
  guint n_networks;
} ClatRa;

/* message: the ICMPv6 message. FALSE if it is no valid advertisement (RFC 4861, 6.1.2, as
 * far as that can be seen from the message). */
gboolean clat_ra_parse (const guint8 *message, gsize length, ClatRa *ra);

/* An Ethernet frame with the advertisement (an ICMPv6 message from router) as the link's
 * nodes would receive it now, age seconds after it was heard: all lifetimes that the
 * kernel reads are shorter by that, and none is longer than longest. NULL if the message
 * is malformed. */
GBytes *clat_ra_replay (const struct in6_addr *router, const guint8 *message,
                        gsize length, guint32 age, guint32 longest);

G_END_DECLS
