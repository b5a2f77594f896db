/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Joins datagrams of one flow that come one after the other into one packet for the
 * kernel to segment: most of the cost of a datagram is the way into the kernel. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

#include "xlat-packet.h"

/* The kernel takes no more in one packet (UDP_MAX_SEGMENTS). */
#define XLAT_MERGE_MAX 64

/* For writev: a place that is left free, IP header, UDP header, data. */
#define XLAT_MERGE_PARTS (3 + XLAT_MERGE_MAX)

struct xlat_merge
{
  struct xlat_output first;
  unsigned n;     /* datagrams */
  size_t data;    /* bytes that they carry */
  bool is_closed; /* the last one was shorter, which ends the packet */
  uint8_t udp[XLAT_UDP_HEADER];
  struct iovec parts[XLAT_MERGE_PARTS];
  int n_parts; /* with the one left free */
};

/* Whether others could join OUTPUT. */
bool xlat_merge_is_candidate (const struct xlat_output *output);

/* Forgets all, and begins with OUTPUT, whose body must stay until it is written. */
void xlat_merge_start (struct xlat_merge *self, const struct xlat_output *output);

/* Whether OUTPUT has been added. */
bool xlat_merge_add (struct xlat_merge *self, const struct xlat_output *output);

/* Completes header, PARTS and the offload of FIRST for writing. */
void xlat_merge_finish (struct xlat_merge *self);
