/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets of one family through the translator, with what must be true of the results. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "xlat-packet.h"

/* DATA is how to configure and what to repair (see struct plan), then packets, each after
 * its length in two bytes. */
void fuzz_packets (enum xlat_direction direction, const uint8_t *data, size_t size);
