/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether standard output has been written. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* FALSE if anything since the start of the program could not be written: the disk is
 * full, for example. Flushes. */
gboolean cli_output_check (GError **error);

G_END_DECLS
