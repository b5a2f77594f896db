/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts the packets that have been compared, so that a test with too few of a kind
 * fails. */
#pragma once

#include "fast-path.h"

typedef enum
{
  KIND_TCP,
  KIND_MSS,
  KIND_UDP,
  KIND_NO_CHECKSUM,
  KIND_ECHO,
  KIND_ESP,
  KIND_GRE,
  KIND_SCTP,
  KIND_FRAGMENT,
  KIND_UDP_FRAGMENT,
  KIND_ATOMIC_FRAGMENT,
  KIND_PADDED,
  KIND_LARGE,
  KIND_SEGMENTED,
  KIND_UDP_SEGMENTED,
  KIND_HANDED_OVER,
  KIND_DROPPED,
  KIND_LEFT,
  N_KINDS
} Kind;

void kinds_count (Kind kind, const FastPacket *packet);

/* Counts a packet that the fast path has translated, by its protocol. */
void kinds_count_translated (const FastPacket *packet);

/* The length in the IP header of PACKET; the rest is padding. */
gsize kinds_ip_length (const FastPacket *packet);

/* Prints the numbers, and fails if there are too few of a kind. */
void kinds_check (void);
