/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two translators, told the same, side by side. */
#pragma once

#include "fast-path.h"

typedef struct Pair Pair;

/* NAME is what reports of differences begin with. */
Pair *pair_new (const char *name, const struct xlat_config *config);
void pair_free (Pair *pair);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pair, pair_free)

const FastCost *pair_get_cost (Pair *pair);
gsize pair_get_largest (Pair *pair);

/* Gives PACKET to both. What differs is printed, and fails the test. FALSE if the kernel
 * does not try a packet of that size. */
gboolean pair_compare (Pair *pair, const FastPacket *packet, guint64 now_ns);
