/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors that the translator itself sends to the sender of a packet that it drops. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xlat-reason.h"

/* Each kind has a limit of its own: a flood of one cannot silence another. */
enum xlat_error
{
  XLAT_ERROR_TTL,          /* 11/0 */
  XLAT_ERROR_TOO_BIG4,     /* 3/4 */
  XLAT_ERROR_SOURCE_ROUTE, /* 3/5 */
  XLAT_ERROR_PROHIBITED4,  /* 3/13 */
  XLAT_ERROR_HOP_LIMIT,    /* ICMPv6 3/0 */
  XLAT_ERROR_TOO_BIG6,     /* 2/0 */
  XLAT_ERROR_ROUTING,      /* 4/0 */
  XLAT_ERROR_PROHIBITED6,  /* 1/1 */
  XLAT_N_ERRORS
};

/* Tokens in units of one nanosecond of waiting. */
struct xlat_bucket
{
  uint64_t updated_ns;
  uint64_t tokens;
  bool used;
};

struct xlat_work;

/* Drops the packet for REASON and answers it, if the rate allows it and if the packet is
 * one that may be answered. VALUE is the MTU or pointer of the kinds that have one. */
void xlat_answer (struct xlat_work *work, enum xlat_reason reason, enum xlat_error error,
                  uint32_t value);
