/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queries the DNS servers of one connection for the NAT64 prefix (RFC 7050). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ClatDns ClatDns;

/* prefixes (of ClatPrefix) is lent: all prefixes of the answer, in the order received,
 * valid until expiry (µs of CLOCK_BOOTTIME). Empty: the servers answer that no prefix
 * exists. */
typedef void (*ClatDnsFunc) (const GArray *prefixes, gint64 expiry, gpointer data);

ClatDns *clat_dns_new (ClatDnsFunc function, gpointer data);
void clat_dns_free (ClatDns *self);

/* From now on queries these servers (addresses as text, NULL-terminated) through that
 * interface; at_once: without waiting for router advertisements first. The same arguments
 * again change nothing. */
void clat_dns_start (ClatDns *self, int ifindex, const char *const *servers,
                     gboolean at_once);

/* Sends no more queries. Negative answers are kept for their TTL. */
void clat_dns_stop (ClatDns *self);

/* Also drops negative answers: the network may be another one. */
void clat_dns_forget (ClatDns *self);

/* Whether every server has answered that no prefix exists. */
gboolean clat_dns_has_none (ClatDns *self);

G_END_DECLS
