/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of nftables that drop packets of an interface, in the output of
 * "nft --json list ruleset". */
#pragma once

#include "check-facts.h"

G_BEGIN_DECLS

/* An array of CheckFirewallRule, those that drop or reject packets of one of the
 * interfaces (ended by NULL), and policies that drop where no rule of the chain accepts
 * their packets. NULL if the text is not such a list. */
GArray *check_firewall_parse (const char *json, const char *const *interfaces);

G_END_DECLS
