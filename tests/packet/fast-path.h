/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fast path without devices: the kernel runs the BPF programs on single packets. */
#pragma once

#include <glib.h>

#include "xlat-config.h"
#include "xlat-packet.h"

typedef struct FastPath FastPath;

typedef enum
{
  FAST_TRANSLATED,  /* redirected to the other side */
  FAST_HANDED_OVER, /* redirected to the slow path */
  FAST_DROPPED,
  FAST_LEFT, /* left to the kernel */
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
  guint64 packets;         /* counted */
  guint64 bytes;
  guint8 packet[16384]; /* after the program ran */
  gsize length;
} FastResult;

/* Instructions that the verifier processed. */
typedef struct
{
  guint to_ipv6;
  guint direct;
  guint to_ipv4;
  guint slow;
} FastCost;

/* Exits with the status of a skipped test if this process may not load BPF programs, and
 * fails if the kernel refuses these. */
FastPath *fast_path_new (const struct xlat_config *config, gboolean slow_path_only);
void fast_path_free (FastPath *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FastPath, fast_path_free)

const FastCost *fast_path_get_cost (FastPath *self);

/* The largest packet that BPF_PROG_TEST_RUN of this kernel accepts. */
gsize fast_path_get_largest (FastPath *self);

/* FALSE if BPF_PROG_TEST_RUN does not accept a packet of that size. */
gboolean fast_path_run (FastPath *self, const FastPacket *packet, FastResult *result);
