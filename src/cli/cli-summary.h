/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection in a few words. */
#pragma once

#include "cli-bus.h"

G_BEGIN_DECLS

/* How IPv4 works, or the sentence of the service why it does not. Not yet fit for a
 * terminal. */
char *cli_summary_dup_details (ClatDBusConnection1 *connection);

G_END_DECLS
