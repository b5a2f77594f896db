/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Translation of ICMP messages (RFC 7915, 4.2, 4.3, 5.2, 5.3). */
#pragma once

#include <stdbool.h>

#include "xlat-emit.h"
#include "xlat-work.h"

/* Whether a message of this type and code has a counterpart. */
bool xlat_icmp4_is_translatable (uint8_t type, uint8_t code);
bool xlat_icmp6_is_translatable (uint8_t type, uint8_t code);

/* Translate the unfragmented message at DATA, which is translatable and has a complete
 * ICMP header. BODY is set to the translated message, in place or in the result. Return
 * XLAT_REASON_NONE, or why the message must be dropped. */
enum xlat_reason xlat_icmp_4to6 (struct xlat_work *work, uint8_t *data, size_t length,
                                 const struct xlat_header6 *header,
                                 struct xlat_body *body);

/* The pair of an error becomes that of the packet in error, which tells apart pairs with
 * the same IPv6 address. IP has the addresses of the message; NODE is its source if that
 * has no IPv4 counterpart, else NULL. */
enum xlat_reason xlat_icmp_6to4 (struct xlat_work *work, uint8_t *data, size_t length,
                                 const struct xlat_ipv6 *ip,
                                 const struct xlat_address6 *node,
                                 struct xlat_body *body);
