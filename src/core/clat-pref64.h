/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The NAT64 prefixes known on one interface, with source and lifetime, and the prefix in
 * use. Time is an argument. */
#pragma once

#include "clat-routers.h"

G_BEGIN_DECLS

typedef enum
{
  CLAT_PREF64_SOURCE_NONE,
  CLAT_PREF64_SOURCE_DNS,
  CLAT_PREF64_SOURCE_RA,
  CLAT_PREF64_SOURCE_CONFIGURATION,
  CLAT_PREF64_SOURCE_NETWORKMANAGER, /* that of its own CLAT, which only it uses */
} ClatPref64Source;                  /* in rising order of preference (RFC 8781, 5.1) */

const char *clat_pref64_source_to_string (ClatPref64Source source);

typedef struct
{
  ClatPrefix prefix;
  ClatPref64Source source;
  struct in6_addr router; /* that announced it; ::, no router */
  gint64 expiry;          /* µs of CLOCK_BOOTTIME, or CLAT_NEVER */
} ClatPref64;

/* The limit of prefixes: any node on the link can send router advertisements, and must
 * not fill our memory. */
#define CLAT_PREF64_MAX 64

typedef struct _ClatPref64Table ClatPref64Table;

/* dns_first: DNS is preferred to router advertisements. */
ClatPref64Table *clat_pref64_table_new (gboolean dns_first);
void clat_pref64_table_free (ClatPref64Table *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatPref64Table, clat_pref64_table_free)

/* Adds the prefix or renews its expiry; an expiry that is not after now withdraws it.
 * Source, router and prefix identify the entry. When the table is full, the entry that
 * expires first is dropped, but never the one in use. TRUE if the prefix in use or its
 * expiry changed. */
gboolean clat_pref64_table_update (ClatPref64Table *self, const ClatPref64 *pref64,
                                   gint64 now);

/* Adds a prefix that only old connections use: it is not the prefix in use unless it is
 * announced again. */
void clat_pref64_table_retain (ClatPref64Table *self, const ClatPref64 *pref64,
                               gint64 now);

/* The same as clat_pref64_table_update for all prefixes of a router advertisement. A
 * prefix that the router announced before, and not in the last CLAT_ABSENCE_LIMIT
 * advertisements with others, becomes second choice: networks that change their prefix do
 * not always withdraw the old one, although its NAT64 is gone. Also TRUE if the prefix in
 * use is from this router, and its lifetime, preference or networks changed; or if any
 * prefix was withdrawn. */
gboolean clat_pref64_table_receive (ClatPref64Table *self, const struct in6_addr *router,
                                    const ClatRa *ra, gint64 now);

/* These routers, and no others, are unreachable: their prefixes become second choice.
 * TRUE if the prefix in use changed. */
gboolean clat_pref64_table_set_unreachable (ClatPref64Table *self,
                                            const struct in6_addr *routers, guint count,
                                            gint64 now);

/* Replaces all prefixes of a source that is not a router. prefixes is an array of
 * ClatPrefix: the first is first choice unless another of them is in use. All expire at
 * the same time. A prefix that was in use and that DNS does not name any more stays until
 * it expires, for old connections only. TRUE as above. */
gboolean clat_pref64_table_replace (ClatPref64Table *self, ClatPref64Source source,
                                    const GArray *prefixes, gint64 expiry, gint64 now);

/* See clat_pref64_table_new. */
void clat_pref64_table_set_dns_first (ClatPref64Table *self, gboolean dns_first,
                                      gint64 now);

/* The source is not used any more: what was in use of it stays until it expires, for old
 * connections only. */
void clat_pref64_table_retire (ClatPref64Table *self, ClatPref64Source source,
                               gint64 now);

/* The link may be another network now: all prefixes but configured ones are valid until
 * then at most, and are second choice to those received from now on. */
void clat_pref64_table_mark_stale (ClatPref64Table *self, gint64 until);

/* Drops expired prefixes. TRUE if the prefix in use changed. */
gboolean clat_pref64_table_expire (ClatPref64Table *self, gint64 now);

/* The prefix in use, NULL if there is none: from the best source; from a router that is a
 * default router and reachable; from the router with the highest preference (RFC 4191).
 * Among equals the prefix in use stays. */
const ClatPref64 *clat_pref64_table_get_best (ClatPref64Table *self);

/* Whether any source names the prefix, in use or not. */
gboolean clat_pref64_table_has (ClatPref64Table *self, const ClatPrefix *prefix);

/* The entry with that prefix, lent: the one in use, else the one that expires last. NULL
 * if there is none. */
const ClatPref64 *clat_pref64_table_find (ClatPref64Table *self,
                                          const ClatPrefix *prefix);

/* Whether the prefix in use is from a source that is preferred to that one. */
gboolean clat_pref64_table_is_better_than (ClatPref64Table *self,
                                           ClatPref64Source source);

/* The prefixes that the router announces for addresses on the link; returns how many. */
guint clat_pref64_table_get_networks (ClatPref64Table *self,
                                      const struct in6_addr *router, gint64 now,
                                      ClatNetwork networks[CLAT_RA_MAX]);

/* Whether a default router has advertised. */
gboolean clat_pref64_table_has_default_router (ClatPref64Table *self, gint64 now);

/* When routers are to be solicited, because the last advertisement of the router of the
 * prefix in use named others; CLAT_NEVER if it did not. */
gint64 clat_pref64_table_get_solicitation (ClatPref64Table *self);

/* When clat_pref64_table_expire is to be called next; CLAT_NEVER if not at all. */
gint64 clat_pref64_table_get_next_expiry (ClatPref64Table *self, gint64 now);

G_END_DECLS
