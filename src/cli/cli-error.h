/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors of the command-line tools. Messages quote names unchanged: pass them through
 * cli_text_clean before they are printed. */
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

/* Replaces an error of the bus by one that a user understands; what names the failed
 * operation, "cannot change 'Home'". Takes ownership of from. */
void cli_error_take_bus (GError **error, GError *from, const char *what);

/* A value on the command line that core refused. */
void cli_error_set_invalid (GError **error, const GError *from);

/* NetworkManager is not running. */
void cli_error_set_networkmanager (GError **error);

G_END_DECLS
