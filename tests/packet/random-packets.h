/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random packets, valid or with one of many faults. */
#pragma once

#include <glib.h>

#include "xlat-config.h"
#include "xlat-packet.h"

#define RANDOM_PACKET_LARGEST 9000

/* A packet of at most LARGEST bytes for a translator with CONFIG to translate in
 * DIRECTION, often with padding. Returns its length. */
gsize random_packet (GRand *random, const struct xlat_config *config,
                     enum xlat_direction direction, gsize largest,
                     guint8 packet[RANDOM_PACKET_LARGEST]);

/* A TCP packet to be segmented, with a complete checksum. */
gsize random_segments (GRand *random, const struct xlat_config *config,
                       enum xlat_direction direction, gsize largest,
                       guint8 packet[RANDOM_PACKET_LARGEST]);

/* Changes a few bits of the headers. Then corrects the header checksum, and sometimes the
 * transport checksum, so that the packet is not always dropped for them. */
void random_mutation (GRand *random, guint8 *packet, gsize length);
