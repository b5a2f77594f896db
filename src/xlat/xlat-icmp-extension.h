/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lays out an ICMP error: the quoted packet, and extensions after it (RFC 4884). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xlat-icmp-quote.h"

struct xlat_icmp_extension
{
  bool is_marked; /* a length is given, and the message that comes out has one too */
  const uint8_t *data;
  size_t length;
};

/* Splits the LENGTH bytes at DATA that follow an ICMP header into the quoted packet,
 * whose length is returned, and the extension; ATTRIBUTE is the length given in units of
 * UNIT bytes. */
size_t xlat_icmp_extension_find (const uint8_t *data, size_t length, uint8_t attribute,
                                 size_t unit, struct xlat_icmp_extension *extension);

/* Writes QUOTE and EXTENSION to BUFFER, which has room for ROOM bytes and gets what fits.
 * NODE, if not NULL, is added as the address of the node that sent the error
 * (draft-ietf-intarea-extended-icmp-nodeid). Returns the number of bytes; ATTRIBUTE is
 * the length to give, in units of UNIT bytes, NULL if the message has no place for one:
 * then it gets no extension either. */
size_t xlat_icmp_extension_lay_out (uint8_t *buffer, size_t room, size_t unit,
                                    const struct xlat_icmp_quote *quote,
                                    const struct xlat_icmp_extension *extension,
                                    const struct xlat_address6 *node, uint8_t *attribute);
