/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a router has exchanged a prefix or only names its prefixes in several
 * advertisements (RFC 4861, 6.2.3): counts the advertisements with other prefixes that
 * came in a row without this one. Time is an argument, in µs of CLOCK_BOOTTIME. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* After this many the prefix is exchanged. */
#define CLAT_ABSENCE_LIMIT 3u

/* Advertisements that are closer together count as one: answers to solicitations repeat
 * what was just advertised, and a router multicasts no faster (RFC 4861, 10:
 * MIN_DELAY_BETWEEN_RAS). */
#define CLAT_ABSENCE_INTERVAL_SECONDS 3

/* Zeroes: the last advertisement had the prefix. */
typedef struct
{
  guint count;
  guint n_returns; /* how often the prefix came back after it had been exchanged */
  gint64 counted;  /* when count was increased */
} ClatAbsence;

void clat_absence_note (ClatAbsence *self, gint64 now);

/* The prefix was advertised again. Each time that happens after an exchange, twice as
 * many advertisements are needed for the next one: a router that alternates slowly does
 * not cause a change each time. */
void clat_absence_end (ClatAbsence *self);

gboolean clat_absence_is_exchange (const ClatAbsence *self);

/* When to solicit the router so that its answer ends the doubt; CLAT_NEVER without
 * doubt. Solicitations stop after CLAT_ABSENCE_LIMIT advertisements. */
gint64 clat_absence_get_solicitation (const ClatAbsence *self);

G_END_DECLS
