/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which DNS server of a connection to query for the NAT64 prefix, and when (RFC 7050, 3).
 * Time is an argument, in µs of CLOCK_BOOTTIME. */
#pragma once

#include <glib.h>

#include "clat-dns-found.h"
#include "clat-dns-status.h"

G_BEGIN_DECLS

/* Further servers are not queried. */
#define CLAT_DNS_PLAN_MAX 8

typedef struct _ClatDnsPlan ClatDnsPlan;

ClatDnsPlan *clat_dns_plan_new (void);
void clat_dns_plan_free (ClatDnsPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatDnsPlan, clat_dns_plan_free)

/* See clat_dns_found_adopt. The servers are to be set after it. */
void clat_dns_plan_adopt (ClatDnsPlan *self, const ClatPrefix *prefix, const char *server,
                          gint64 ttl_end);

/* Addresses as text, NULL-terminated. TRUE if they differ from the servers before; what
 * is known of those that stay is kept. */
gboolean clat_dns_plan_set_servers (ClatDnsPlan *self, const char *const *servers);

/* Begins a new round at that time. Servers whose negative answer is still valid are
 * skipped. */
void clat_dns_plan_begin (ClatDnsPlan *self, gint64 time);

/* Forgets negative answers: the network may give others now. The prefixes stay. */
void clat_dns_plan_refresh (ClatDnsPlan *self);

/* Forgets everything but the servers. */
void clat_dns_plan_forget (ClatDnsPlan *self);

/* The server to query now, NULL if it is not time yet. */
const char *clat_dns_plan_get_server (ClatDnsPlan *self, gint64 now);

/* The outcome of the query: the prefixes (of ClatPrefix) in an answer, none if it is a
 * negative one, and its TTL in seconds; no answer, or a failure of the server; or the
 * query could not be sent. */
void clat_dns_plan_note_answer (ClatDnsPlan *self, const GArray *prefixes, guint32 ttl,
                                gint64 now);
void clat_dns_plan_note_silence (ClatDnsPlan *self, gint64 now);
void clat_dns_plan_note_unsent (ClatDnsPlan *self, gint64 now);

/* No server is known at present. */
void clat_dns_plan_note_no_servers (ClatDnsPlan *self);

/* The prefixes that DNS has named, lent. */
const ClatDnsFound *clat_dns_plan_get_found (ClatDnsPlan *self);

ClatDnsStatus clat_dns_plan_get_status (ClatDnsPlan *self, gint64 now);

/* When the next query is due; CLAT_NEVER without servers. */
gint64 clat_dns_plan_get_next (ClatDnsPlan *self);

G_END_DECLS
