/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP messages of the translator itself. */
#pragma once

#include "xlat-work.h"

/* Drops the packet for REASON and sends ERROR, unless the packet may not be answered or
 * the rate limit is exceeded. VALUE is the MTU or the pointer, if ERROR has one. */
void xlat_answer (struct xlat_work *work, enum xlat_reason reason, enum xlat_error error,
                  uint32_t value);

/* Sends the reply to the echo request MESSAGE, which is overwritten, with the type of
 * service TOS. The addresses are those of the packet, exchanged. */
void xlat_answer_echo (struct xlat_work *work, uint8_t *message, size_t length,
                       uint8_t tos);
