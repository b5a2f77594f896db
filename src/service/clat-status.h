/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The status of a connection, as D-Bus shows it. */
#pragma once

#include "clat-pairs.h"
#include "clat-plat-verdict.h"
#include "clat-state.h"

G_BEGIN_DECLS

/* Strings are never NULL. */
typedef struct
{
  ClatMode mode;
  gboolean ipv6_mostly; /* the setting */
  ClatVerdict verdict;
  char *text;        /* a sentence */
  ClatPref64 pref64; /* source NONE: no prefix */
  char *ipv4;
  char *ipv6;
  char *gateway;    /* of the IPv4 routes */
  char **old_ipv4s; /* from before a renumbering */
  char *name;       /* of the namespace and of our interface in the host's */
  ClatUplink uplink;
  ClatTranslatorKind translator;
  ClatSlowPathState slow;
  guint mtu;
  ClatPlatVerdict plat;
  char *plat_text;     /* a sentence */
  gint64 active_since; /* CLOCK_BOOTTIME in µs */
} ClatStatus;

/* plat: the verdict on the NAT64. before is the status that this one replaces. Release
 * with clat_status_clear. */
ClatStatus clat_status_describe (const ClatSituation *situation, const ClatActual *actual,
                                 const ClatPairs *pairs, const char *name,
                                 const ClatPlatVerdict *plat, const ClatStatus *before,
                                 gint64 now);

gboolean clat_status_equal (const ClatStatus *a, const ClatStatus *b);

void clat_status_clear (ClatStatus *self);

G_END_DECLS
