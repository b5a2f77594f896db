/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the command-line tools themselves find wrong. Messages quote names as they came;
 * who prints one makes it fit for a terminal. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CLI_ERROR (cli_error_quark ())
GQuark cli_error_quark (void);

typedef enum
{
  CLI_ERROR_USAGE,
  CLI_ERROR_NOT_RUNNING,
  CLI_ERROR_NOT_FOUND,
  CLI_ERROR_AMBIGUOUS,
  CLI_ERROR_REFUSED,
  CLI_ERROR_FAILED,
} CliError;

/* Replaces an error of the bus by one that a person understands; what names the thing
 * that could not be done, "cannot change 'Home'". Takes over from. */
void cli_error_take_bus (GError **error, GError *from, const char *what);

/* For commands that need NetworkManager, or its connections. */
void cli_error_set_networkmanager (GError **error);

G_END_DECLS
