/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl: options and the table of commands. */
#include "config.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <stdlib.h>

#include "cli-command.h"
#include "cli-error.h"
#include "cli-text.h"

#define EXIT_USAGE 2

typedef struct
{
  const char *name;
  const char *arguments;
  const char *summary;
  guint min_arguments;
  guint max_arguments;
  CliCommandFunc run;
} Command;

/* The first one is run when none is named. */
static const Command commands[] = {
    /* clang-format off */
    {"list", "",
     N_ ("Whether IPv4 works, and if not why"), 0, 0, cmd_list},
    {"show", N_ ("CONNECTION|INTERFACE"),
     N_ ("Everything about one connection"), 1, 1, cmd_show},
    {"stats", N_ ("[CONNECTION|INTERFACE]"),
     N_ ("Packets, bytes and what was dropped"), 0, 1, cmd_stats},
    {"monitor", "",
     N_ ("Print what changes, until interrupted"), 0, 0, cmd_monitor},
    {"set", N_ ("CONNECTION MODE|prefix=PREFIX"),
     N_ ("Mode: auto, yes, no or force; or the NAT64"), 2, 3, cmd_set},
    {"check", "",
     N_ ("What this kernel can do for it"), 0, 0, cmd_check},
    /* clang-format on */
};

static const Command *
find_command (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, name))
      return &commands[i];
  return NULL;
}

/* gettext answers the empty string with the header of the catalogue. */
static const char *
get_arguments (const Command *command)
{
  return *command->arguments != '\0' ? _ (command->arguments) : "";
}

static void
print_options (void)
{
  g_print ("\n%s\n", _ ("Options:"));
  g_print ("  -j, --json     %s\n", _ ("Print JSON"));
  g_print ("  -h, --help     %s\n", _ ("Show this help, or that of a command"));
  g_print ("  -V, --version  %s\n", _ ("Show the version"));
}

static void
print_help (void)
{
  g_print (_ ("Usage: %s\n"), "clatctl [--json] [COMMAND [ARGUMENT...]]");
  g_print ("\n%s\n", _ ("IPv4 on networks that only have IPv6: what clat-nm does."));
  g_print ("\n%s\n", _ ("Commands:"));
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *usage =
          g_strdup_printf ("%s %s", commands[i].name, get_arguments (&commands[i]));

      g_print ("  %-34s %s\n", usage, _ (commands[i].summary));
    }
  print_options ();
  g_print ("\n%s\n", _ ("More: man clatctl"));
}

static void
print_command_help (const Command *command)
{
  g_autofree char *usage =
      g_strdup_printf ("clatctl [--json] %s %s", command->name, get_arguments (command));

  g_print (_ ("Usage: %s\n"), g_strchomp (usage));
  g_print ("\n%s.\n", _ (command->summary));
  print_options ();
}

/* Names from the bus and from the command line are in the message as they are. */
static int
fail (const GError *error)
{
  g_autofree char *clean = cli_text_clean (error->message);

  g_printerr ("clatctl: %s\n", clean);
  return error->domain == G_OPTION_ERROR
                 || g_error_matches (error, CLI_ERROR, CLI_ERROR_USAGE)
             ? EXIT_USAGE
             : EXIT_FAILURE;
}

static gboolean
check_arguments (const Command *command, char **args, GError **error)
{
  guint n = g_strv_length (args);

  if (n >= command->min_arguments && n <= command->max_arguments)
    return TRUE;
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
               n < command->min_arguments
                   ? _ ("%s: argument missing; see clatctl %s --help")
                   : _ ("%s: too many arguments; see clatctl %s --help"),
               command->name, command->name);
  return FALSE;
}

static gboolean
run (const CliOptions *options, const Command *command, char **args, GError **error)
{
  return check_arguments (command, args, error) && command->run (options, args, error);
}

int
main (int argc, char **argv)
{
  CliOptions options = {0};
  gboolean wants_help = FALSE;
  gboolean wants_version = FALSE;
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
      {"json", 'j', 0, G_OPTION_ARG_NONE, &options.is_json, NULL, NULL},
      {"help", 'h', 0, G_OPTION_ARG_NONE, &wants_help, NULL, NULL},
      {"version", 'V', 0, G_OPTION_ARG_NONE, &wants_version, NULL, NULL},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words, NULL, NULL},
      G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  const Command *command = &commands[0];
  char *no_args[] = {NULL};

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  /* Its own help knows nothing of commands. */
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return fail (error);

  if (wants_version)
    {
      g_print ("clatctl %s\n", CLAT_VERSION);
      return EXIT_SUCCESS;
    }
  if (words != NULL)
    command = find_command (words[0]);
  if (command == NULL)
    {
      error = g_error_new (CLI_ERROR, CLI_ERROR_USAGE,
                           _ ("no command '%s'; see clatctl --help"), words[0]);
      return fail (error);
    }
  if (wants_help)
    {
      words != NULL ? print_command_help (command) : print_help ();
      return EXIT_SUCCESS;
    }
  if (!run (&options, command, words != NULL ? words + 1 : no_args, &error))
    return fail (error);
  return EXIT_SUCCESS;
}
