/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Namespaces of translators that have lost their names while nobody was there: clat-xlat
 * keeps them alive, and packets still go through them. */
#pragma once

#include "clat-netns.h"
#include "clat-rtnl.h"

G_BEGIN_DECLS

/* The one that the translator of that name has on the host leads to. NULL without error
 * if there is none. host: of the host's namespace. */
ClatNetns *clat_orphan_find (const char *name, ClatRtnl *host, GError **error);

/* The names of translators that may have one, also of those whose namespace has its name.
 */
char **clat_orphan_list (const char *prefix, ClatRtnl *host, GError **error);

G_END_DECLS
