/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The translator from the inside: what the files of the library share. */
#pragma once

#include "xlat-address.h"
#include "xlat-error.h"
#include "xlat-reassembly.h"
#include "xlat.h"

struct xlat
{
  struct xlat_config config;
  struct xlat_statistics *statistics;
  struct xlat_bucket buckets[XLAT_N_ERRORS];
  struct xlat_reassembly *reassembly[XLAT_N_DIRECTIONS];
  uint64_t now_ns;
  uint16_t next_id;
};

/* One packet on its way: as it came, and where its results go. */
struct xlat_work
{
  struct xlat *xlat;
  uint8_t *packet;
  size_t length;
  struct xlat_offload offload;
  struct xlat_result *result;
  unsigned segments; /* packets that this one is on the wire */

  /* What decides whether the sender may be told of a drop. */
  bool is_icmp;
  bool is_icmp_error;
  bool is_later_fragment;
};

void xlat_4to6 (struct xlat_work *work);
void xlat_6to4 (struct xlat_work *work);

/* An identification, the first of COUNT in a row. */
uint16_t xlat_next_id (struct xlat *xlat, unsigned count);

/* Nothing comes of the packet. */
void xlat_drop (struct xlat_work *work, enum xlat_reason reason);

/* Adds a fragment to those of its packet. False if the packet is not whole yet, or lost.
 */
bool xlat_gather (struct xlat_work *work, const struct xlat_fragment *fragment,
                  struct xlat_whole *whole);
