/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The NAT64 prefixes that the DNS servers of a connection named: which of them is in use,
 * which server named it, and how long it is kept while servers fail or disagree. Time is
 * an argument, in µs of CLOCK_BOOTTIME. */
#pragma once

#include "clat-prefix.h"

G_BEGIN_DECLS

/* A server that named the prefix in use must deny it this many times in a row: a single
 * negative answer may be that of a restarting server. */
#define CLAT_DNS_DENIALS 3

/* How long after the end of its TTL a prefix is kept while the server that named it does
 * not answer, in seconds: if no other server names another prefix, and if one does. */
#define CLAT_DNS_KEEP_SECONDS       3600
#define CLAT_DNS_KEEP_RIVAL_SECONDS 60

/* Zeroes: none. */
typedef struct
{
  GArray *prefixes; /* of ClatPrefix, in the order received; NULL: none */
  ClatPrefix in_use;
  char *provider; /* the server that named them; NULL: no longer a server */
  gint64 ttl_end;
  guint n_denials;     /* by the provider, in a row */
  gboolean is_silent;  /* the provider does not answer */
  gboolean has_rival;  /* while it does not, another server names another prefix */
  gboolean is_adopted; /* and no server has answered since, or failed to */
} ClatDnsFound;

void clat_dns_found_clear (ClatDnsFound *self);

/* Takes over the prefix that a previous instance had in use, and the server that named
 * it. It is kept as if this server did not answer. */
void clat_dns_found_adopt (ClatDnsFound *self, const ClatPrefix *prefix,
                           const char *server, gint64 ttl_end);

typedef enum
{
  CLAT_DNS_ACCEPTED,  /* the prefixes of the answer are those that count now */
  CLAT_DNS_ASK_AGAIN, /* the provider seems to deny the prefix in use */
  CLAT_DNS_NEGATIVE,  /* this server has no prefix */
  CLAT_DNS_IGNORED,   /* it names another one, and the provider may answer again */
} ClatDnsJudgement;

/* The answer of a server: its prefixes (none: a negative answer), and when its TTL ends.
 */
ClatDnsJudgement clat_dns_found_judge (ClatDnsFound *self, const char *server,
                                       const GArray *prefixes, gint64 ttl_end,
                                       gint64 now);

/* A server did not answer; NULL: no server is known any more. */
void clat_dns_found_note_silence (ClatDnsFound *self, const char *server);

/* Until when the prefixes are valid; 0 without any. */
gint64 clat_dns_found_get_expiry (const ClatDnsFound *self);

/* Whether the prefix in use is no longer confirmed, because its provider is silent. */
gboolean clat_dns_found_is_unconfirmed (const ClatDnsFound *self);

/* When the prefix of a rival will be accepted; 0: there is none. */
gint64 clat_dns_found_get_rival_time (const ClatDnsFound *self);

G_END_DECLS
