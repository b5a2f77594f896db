/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets that are valid, or wrong in one of many ways, from a seed. */
#pragma once

#include <glib.h>

#include "xlat-config.h"
#include "xlat-packet.h"

#define RANDOM_PACKET_LARGEST 9000

/* A packet that came in on DIRECTION's side of a translator so configured, at most
 * LARGEST octets, and often padded as a link does. Returns its length. */
gsize random_packet (GRand *random, const struct xlat_config *config,
                     enum xlat_direction direction, gsize largest,
                     guint8 packet[RANDOM_PACKET_LARGEST]);

/* TCP data to be sent in segments of SEGMENT octets, with the checksum complete. */
gsize random_segments (GRand *random, const struct xlat_config *config,
                       enum xlat_direction direction, gsize largest,
                       guint8 packet[RANDOM_PACKET_LARGEST]);

/* Changes a few bits of the headers, and makes right again what would end the matter too
 * soon: the checksum of the header, at times that of the transport. */
void random_mutation (GRand *random, guint8 *packet, gsize length);
