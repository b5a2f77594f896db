/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The real nmcli, and what it says when something is wrong. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* nmcli's exit statuses, as its man page has them. */
enum
{
  NMCLI_EXIT_SUCCESS = 0,
  NMCLI_EXIT_FAILURE = 1,
  NMCLI_EXIT_USAGE = 2,
  NMCLI_EXIT_NOT_RUNNING = 8,
  NMCLI_EXIT_NOT_FOUND = 10,
};

/* Becomes nmcli; returns an exit status if that fails. The words are without the program.
 */
int nmcli_run_exec (const char *const *words);

/* Runs nmcli and returns its exit status; 128 and the signal's number if a signal ended
 * it, as shells have it. Unless output is NULL, what it prints is kept there, set
 * whatever the status. */
int nmcli_run (const char *const *words, char **output);

/* "Error: <message>." in nmcli's manner, without what a terminal would obey. */
void nmcli_print_error (const char *format, ...) G_GNUC_PRINTF (1, 2);

G_END_DECLS
