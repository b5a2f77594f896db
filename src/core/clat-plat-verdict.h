/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verdict on the NAT64 of a network (the PLAT): whether it answers, and why not. */
#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

typedef enum
{
  CLAT_PLAT_UNKNOWN, /* nothing has answered yet */
  CLAT_PLAT_REACHABLE,
  CLAT_PLAT_UNREACHABLE,
} ClatPlatState;

/* Why it is unreachable. */
typedef enum
{
  CLAT_PLAT_CAUSE_NONE,
  CLAT_PLAT_CAUSE_SILENCE, /* packets without an answer */
  CLAT_PLAT_CAUSE_ERRORS,  /* a router reports that it cannot forward to it */
  CLAT_PLAT_CAUSE_ROUTER,  /* the router does not answer neighbour solicitations */
  CLAT_PLAT_CAUSE_FILTER,  /* silence, even of the router */
} ClatPlatCause;

/* Times are in µs of CLOCK_BOOTTIME; 0: never. */
typedef struct
{
  ClatPlatState state;
  gint64 since;
  ClatPlatCause cause;
  guint n_packets; /* without an answer, over so many seconds */
  guint seconds;
  guint error_code;       /* of ICMPv6 destination unreachable, the last one */
  struct in6_addr router; /* that sent it, or that does not answer */
  struct in_addr target;  /* a ping to it was not answered either; 0: none was sent */
} ClatPlatVerdict;

/* "unknown", "reachable" or "unreachable". */
const char *clat_plat_state_to_string (ClatPlatState state);

/* The evidence as a sentence for users. */
char *clat_plat_explain (const ClatPlatVerdict *verdict);

G_END_DECLS
