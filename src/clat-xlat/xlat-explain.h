/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One-line descriptions of packets and results. */
#pragma once

#include <stddef.h>

#include "xlat-packet.h"

/* Describes PACKET. Call it before the translation, which overwrites PACKET. */
void xlat_describe (const uint8_t *packet, size_t length, char *text, size_t size);

/* Describes the result of the translation. */
void xlat_explain (const struct xlat_result *result, char *text, size_t size);
