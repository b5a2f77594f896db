/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where in the text of a key file something stands: GKeyFile does not tell lines. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All return the number of a line, 1 if there is none that fits. */

guint clat_keyfile_lines_find_group (const char *text, const char *group);

/* The one that counts, if there are several. */
guint clat_keyfile_lines_find_key (const char *text, const char *group, const char *key);

/* The first line that GKeyFile does not take. */
guint clat_keyfile_lines_find_bad (const char *text);

G_END_DECLS
