/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fast path without devices: the kernel runs its programs on single packets. */
#pragma once

#include <glib.h>

#include "xlat-config.h"
#include "xlat-packet.h"

typedef struct FastPath FastPath;

typedef enum
{
  FAST_TAKEN,       /* translated and sent on */
  FAST_HANDED_OVER, /* to the translator behind it */
  FAST_DROPPED,
  FAST_LEFT, /* to the kernel, as not ours */
} FastVerdict;

typedef struct
{
  enum xlat_direction direction;
  const guint8 *data;
  gsize length;
  guint gso_size; /* 0: as on the wire */
  guint segments;
} FastPacket;

typedef struct
{
  FastVerdict verdict;
  enum xlat_reason reason; /* of FAST_DROPPED */
  guint64 packets;         /* as counted */
  guint64 bytes;
  guint8 packet[16384]; /* what left, or stayed */
  gsize length;
} FastResult;

/* What the verifier went through, in instructions. */
typedef struct
{
  guint to_ipv6;
  guint to_ipv4;
  guint slow;
} FastCost;

/* Exits with the status of a skipped test if this process may not do it, and fails if the
 * kernel does not take the programs. */
FastPath *fast_path_new (const struct xlat_config *config, gboolean slow_path_only);
void fast_path_free (FastPath *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FastPath, fast_path_free)

const FastCost *fast_path_get_cost (FastPath *self);

/* The largest packet that this kernel lets a program be tried on. */
gsize fast_path_get_largest (FastPath *self);

/* FALSE if the kernel does not try a packet of that size. */
gboolean fast_path_run (FastPath *self, const FastPacket *packet, FastResult *result);
