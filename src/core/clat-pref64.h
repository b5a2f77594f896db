/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The NAT64 prefixes known on one interface, where they come from and how long they are
 * good, and the one in use. Time is an argument. */
#pragma once

#include "clat-routers.h"

G_BEGIN_DECLS

typedef enum
{
  CLAT_PREF64_SOURCE_NONE,
  CLAT_PREF64_SOURCE_DNS,
  CLAT_PREF64_SOURCE_RA,
  CLAT_PREF64_SOURCE_CONFIGURATION,
} ClatPref64Source; /* in rising order of trust: RFC 8781, 5.1, unless told otherwise */

const char *clat_pref64_source_to_string (ClatPref64Source source);

typedef struct
{
  ClatPrefix prefix;
  ClatPref64Source source;
  struct in6_addr router; /* who announced it; :: if nobody did */
  gint64 expiry;          /* µs of CLOCK_BOOTTIME, or CLAT_NEVER */
} ClatPref64;

/* More than this many at once are not remembered: whoever may send advertisements on the
 * link must not be able to fill our memory. */
#define CLAT_PREF64_MAX 64

typedef struct _ClatPref64Table ClatPref64Table;

/* dns_first: what DNS says beats advertisements. */
ClatPref64Table *clat_pref64_table_new (gboolean dns_first);
void clat_pref64_table_free (ClatPref64Table *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatPref64Table, clat_pref64_table_free)

/* Adds the prefix or renews its expiry; an expiry that is not after now withdraws it.
 * Source, router and prefix together say which entry is meant. When the table is full the
 * one that would expire first makes room, never the one in use. TRUE if the prefix in use
 * or its expiry changed. */
gboolean clat_pref64_table_update (ClatPref64Table *self, const ClatPref64 *pref64,
                                   gint64 now);

/* The same for all prefixes of an advertisement of the router. Prefixes that it announced
 * before and does not any more become second choice: networks that exchange a prefix do
 * not always withdraw the old one, and then nothing is behind it. Also TRUE if the router
 * of the prefix in use says something else than before. */
gboolean clat_pref64_table_receive (ClatPref64Table *self, const struct in6_addr *router,
                                    const ClatRa *ra, gint64 now);

/* These routers, and no others, do not answer: their prefixes become second choice. TRUE
 * if the prefix in use changed. */
gboolean clat_pref64_table_set_unreachable (ClatPref64Table *self,
                                            const struct in6_addr *routers, guint count,
                                            gint64 now);

/* What a source that is no router says now is all it says: its other prefixes are
 * forgotten. prefixes is an array of ClatPrefix, the first one first choice unless
 * another one of them is in use; all expire at the same time. TRUE as above. */
gboolean clat_pref64_table_replace (ClatPref64Table *self, ClatPref64Source source,
                                    const GArray *prefixes, gint64 expiry, gint64 now);

/* All that is known, and was heard of a network that may be another one now, is good
 * until then at most and second to whatever is heard from now on. */
void clat_pref64_table_mark_stale (ClatPref64Table *self, gint64 until);

/* Forgets what has expired. TRUE if the prefix in use changed. */
gboolean clat_pref64_table_expire (ClatPref64Table *self, gint64 now);

/* The prefix in use, NULL if there is none: of the best source; of a router that is a
 * default router and answers; of the router with the highest preference (RFC 4191).
 * Otherwise it stays the same as long as it is good: a change of prefix cuts every
 * connection. */
const ClatPref64 *clat_pref64_table_get_best (ClatPref64Table *self);

/* Whether the prefix in use is of a source that beats that one. */
gboolean clat_pref64_table_is_better_than (ClatPref64Table *self,
                                           ClatPref64Source source);

/* What the router announces for addresses on the link; returns how many. */
guint clat_pref64_table_get_networks (ClatPref64Table *self,
                                      const struct in6_addr *router, gint64 now,
                                      ClatNetwork networks[CLAT_RA_MAX]);

/* When clat_pref64_table_expire has something to do, CLAT_NEVER if not. */
gint64 clat_pref64_table_get_next_expiry (ClatPref64Table *self, gint64 now);

G_END_DECLS
