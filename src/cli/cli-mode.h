/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of the user data key net.clatnm.clat of a profile. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CLI_MODE_KEY     "net.clatnm.clat"
#define CLI_MODE_DEFAULT "auto"

/* For messages. */
#define CLI_MODE_NAMES "auto, yes, no, force"

/* The same as a list that ends with NULL. */
const char *const *cli_mode_list (void);

/* "auto", "yes", "no" or "force", whatever the case; otherwise NULL. */
const char *cli_mode_parse (const char *text);

/* Also takes what nmcli takes for such values: "default" and the empty string, "true",
 * "on", "false", "off". */
const char *cli_mode_parse_nmcli (const char *text);

G_END_DECLS
