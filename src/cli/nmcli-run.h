/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the real nmcli, prints errors in its format. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The exit statuses of nmcli, see nmcli(1). */
enum
{
  NMCLI_EXIT_SUCCESS = 0,
  NMCLI_EXIT_FAILURE = 1,
  NMCLI_EXIT_USAGE = 2,
  NMCLI_EXIT_NOT_RUNNING = 8,
  NMCLI_EXIT_NOT_FOUND = 10,
};

/* Replaces the process by nmcli; returns an exit status if that fails. The words do not
 * include the program. */
int nmcli_run_exec (const char *const *words);

/* Runs nmcli and returns its exit status, which is 128 plus the signal number if a signal
 * ended it, as in shells. Standard output is returned in output, whatever the status,
 * unless output is NULL. */
int nmcli_run (const char *const *words, char **output);

/* "Error: <message>.", as nmcli does, cleaned for a terminal. */
void nmcli_print_error (const char *format, ...) G_GNUC_PRINTF (1, 2);

G_END_DECLS
