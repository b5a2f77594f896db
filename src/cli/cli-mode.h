/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mode of a connection as an argument of a command. */
#pragma once

#include "clat-state.h"

G_BEGIN_DECLS

#define CLI_N_MODES (CLAT_MODE_FORCE + 1)

/* "auto", "yes", "no" or "force" in upper or lower case. */
gboolean cli_mode_parse (const char *text, ClatMode *mode);

/* Also the values that nmcli accepts for such a property: "default" and the empty string,
 * "true", "on", "false", "off". */
gboolean cli_mode_parse_nmcli (const char *text, ClatMode *mode);

/* "auto, yes, no, force" */
char *cli_mode_list (void);

G_END_DECLS
