/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the NAT64 of a network (the PLAT) answers, judged by the packets that pass the
 * translator, and by what routers report. clat-nm(8) names the same numbers. */
#pragma once

#include "clat-plat-filter.h"

G_BEGIN_DECLS

/* What is kept from one look to the next. It may start empty at any time. */
typedef struct
{
  gint64 next_ping;
  guint ping_pause;  /* seconds */
  gint64 confirming; /* since when silence is being confirmed by pings; 0: it is not */
  gint64 answered;   /* when a ping was answered although programs got no answer */
  guint n_answered;  /* how often that happened in a row */
  ClatPlatFilter filter;
} ClatPlat;

/* What the kernel is to report. */
typedef enum
{
  CLAT_PLAT_REPORT_IN = 1, /* a packet from inside the prefix */
  CLAT_PLAT_REPORT_SILENCE = 2,
  CLAT_PLAT_REPORT_ERRORS = 4,
} ClatPlatReport;

typedef struct
{
  ClatPlatVerdict verdict;

  gboolean is_filtered;  /* the network seems to pass the host's own address only */
  guint reports;         /* of ClatPlatReport */
  gboolean pings;        /* the targets are to be pinged now */
  gboolean pings_router; /* from the translator's and from the host's address */
  gint64 next; /* when to look again if the kernel reports nothing; CLAT_NEVER */
} ClatPlatOrders;

ClatPlatOrders clat_plat_judge (ClatPlat *self, const ClatPlatEvidence *evidence,
                                gint64 now);

G_END_DECLS
