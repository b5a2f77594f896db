/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the BPF programs note about the NAT64 (the PLAT), and what the service stores
 * beside it. Times are in ns of CLOCK_BOOTTIME, addresses in network byte order. */
#pragma once

#include <linux/types.h>

#define CLAT_PLAT_N_SILENT   4
#define CLAT_PLAT_N_ANSWERED 64

/* Packets after a pause are not counted together with those before it: the last packet of
 * a connection expects no answer. */
#define CLAT_PLAT_PAUSE_NS 10000000000ull

/* Errors of routers are counted together within this time. */
#define CLAT_PLAT_ERROR_NS 5000000000ull

/* From so many packets without an answer, over so long, the service looks. */
#define CLAT_PLAT_SILENCE_PACKETS 3
#define CLAT_PLAT_SILENCE_NS      4000000000ull
#define CLAT_PLAT_ERRORS          3

/* Written by the programs of all processors without synchronization, so all of it is
 * approximate. */
struct clat_plat
{
  __u64 last_in; /* the first packet from inside the prefix after others to it; 0: none */
  __u64 last_other; /* a packet from outside the prefix */

  /* Packets to the NAT64 since last_in, or since a pause. */
  __u64 first_out; /* 0: none */
  __u64 last_out;
  __u32 n_out;

  /* ICMPv6 errors of routers about the prefix since last_in. */
  __u32 n_errors;
  __u64 first_error;
  __u64 last_error;
  __be32 error_source[4];
  __be32 error_destination; /* of the first one */
  __u32 error_code;
  __u32 errors_differ; /* they are about several destinations */

  __u32 silent_answered;             /* a destination since last_in has answered before */
  __be32 silent[CLAT_PLAT_N_SILENT]; /* destinations since last_in; 0: none */
  __be32 answered[CLAT_PLAT_N_ANSWERED]; /* addresses that have answered, by a hash */
};

/* What the programs report, each once, after which the service sets it again. */
enum clat_plat_watch
{
  CLAT_PLAT_WATCH_IN = 1,      /* a packet from inside the prefix */
  CLAT_PLAT_WATCH_SILENCE = 2, /* packets without an answer */
  CLAT_PLAT_WATCH_ERRORS = 4,  /* errors of routers */
};

/* Written by the service; the programs clear bits of watch. The rest is for its next
 * instance. */
struct clat_plat_verdict
{
  __u32 watch;
  __u32 state; /* and cause: as in core/clat-plat-verdict.h */
  __u64 since;
  __u32 cause;
  __u32 n_packets;
  __u32 seconds;
  __u32 error_code;
  __be32 router[4];
  __be32 target;
};
