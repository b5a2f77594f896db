/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP errors to the sender of a packet that the translator drops. */
#pragma once

#include "xlat-work.h"

/* Drops the packet for REASON and sends ERROR, unless the packet may not be answered or
 * the rate limit is exceeded. VALUE is the MTU or the pointer, if ERROR has one. */
void xlat_answer (struct xlat_work *work, enum xlat_reason reason, enum xlat_error error,
                  uint32_t value);
