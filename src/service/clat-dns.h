/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the DNS servers of one connection for the NAT64 prefix (RFC 7050), as long as that
 * is wanted. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ClatDns ClatDns;

/* prefixes (of ClatPrefix) is lent; they are all there are, in the order received, and
 * good until expiry (µs of CLOCK_BOOTTIME). None: the servers say so. */
typedef void (*ClatDnsFunc) (const GArray *prefixes, gint64 expiry, gpointer data);

ClatDns *clat_dns_new (ClatDnsFunc function, gpointer data);
void clat_dns_free (ClatDns *self);

/* From now on these servers (addresses as text, NULL-terminated) are asked through that
 * interface; at_once: they are first to say. The same again changes nothing. */
void clat_dns_ask (ClatDns *self, int ifindex, const char *const *servers,
                   gboolean at_once);

/* Asks no more. What the servers have said not to be there is not asked again too early.
 */
void clat_dns_stop (ClatDns *self);

/* Forgets that too: this may be another network. */
void clat_dns_forget (ClatDns *self);

/* Whether every server says that there is no prefix. */
gboolean clat_dns_has_none (ClatDns *self);

G_END_DECLS
