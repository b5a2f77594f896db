/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the service says about a connection, in the user's language. The service sends a
 * code and an English sentence; NULL is returned if it is not in the tables here, as that
 * of a newer service. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* reason, text: StateReason and StateText. */
char *cli_reason_explain (const char *reason, const char *text);

/* text: PlatText. */
char *cli_reason_explain_plat (const char *text);

G_END_DECLS
