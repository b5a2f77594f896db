/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of the user data key net.clatnm.prefix of a profile. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CLI_PREFIX_KEY "net.clatnm.prefix"

/* Whether the text is a NAT64 prefix (RFC 6052, 2.2), as clat-nm takes it. */
gboolean cli_prefix_is_valid (const char *text);

G_END_DECLS
