/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clat-nm-wait-online: ends when IPv4 works, or when no connection is going to have it.
 */
#include "config.h"

#include <glib.h>
#include <glib/gi18n.h>
#include <stdlib.h>

#include "cli-error.h"
#include "cli-locale.h"
#include "cli-output.h"
#include "cli-text.h"
#include "cli-wait.h"

#define PROGRAM    "clat-nm-wait-online"
#define EXIT_USAGE 2

static gboolean
wait_online (int seconds, gboolean is_quiet, GError **error)
{
  CliOnline online;

  if (!cli_wait_online (seconds, &online, error))
    return FALSE;
  if (!is_quiet)
    g_print ("%s\n", online == CLI_ONLINE_IPV4
                         ? _ ("IPv4 works.")
                         : _ ("No connection is going to have IPv4."));
  return TRUE;
}

static gboolean
run (int argc, char **argv, GError **error)
{
  int seconds = CLI_WAIT_DEFAULT_SECONDS;
  gboolean is_quiet = FALSE;
  gboolean wants_version = FALSE;
  const GOptionEntry entries[] = {
      {"timeout", 't', 0, G_OPTION_ARG_INT, &seconds,
       N_ ("Fail after this many seconds (default 30)"), N_ ("SECONDS")},
      {"quiet", 'q', 0, G_OPTION_ARG_NONE, &is_quiet, N_ ("Print errors only"), NULL},
      {"version", 'V', 0, G_OPTION_ARG_NONE, &wants_version, N_ ("Show the version"),
       NULL},
      G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (
      context, _ ("Waits until IPv4 works, or no connection is going to have it."));
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  if (argc > 1 || seconds < 0 || seconds > CLI_WAIT_MAX_SECONDS)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, _ ("see %s --help"), PROGRAM);
      return FALSE;
    }
  if (wants_version)
    {
      g_print (PROGRAM " %s\n", CLAT_VERSION);
      return TRUE;
    }
  return wait_online (seconds, is_quiet, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;

  cli_locale_init ();
  if (run (argc, argv, &error) && cli_output_check (&error))
    return EXIT_SUCCESS;
  message = cli_text_clean (error->message);
  g_printerr (PROGRAM ": %s\n", message);
  return error->domain == G_OPTION_ERROR
                 || g_error_matches (error, CLI_ERROR, CLI_ERROR_USAGE)
             ? EXIT_USAGE
             : EXIT_FAILURE;
}
