/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Router advertisements (RFC 4861): parses what matters for NAT64, and builds a frame
 * that replays one. */
#pragma once

#include "clat-expiry.h"
#include "clat-network.h"
#include "clat-prefix.h"

G_BEGIN_DECLS

typedef struct
{
  ClatPrefix prefix;
  guint32 lifetime; /* seconds; 0: withdrawn */
} ClatRaPref64;

typedef struct
{
  ClatNetwork network;
  guint32 lifetime; /* valid lifetime in seconds, or CLAT_INFINITE_LIFETIME */
} ClatRaNetwork;

/* A recursive DNS server (RFC 8106, 5.1). */
typedef struct
{
  struct in6_addr address;
  guint32 lifetime; /* seconds, or CLAT_INFINITE_LIFETIME; 0: not to be used any more */
} ClatRaResolver;

typedef enum
{
  CLAT_RA_PREFERENCE_LOW,
  CLAT_RA_PREFERENCE_MEDIUM,
  CLAT_RA_PREFERENCE_HIGH,
} ClatRaPreference;

/* Further options of a kind are ignored. */
#define CLAT_RA_MAX 8

typedef struct
{
  guint16 lifetime; /* as a default router, in seconds; 0: not a default router */
  ClatRaPreference preference;

  /* In the order of the options, without those that RFC 8781 says to ignore. */
  ClatRaPref64 pref64s[CLAT_RA_MAX];
  guint n_pref64s;
  ClatRaNetwork networks[CLAT_RA_MAX]; /* prefixes of the link */
  guint n_networks;
  ClatRaResolver resolvers[CLAT_RA_MAX];
  guint n_resolvers;
} ClatRa;

/* message: the ICMPv6 message. FALSE if it is not a valid advertisement (RFC 4861, 6.1.2,
 * without the checks of the IPv6 header). */
gboolean clat_ra_parse (const guint8 *message, gsize length, ClatRa *ra);

/* An Ethernet frame that replays the advertisement, an ICMPv6 message that was received
 * from router age seconds ago: all lifetimes that the kernel reads are shorter by age,
 * and none exceeds longest. NULL if the message is malformed. */
GBytes *clat_ra_replay (const struct in6_addr *router, const guint8 *message,
                        gsize length, guint32 age, guint32 longest);

G_END_DECLS
