/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets that the link refuses, because the translator shares the host's IPv6 address
 * and they could not be told apart from the host's own: they come back as they were
 * sent. */
#pragma once

#include "xlat-work.h"

/* Whether the packet is one that the link refuses: from an address of the translator into
 * the NAT64 prefix. */
bool xlat_refusal_is (const struct xlat_work *work);

/* Replaces the packet by an ICMPv6 error that answers it, as the destination would send
 * it. False if it may not be answered. */
bool xlat_refusal_make (struct xlat_work *work);
