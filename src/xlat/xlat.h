/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A translator between IPv4 and IPv6 (RFC 7915) for the addresses of one host.
 *
 * It uses neither devices nor clocks, and allocates memory only in xlat_new. */
#pragma once

#include "xlat-config.h"
#include "xlat-packet.h"
#include "xlat-statistics.h"

struct xlat;

/* NULL if memory is exhausted. CONFIG has passed xlat_config_check. SEED is the first
 * identification of packets: a random one differs from that of a previous translator.
 * STATISTICS stay the caller's. */
struct xlat *xlat_new (const struct xlat_config *config, uint16_t seed,
                       struct xlat_statistics *statistics);
void xlat_free (struct xlat *xlat);

/* Whether fragments are kept for reassembly, which xlat_free would drop. */
bool xlat_is_gathering (const struct xlat *xlat);

/* Translates PACKET, which is overwritten, in the direction that its IP version gives.
 * NOW_NS is of a monotonic clock. OFFLOAD may be NULL. */
void xlat_translate (struct xlat *xlat, uint8_t *packet, size_t length,
                     const struct xlat_offload *offload, uint64_t now_ns,
                     struct xlat_result *result);
