/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queries the DNS servers of one connection for the NAT64 prefix (RFC 7050). */
#pragma once

#include <glib.h>

#include "clat-dns-found.h"
#include "clat-dns-status.h"

G_BEGIN_DECLS

typedef struct _ClatDns ClatDns;

/* prefixes (of ClatPrefix) is lent: all that DNS has named, in the order received, valid
 * until expiry (µs of CLOCK_BOOTTIME); empty: none. Called after each answer, also if
 * these are the same as before, and if a server does not answer. */
typedef void (*ClatDnsFunc) (const GArray *prefixes, gint64 expiry, gpointer data);

ClatDns *clat_dns_new (ClatDnsFunc function, gpointer data);
void clat_dns_free (ClatDns *self);

/* Takes over the prefix that a previous instance had from that server, and reports it;
 * see clat_dns_found_adopt. */
void clat_dns_adopt (ClatDns *self, const ClatPrefix *prefix, const char *server,
                     gint64 ttl_end);

/* From now on queries these servers (addresses as text, NULL-terminated) through that
 * interface, for the first time at that time (µs of CLOCK_BOOTTIME) or at once. The same
 * servers again change nothing, unless the first time has not come and is earlier now. */
void clat_dns_start (ClatDns *self, int ifindex, const char *const *servers, gint64 time);

/* Sends no more queries. Answers are kept for as long as they are valid. */
void clat_dns_stop (ClatDns *self);

/* Also drops negative answers: the servers may have others now. */
void clat_dns_refresh (ClatDns *self);

/* Drops all answers: the network may be another one, or the prefixes are not used. */
void clat_dns_forget (ClatDns *self);

ClatDnsStatus clat_dns_get_status (ClatDns *self);

/* The prefixes that are known, lent. */
const ClatDnsFound *clat_dns_get_found (ClatDns *self);

G_END_DECLS
