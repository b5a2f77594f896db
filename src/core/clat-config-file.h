/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads clat-nm.conf. */
#pragma once

#include "clat-config.h"

G_BEGIN_DECLS

/* A file that need not exist gives the defaults if it does not. Errors name the file, the
 * line and the fault. Unknown and repeated groups and keys are errors: a misspelt or
 * second one would have no effect. */
ClatConfig *clat_config_file_load (const char *path, gboolean must_exist, GError **error);

/* The same for the text of a file, NUL-terminated; name is the file's name in errors. */
ClatConfig *clat_config_file_parse (const char *name, const char *text, gsize length,
                                    GError **error);

G_END_DECLS
