/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CLATs of other programs, which have an interface of their own in the host's namespace.
 */
#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

/* Whether the address is one of 192.0.0.0/29 (RFC 7335). */
gboolean clat_other_clat_is_address (struct in_addr address);

/* Whether an interface that has such an address and an IPv4 default route may be that of
 * a CLAT: by its driver, or its name. DS-Lite has such addresses too, on other tunnels.
 */
gboolean clat_other_clat_is_interface (const char *name, const char *driver);

/* The program that gives its interface this name, NULL if it is not known. */
const char *clat_other_clat_get_program (const char *name);

G_END_DECLS
