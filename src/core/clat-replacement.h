/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where our CLAT takes the place of NetworkManager's own. */
#pragma once

#include "clat-config.h"
#include "clat-profile.h"

G_BEGIN_DECLS

/* Whether NetworkManager's own CLAT is to be off by default on an interface on which one
 * of these profiles (of ClatProfile) is active, or will be. A profile that sets it itself
 * is not affected, nor one without DHCPv4. */
gboolean clat_replacement_is_wanted (const GPtrArray *profiles, const ClatConfig *config);

G_END_DECLS
