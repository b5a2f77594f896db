/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of a translator and of the packet that it is translating, shared by the files
 * of the library. */
#pragma once

#include "xlat-bucket.h"
#include "xlat-config.h"
#include "xlat-packet.h"
#include "xlat-reassembly.h"
#include "xlat-statistics.h"

/* The ICMP errors that the translator sends. Each kind has its own rate limit, so that
 * many of one kind do not suppress another. */
enum xlat_error
{
  XLAT_ERROR_TTL,          /* 11/0 */
  XLAT_ERROR_TOO_BIG4,     /* 3/4 */
  XLAT_ERROR_SOURCE_ROUTE, /* 3/5 */
  XLAT_ERROR_PROHIBITED4,  /* 3/13 */
  XLAT_ERROR_PROTOCOL,     /* 3/2 */
  XLAT_ERROR_PORT,         /* 3/3 */
  XLAT_ERROR_REFUSED,      /* 3/3 or 3/10, see xlat-refusal.h */
  XLAT_ERROR_HOP_LIMIT,    /* ICMPv6 3/0 */
  XLAT_ERROR_TOO_BIG6,     /* 2/0 */
  XLAT_ERROR_ROUTING,      /* 4/0 */
  XLAT_ERROR_PROHIBITED6,  /* 1/1 */
  XLAT_N_ERRORS
};

struct xlat
{
  struct xlat_config config;
  struct xlat_statistics *statistics;
  struct xlat_bucket buckets[XLAT_N_ERRORS];
  struct xlat_reassembly *reassembly[XLAT_N_DIRECTIONS];
  uint64_t now_ns;
  uint16_t next_id;
  uint8_t refusal[XLAT_IPV6_MIN_MTU];
};

/* A packet that is being translated, and where its results go. */
struct xlat_work
{
  struct xlat *xlat;
  uint8_t *packet;
  size_t length;
  struct xlat_offload offload;
  struct xlat_result *result;
  unsigned segments;            /* that a GSO packet has on the wire, else 1 */
  const struct xlat_pair *pair; /* of the packet, once its addresses are known */

  /* Decide whether an ICMP error may be sent if the packet is dropped. */
  bool is_icmp;
  bool is_icmp_error;
  bool is_later_fragment;
};

/* Reserves COUNT consecutive identifications and returns the first. */
uint16_t xlat_next_id (struct xlat *xlat, unsigned count);

static inline void
xlat_drop (struct xlat_work *work, enum xlat_reason reason)
{
  work->result->verdict = XLAT_DROP;
  work->result->reason = reason;
  work->result->n_packets = 0;
}

/* Adds a fragment to its packet. False if the packet is not complete yet, or the fragment
 * has been dropped. */
bool xlat_gather (struct xlat_work *work, const struct xlat_fragment *fragment,
                  struct xlat_whole *whole);

/* Counts LOST fragments of packets that were never completed. */
static inline void
xlat_count_lost_fragments (struct xlat *xlat, enum xlat_direction direction,
                           unsigned lost)
{
  if (lost > 0)
    xlat_count (&xlat->statistics->directions[direction].drops[XLAT_REASON_REASSEMBLY],
                lost);
}
