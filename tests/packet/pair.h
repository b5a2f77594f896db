/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Both translators with the same configuration. */
#pragma once

#include "fast-path.h"

typedef struct Pair Pair;

/* NAME begins each report of a difference. */
Pair *pair_new (const char *name, const struct xlat_config *config);
void pair_free (Pair *pair);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pair, pair_free)

const FastCost *pair_get_cost (Pair *pair);
gsize pair_get_largest (Pair *pair);

/* Translates PACKET with both. A difference is printed and fails the test. FALSE if
 * BPF_PROG_TEST_RUN does not accept a packet of that size. */
gboolean pair_compare (Pair *pair, const FastPacket *packet, guint64 now_ns);
