/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A translator between IPv4 and IPv6 (RFC 7915) for the addresses of one host.
 *
 * It knows nothing of devices and clocks, and takes memory only when it is made. */
#pragma once

#include "xlat-config.h"
#include "xlat-packet.h"
#include "xlat-statistics.h"

struct xlat;

/* NULL if there is no memory. CONFIG has passed xlat_config_check. SEED makes the
 * identification of packets differ from one translator to the next. STATISTICS are
 * counted up and stay the caller's. */
struct xlat *xlat_new (const struct xlat_config *config, uint16_t seed,
                       struct xlat_statistics *statistics);
void xlat_free (struct xlat *xlat);

/* Whether fragments wait for the rest of their packet, which would be lost with us. */
bool xlat_is_gathering (const struct xlat *xlat);

/* Translates PACKET, which is overwritten, by its IP version. NOW_NS is any clock that
 * does not jump. OFFLOAD may be NULL. */
void xlat_translate (struct xlat *xlat, uint8_t *packet, size_t length,
                     const struct xlat_offload *offload, uint64_t now_ns,
                     struct xlat_result *result);
