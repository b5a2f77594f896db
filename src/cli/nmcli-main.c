/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clat-nmcli: nmcli with the property ipv6.clat. */
#include "config.h"

#include <NetworkManager.h>
#include <glib/gi18n.h>

#include "cli-locale.h"
#include "cli-output.h"
#include "nmcli-args.h"
#include "nmcli-commands.h"
#include "nmcli-run.h"

/* Whether libnm has the property itself: then everything is left to nmcli. */
static gboolean
knows_property (void)
{
  g_autoptr (GTypeClass) class = g_type_class_ref (NM_TYPE_SETTING_IP6_CONFIG);

  return g_object_class_find_property (G_OBJECT_CLASS (class), "clat") != NULL;
}

static int
run (const NmcliArgs *args, const char *const *words)
{
  switch (args->command)
    {
    case NMCLI_COMMAND_ADD:
    case NMCLI_COMMAND_MODIFY:
      return nmcli_change (args);
    case NMCLI_COMMAND_SHOW:
      return nmcli_show (args, words);
    case NMCLI_COMMAND_HELP:
      return nmcli_help (words);
    case NMCLI_COMMAND_OTHER:
      break;
    }
  return nmcli_run_exec (words);
}

int
main (int argc, char **argv)
{
  const char *const *words = (const char *const *)argv + (argc > 0 ? 1 : 0);
  g_autoptr (NmcliArgs) args = nmcli_args_parse (words);
  g_autoptr (GError) error = NULL;
  int status;
  gboolean is_completion = g_strcmp0 (words[0], NMCLI_COMPLETE) == 0;

  if ((args->command == NMCLI_COMMAND_OTHER && !is_completion) || knows_property ())
    return nmcli_run_exec (words);

  cli_locale_init ();
  status = is_completion ? nmcli_complete (words + 1) : run (args, words);
  if (cli_output_check (&error))
    return status;
  nmcli_print_error ("%s", error->message);
  return NMCLI_EXIT_FAILURE;
}
