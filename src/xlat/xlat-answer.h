/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors that the translator itself sends to the sender of a packet that it drops. */
#pragma once

#include "xlat-work.h"

/* Drops the packet for REASON and answers it, if the rate allows it and if the packet is
 * one that may be answered. VALUE is the MTU or pointer of the kinds that have one. */
void xlat_answer (struct xlat_work *work, enum xlat_reason reason, enum xlat_error error,
                  uint32_t value);
