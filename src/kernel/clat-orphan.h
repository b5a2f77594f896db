/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Namespaces of translators that lost their names while no instance of the service ran:
 * clat-xlat keeps them alive, and they still carry packets. */
#pragma once

#include "clat-netns.h"
#include "clat-rtnl.h"

G_BEGIN_DECLS

/* The namespace of the peer of the translator's interface on the host. NULL without error
 * if there is none. host: of the host's namespace. */
ClatNetns *clat_orphan_find (const char *name, ClatRtnl *host, GError **error);

/* The names of interfaces that may lead to one, also of those whose namespace has its
 * name.
 */
char **clat_orphan_list (const char *prefix, ClatRtnl *host, GError **error);

G_END_DECLS
