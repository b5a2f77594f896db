/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which DNS server of a connection to query for the NAT64 prefix, and when (RFC 7050, 3).
 * Time is an argument, in µs of CLOCK_BOOTTIME. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Further servers are not queried. */
#define CLAT_DNS_PLAN_MAX 8

typedef struct _ClatDnsPlan ClatDnsPlan;

ClatDnsPlan *clat_dns_plan_new (void);
void clat_dns_plan_free (ClatDnsPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatDnsPlan, clat_dns_plan_free)

/* Addresses as text, NULL-terminated. TRUE if they differ from the servers before, whose
 * answers are forgotten. */
gboolean clat_dns_plan_set_servers (ClatDnsPlan *self, const char *const *servers);

/* Begins a new round, at once or after a short delay. Servers whose negative answer is
 * still valid are skipped. */
void clat_dns_plan_begin (ClatDnsPlan *self, gboolean at_once, gint64 now);

/* The server to query now, NULL if it is not time yet. */
const char *clat_dns_plan_get_server (ClatDnsPlan *self, gint64 now);

/* The outcome of the query: prefixes, a negative answer, or no answer. TTLs are in
 * seconds. The first function returns when the prefixes expire. */
gint64 clat_dns_plan_note_found (ClatDnsPlan *self, guint32 ttl, gint64 now);
void clat_dns_plan_note_none (ClatDnsPlan *self, guint32 ttl, gint64 now);
void clat_dns_plan_note_silence (ClatDnsPlan *self, gint64 now);

/* Whether every server answered that there is no prefix. */
gboolean clat_dns_plan_has_none (ClatDnsPlan *self);

/* When the next query is due; CLAT_NEVER without servers. */
gint64 clat_dns_plan_get_next (ClatDnsPlan *self);

G_END_DECLS
