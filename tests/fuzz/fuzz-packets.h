/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Translates packets of one family and checks the results. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "xlat-packet.h"

/* DATA is a plan (see struct plan), then packets, each after its length in two bytes. */
void fuzz_packets (enum xlat_direction direction, const uint8_t *data, size_t size);
