/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Merges consecutive datagrams of one flow into a GSO packet: most of the cost of a
 * datagram is the system call that writes it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

#include "xlat-packet.h"
#include "xlat-wire.h"

/* The most segments that the kernel accepts in a packet (UDP_MAX_SEGMENTS). */
#define XLAT_MERGE_MAX 64

/* For writev: a free entry for a virtio header, IP header, UDP header, data. */
#define XLAT_MERGE_PARTS (3 + XLAT_MERGE_MAX)

struct xlat_merge
{
  struct xlat_output first;
  unsigned n;     /* datagrams */
  size_t data;    /* bytes of their payload */
  bool is_closed; /* a shorter datagram must be the last one */
  uint8_t udp[XLAT_UDP_HEADER];
  struct iovec parts[XLAT_MERGE_PARTS];
  int n_parts; /* with the free entry */
};

/* Whether OUTPUT can be merged with other datagrams. */
bool xlat_merge_is_candidate (const struct xlat_output *output);

/* Starts again with OUTPUT, whose body must stay valid until it is written. */
void xlat_merge_start (struct xlat_merge *self, const struct xlat_output *output);

/* False if OUTPUT does not fit and has not been added. */
bool xlat_merge_add (struct xlat_merge *self, const struct xlat_output *output);

/* Completes the headers, PARTS and the offload of FIRST for writing. */
void xlat_merge_finish (struct xlat_merge *self);
