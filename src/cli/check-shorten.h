/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shortens addresses in a text that is going to be published. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Every address that could identify the host or its network loses its end:
 * "2001:db8:x:x", "198.51.x.x", "52:54:00:x:x:x". Those that are the same everywhere
 * stay: 64:ff9b::/96, 192.0.0.0/24, and IPv6 prefixes of up to 32 bits. */
char *check_shorten (const char *text);

G_END_DECLS
