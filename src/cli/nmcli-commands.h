/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands that clat-nmcli carries out itself. Each returns the exit status. */
#pragma once

#include "nmcli-args.h"

G_BEGIN_DECLS

int nmcli_change (const NmcliArgs *args);

/* The words are the whole command line, for nmcli if none of the fields is ours. */
int nmcli_show (const NmcliArgs *args, const char *const *words);

/* The words are the whole command line. */
int nmcli_help (const char *const *words);

/* The words after NMCLI_COMPLETE. Prints the completions of the last one, one on a line.
 */
int nmcli_complete (const char *const *words);

G_END_DECLS
