/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The secret of this host, from which the identifiers of the CLAT's addresses come:
 * opaque to others, and the same each time on the same network (RFC 7217). */
#pragma once

#include <glib.h>

#include "clat-stable-address.h"

G_BEGIN_DECLS

typedef struct _ClatSecret ClatSecret;

/* Reads the secret from the directory; creates both if they do not exist. */
ClatSecret *clat_secret_load (const char *directory, GError **error);
void clat_secret_free (ClatSecret *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatSecret, clat_secret_free)

/* network identifies a network: the UUID of the profile. */
void clat_secret_derive (ClatSecret *self, const char *network,
                         guint8 identifier[CLAT_IDENTIFIER_LENGTH]);

G_END_DECLS
