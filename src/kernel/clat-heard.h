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

/* Lets the interface of this thread's namespace hear what was said on the link: as if it
 * came from there now. */
gboolean clat_heard_tell (ClatHeard *self, int link, int ifindex, GError **error);

/* The link may be another network now: lets the interface hear what was said on it once
 * more, good for so many seconds and no longer. */
gboolean clat_heard_tell_last (ClatHeard *self, int link, int ifindex, guint seconds,
                               GError **error);

/* Forgets all that was said on the link. */
void clat_heard_forget (ClatHeard *self, int link);

G_END_DECLS
