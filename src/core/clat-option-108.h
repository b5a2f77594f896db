/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the host may do without native IPv4, if its network prefers that: DHCPv4 option
 * 108 (RFC 8925). */
#pragma once

#include "clat-config.h"
#include "clat-profile.h"

G_BEGIN_DECLS

/* Whether a connection with this profile may. RFC 8925, 3.2: a host that needs IPv4 does
 * not ask for the option. */
gboolean clat_option_108_suits_profile (const ClatProfile *profile,
                                        const ClatConfig *config);

/* Whether NetworkManager is to ask on an interface on which one of these profiles (of
 * ClatProfile) is active, or will be: what it does can depend on the interface, but not
 * on the profile. */
gboolean clat_option_108_suits_all (const GPtrArray *profiles, const ClatConfig *config);

G_END_DECLS
