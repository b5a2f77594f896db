/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which DNS server of a connection is asked for the NAT64 prefix, and when (RFC 7050, 3).
 * Time is an argument, in µs of CLOCK_BOOTTIME. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* More servers than this are not asked. */
#define CLAT_DNS_PLAN_MAX 8

typedef struct _ClatDnsPlan ClatDnsPlan;

ClatDnsPlan *clat_dns_plan_new (void);
void clat_dns_plan_free (ClatDnsPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatDnsPlan, clat_dns_plan_free)

/* Addresses as text, NULL-terminated. TRUE if they are others than before: what those
 * said is forgotten. */
gboolean clat_dns_plan_set_servers (ClatDnsPlan *self, const char *const *servers);

/* Asks anew, now or a short time from now, but no server before the end of its negative
 * answer. */
void clat_dns_plan_begin (ClatDnsPlan *self, gboolean at_once, gint64 now);

/* The server to ask now, NULL if it is not time yet. */
const char *clat_dns_plan_get_server (ClatDnsPlan *self, gint64 now);

/* What the server to ask said: prefixes, that there is none, nothing. TTLs in seconds.
 * The first returns when the prefixes expire. */
gint64 clat_dns_plan_note_found (ClatDnsPlan *self, guint32 ttl, gint64 now);
void clat_dns_plan_note_none (ClatDnsPlan *self, guint32 ttl, gint64 now);
void clat_dns_plan_note_silence (ClatDnsPlan *self, gint64 now);

/* Whether every server says that there is none. */
gboolean clat_dns_plan_has_none (ClatDnsPlan *self);

/* When there is a server to ask, CLAT_NEVER if there never is. */
gint64 clat_dns_plan_get_next (ClatDnsPlan *self);

G_END_DECLS
