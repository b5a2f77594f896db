/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known about the NAT64 of a network (the PLAT). Times are in µs of
 * CLOCK_BOOTTIME; 0: never. */
#pragma once

#include "clat-plat-verdict.h"

G_BEGIN_DECLS

#define CLAT_PLAT_MAX_TARGETS 3

/* What the kernel knows. Packets out are those to the NAT64 since the last one from it,
 * or since a pause of ten seconds. */
typedef struct
{
  gint64 last_in;    /* when a packet from inside the prefix came after packets out */
  gint64 last_other; /* a packet for the translator's address from outside the prefix */

  gint64 first_out;
  gint64 last_out;
  guint n_out;

  /* ICMPv6 destination unreachable of routers since then, within five seconds. */
  guint n_errors;
  gint64 last_error;
  guint error_code;
  gboolean errors_differ; /* about several destinations */
  struct in6_addr error_source;

  struct in6_addr router;   /* the next hop; ::, none */
  gboolean has_lost_router; /* neighbour discovery of it has failed in the namespace */
  gboolean host_has_router; /* that of the host has lately confirmed it */
  gboolean has_own_address; /* the translator: it does not share that of the host */
  guint n_host_answers; /* of it to pings from the host's address, since the last look */

  /* Where a ping is worth sending: what answered before, else what was tried. */
  struct in_addr targets[CLAT_PLAT_MAX_TARGETS];
  guint n_targets;
  gboolean targets_answered;

  ClatPlatVerdict verdict; /* the last one, perhaps of a previous instance */
} ClatPlatEvidence;

G_END_DECLS
