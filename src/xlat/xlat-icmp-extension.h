/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lays out an ICMP error: the quoted packet, and extensions after it (RFC 4884). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xlat-icmp-quote.h"

struct xlat_icmp_extension
{
  bool is_marked; /* the message has a length, and so will its translation */
  const uint8_t *data;
  size_t length;
};

/* Splits the LENGTH bytes at DATA, which follow an ICMP header, into the quoted packet
 * and the extension. ATTRIBUTE is the length field of the header, in units of UNIT bytes.
 * Returns the length of the quoted packet. */
size_t xlat_icmp_extension_find (const uint8_t *data, size_t length, uint8_t attribute,
                                 size_t unit, struct xlat_icmp_extension *extension);

/* Writes as much of QUOTE and EXTENSION to BUFFER as fits into ROOM bytes. NODE, if not
 * NULL, is added as the address of the node that sent the error
 * (draft-ietf-intarea-extended-icmp-nodeid). Sets the length field ATTRIBUTE, in units of
 * UNIT bytes; NULL if the message has none, and so no extension either. Returns the
 * number of bytes written. */
size_t xlat_icmp_extension_lay_out (uint8_t *buffer, size_t room, size_t unit,
                                    const struct xlat_icmp_quote *quote,
                                    const struct xlat_icmp_extension *extension,
                                    const struct xlat_address6 *node, uint8_t *attribute);
