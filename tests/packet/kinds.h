/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which packets have been compared: a comparison of nothing shows nothing. */
#pragma once

#include "fast-path.h"

typedef enum
{
  KIND_TCP,
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
  KIND_HANDED_OVER,
  KIND_DROPPED,
  KIND_LEFT,
  N_KINDS
} Kind;

void kinds_count (Kind kind, const FastPacket *packet);

/* A packet that the fast path has taken, by what is in it. */
void kinds_count_taken (const FastPacket *packet);

/* Of the packet that the headers of PACKET tell of: what follows is padding. */
gsize kinds_ip_length (const FastPacket *packet);

/* Prints how many there were of each, and fails if there were too few. */
void kinds_check (void);
