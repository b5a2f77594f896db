/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was done with a packet, as a line for people. */
#pragma once

#include <stddef.h>

#include "xlat-packet.h"

/* What PACKET is; before it is translated, which overwrites it. */
void xlat_describe (const uint8_t *packet, size_t length, char *text, size_t size);

/* What became of it. */
void xlat_explain (const struct xlat_result *result, char *text, size_t size);
