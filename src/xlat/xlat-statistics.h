/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters, in memory that may be shared: one process counts, others read. */
#pragma once

#include <stdint.h>

#include "xlat-packet.h"

#define XLAT_STATISTICS_VERSION 2

struct xlat_direction_statistics
{
  uint64_t packets; /* translated; a GSO packet counts its segments */
  uint64_t bytes;   /* of the IP packets before translation */
  uint64_t answers; /* ICMP errors sent */
  uint64_t held;    /* fragments kept for reassembly */
  uint64_t drops[XLAT_N_REASONS];
};

struct xlat_statistics
{
  uint32_t version;
  uint32_t n_reasons;
  uint64_t starts; /* how often a program with these counters became ready */
  uint64_t reads;  /* packets read from the device, so that a hung program is noticed */
  struct xlat_direction_statistics directions[XLAT_N_DIRECTIONS];
};

/* Atomic, because another process may be reading. */
static inline void
xlat_count (uint64_t *counter, uint64_t n)
{
  __atomic_store_n (counter, *counter + n, __ATOMIC_RELAXED);
}
