/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the routers of each link said last, so that a new translator need not ask them:
 * they may answer late (RFC 4861, 6.2.6 lets them wait for three seconds) or not at all.
 */
#pragma once

#include "clat-ndp.h"
#include "clat-slaac.h"

G_BEGIN_DECLS

typedef struct _ClatHeard ClatHeard;

ClatHeard *clat_heard_new (void);
void clat_heard_free (ClatHeard *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatHeard, clat_heard_free)

void clat_heard_remember (ClatHeard *self, const ClatAdvertisement *advertisement);

/* What the routers of the link say of SLAAC. */
ClatSlaac clat_heard_get_slaac (ClatHeard *self, int link);

/* For clat_heard_tell: as long as it was said. */
#define CLAT_HEARD_AS_SAID G_MAXUINT32

/* Lets the interface of this thread's namespace hear what was said on the link, as if it
 * came from there now, but good for so many seconds at most. */
gboolean clat_heard_tell (ClatHeard *self, int link, int ifindex, guint32 longest,
                          GError **error);

/* Forgets all that was said on the link. */
void clat_heard_forget (ClatHeard *self, int link);

G_END_DECLS
