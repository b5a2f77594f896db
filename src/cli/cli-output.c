/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors of standard output. */
#include "config.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>

#include "cli-error.h"
#include "cli-output.h"

gboolean
cli_output_check (GError **error)
{
  const char *message = _ ("could not write to standard output");

  if (fflush (stdout) != 0)
    g_set_error (error, CLI_ERROR, CLI_ERROR_FAILED, "%s: %s", message,
                 g_strerror (errno));
  else if (ferror (stdout))
    /* An earlier flush has failed; its errno is lost. */
    g_set_error_literal (error, CLI_ERROR, CLI_ERROR_FAILED, message);
  else
    return TRUE;
  return FALSE;
}
