/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors of standard output. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Flushes. FALSE if any output of the program could not be written, for example because
 * the disk is full. */
gboolean cli_output_check (GError **error);

G_END_DECLS
