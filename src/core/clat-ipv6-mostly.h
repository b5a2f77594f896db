/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a connection gives up native IPv4, because its network is IPv6-mostly: a DHCPv4
 * server sends option 108 to hosts that ask for it (RFC 8925). */
#pragma once

#include <glib.h>

#include "clat-dhcp4.h"

G_BEGIN_DECLS

#define CLAT_MIN_V6ONLY_WAIT 300 /* RFC 8925, 3.4 */
#define CLAT_V6ONLY_WAIT     1800

/* For how long IPv4 stays away while there is no NAT64, or no translator. */
#define CLAT_IPV4_LESS_SECONDS 30

/* Without any IPv4 and without a NAT64, the DHCPv4 server is asked after this time: it
 * may be option 108 that has made NetworkManager take no lease. */
#define CLAT_IPV4_DOUBT_SECONDS 5

/* What NetworkManager is to do about IPv4. */
typedef enum
{
  CLAT_IPV4_AS_IS, /* not decided */
  CLAT_IPV4_ON,    /* as the profile says */
  CLAT_IPV4_OFF,
  CLAT_IPV4_REQUIRED, /* on, and NetworkManager does not ask for option 108 itself */
} ClatIpv4Wish;

typedef enum
{
  CLAT_IPV6_MOSTLY_UNKNOWN,
  CLAT_IPV6_MOSTLY_ASKING,
  CLAT_IPV6_MOSTLY_YES,
  CLAT_IPV6_MOSTLY_NO, /* or: there is no CLAT here */
} ClatIpv6MostlyPhase;

typedef struct
{
  gboolean is_allowed;    /* by the settings and by the profile */
  gboolean can_translate; /* a NAT64 is known, and nothing is wrong with the translator */
  gboolean is_lease_used; /* a TCP connection uses the native address */
  gint64 lease_end;       /* 0: no lease */
  gboolean has_native_ipv4;
  gboolean is_asked; /* NetworkManager itself asks for option 108 */
} ClatIpv6MostlyInput;

/* All times are µs of one clock; 0: none. */
typedef struct
{
  ClatIpv6MostlyPhase phase;
  guint n_sent;          /* DISCOVERs of this query */
  gint64 asked;          /* when the first of them was sent */
  gint64 last;           /* when the last one of any query was sent */
  gint64 next;           /* when the phase ends, or the next DISCOVER is due */
  gint64 without_since;  /* since when nothing can be translated */
  gint64 lease_end;      /* of the lease that existed when the network answered */
  gboolean lacks_nat64;  /* the network has option 108, but nothing could be translated */
  struct in_addr server; /* that has sent option 108 */
} ClatIpv6Mostly;

/* The host may be on another network now: it is asked again. */
void clat_ipv6_mostly_forget (ClatIpv6Mostly *self);

/* Takes the time into account. TRUE if a DISCOVER is to be sent now. */
gboolean clat_ipv6_mostly_advance (ClatIpv6Mostly *self, const ClatIpv6MostlyInput *input,
                                   gint64 now);

/* An OFFER answers the DISCOVER. */
void clat_ipv6_mostly_receive (ClatIpv6Mostly *self, const ClatDhcp4Offer *offer,
                               const ClatIpv6MostlyInput *input, gint64 now);

/* If the network has option 108: that it lacks a NAT64 was found out earlier, and is not
 * waited for. */
void clat_ipv6_mostly_recall (ClatIpv6Mostly *self);

/* NetworkManager itself has asked, and has got a lease. */
void clat_ipv6_mostly_deny (ClatIpv6Mostly *self, gint64 now);

ClatIpv4Wish clat_ipv6_mostly_get_wish (const ClatIpv6Mostly *self,
                                        const ClatIpv6MostlyInput *input, gint64 now);

/* Whether a lease in use is all that keeps IPv4. */
gboolean clat_ipv6_mostly_awaits_lease (const ClatIpv6Mostly *self,
                                        const ClatIpv6MostlyInput *input, gint64 now);

/* Whether there is neither IPv4 nor a NAT64, although the network has option 108. */
gboolean clat_ipv6_mostly_lacks_both (const ClatIpv6Mostly *self,
                                      const ClatIpv6MostlyInput *input);

/* When clat_ipv6_mostly_advance is to be called if nothing happens; CLAT_NEVER. */
gint64 clat_ipv6_mostly_get_next (const ClatIpv6Mostly *self,
                                  const ClatIpv6MostlyInput *input, gint64 now);

G_END_DECLS
