/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The maximum segment size that a TCP SYN announces. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lowers the MSS option to MAX if SEGMENT, which begins with a complete TCP header, is a
 * SYN that announces more. PARTIAL: its checksum is the sum of the pseudo-header, which
 * has no options. Options that are malformed stay as they are. */
void xlat_mss_limit (uint8_t *segment, size_t length, unsigned max, bool partial);
