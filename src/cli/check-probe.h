/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts by packets: to the network's resolvers, and to a target through the translator.
 */
#pragma once

#include "check-facts.h"

G_BEGIN_DECLS

/* Asks the IPv6 resolvers for a name. Blocks for some seconds if one does not answer. */
void check_probe_resolvers (CheckFacts *facts);

/* Pings the target from the translator's IPv4 address, with small and with the largest
 * packets, and begins a TCP handshake. */
void check_probe_target (CheckFacts *facts);

G_END_DECLS
