/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packet in error that an ICMP error quotes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xlat-config.h"
#include "xlat-wire.h"

struct xlat_icmp_quote
{
  uint8_t head[XLAT_IPV6_HEADER + XLAT_FRAGMENT_HEADER]; /* translated */
  size_t head_length;
  const uint8_t *rest; /* quoted after the header */
  size_t rest_length;
  size_t total_length; /* of the packet in error, before translation */
  bool had_fragment_header;
  const struct xlat_pair *pair; /* of the packet in error */
};

/* The pair of the host's packet that the LENGTH bytes at DATA quote, or the answer to it;
 * NULL if its destination is not local. */
const struct xlat_pair *xlat_icmp_quote_find_pair4 (const struct xlat_config *config,
                                                    const uint8_t *data, size_t length);

/* Translate the LENGTH bytes quoted at DATA, which are overwritten. False if the quoted
 * packet cannot be a translated one: an ICMP error, or not sent by this translator. */
bool xlat_icmp_quote_4to6 (const struct xlat_config *config, const struct xlat_pair *pair,
                           uint8_t *data, size_t length, struct xlat_icmp_quote *quote);
bool xlat_icmp_quote_6to4 (const struct xlat_config *config, uint8_t *data, size_t length,
                           struct xlat_icmp_quote *quote);
