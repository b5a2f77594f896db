/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl: options and the table of commands. */
#include "config.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <stdlib.h>

#include "cli-command.h"
#include "cli-error.h"
#include "cli-locale.h"
#include "cli-options.h"
#include "cli-output.h"
#include "cli-text.h"

#define EXIT_USAGE 2

typedef struct
{
  const char *name;
  const char *arguments;
  const char *summary;
  const char *details; /* for the help of this command; NULL: none */
  guint min_arguments;
  guint max_arguments;
  guint options;      /* CliOption */
  CliCommandFunc run; /* NULL: printed by main */
} Command;

#define HELP "help"

#define SET_DETAILS                                                                      \
  N_ ("Stores settings of clat-nm in the NetworkManager profile of the connection. If\n" \
      "it is active, the change takes effect at once.\n"                                 \
      "\n"                                                                               \
      "Modes:\n"                                                                         \
      "  auto           Translate if the network has a NAT64 and no native IPv4; the\n"  \
      "                 mode in clat-nm.conf applies\n"                                  \
      "  yes            The same, even if the mode in clat-nm.conf is no\n"              \
      "  no             Never translate\n"                                               \
      "  force          Translate next to native IPv4, too, with a worse metric\n"       \
      "\n"                                                                               \
      "Prefix:\n"                                                                        \
      "  prefix=PREFIX  Use this NAT64 prefix, for example prefix=64:ff9b::/96\n"        \
      "  prefix=        Use the prefix in clat-nm.conf or that of the network\n"         \
      "\n"                                                                               \
      "IPv6 address of the translator:\n"                                                \
      "  address=auto   One of its own; that of the host if the network gives no "       \
      "other\n"                                                                          \
      "  address=own    One of its own, never that of the host\n"                        \
      "  address=shared That of the host\n"                                              \
      "  address=PREFIX/LENGTH\n"                                                        \
      "                 One of this prefix, which the network routes to the host\n"      \
      "  address=       As clat-nm.conf says\n"                                          \
      "\n"                                                                               \
      "IPv6-mostly networks:\n"                                                          \
      "  ipv6-mostly=yes      Give up native IPv4 if the network says that it can be\n"  \
      "                       done without (DHCPv4 option 108)\n"                        \
      "  ipv6-mostly=no       Keep native IPv4\n"                                        \
      "  ipv6-mostly=default  As clat-nm.conf says\n")

#define WAIT_DETAILS                                                                     \
  N_ ("Ends as soon as IPv4 works on the connection, or on any one if none is given.\n"  \
      "It need not be active yet. Without --timeout, fails after 30 seconds.\n")

#define CHECK_DETAILS                                                                    \
  N_ ("Checks everything that IPv4 depends on, in order: the network, the translator,\n" \
      "this host, and the NAT64. Prints for each whether it is right, else whose "       \
      "fault\n"                                                                          \
      "it is and what to do. Without a connection, checks the kernel and all of them.\n" \
      "As root it finds out more. Nothing is changed.\n")

#define EXEC_DETAILS                                                                     \
  N_ ("Runs a command in the network namespace of the connection's translator, for\n"    \
      "example tcpdump. The connection may be left out if only one has a translator.\n"  \
      "Root only.\n")

#define TRACE_DETAILS                                                                    \
  N_ ("Prints each packet of the connection's translator before and after "              \
      "translation,\n"                                                                   \
      "in the words of tcpdump, until interrupted. The filter is one of tcpdump, and\n"  \
      "applies to both. The connection may be left out if only one has a translator.\n"  \
      "Root only.\n")

#define METRICS_DETAILS                                                                  \
  N_ ("Prints states and counters of all connections in the text format of\n"            \
      "OpenMetrics, for example for the textfile collector of node_exporter.\n")

/* Without a command, the first one is run. */
static const Command commands[] = {
    /* clang-format off */
    {"list", "",
     N_ ("Show whether IPv4 works, and why not"), NULL, 0, 0, CLI_OPTION_JSON, cmd_list},
    {"show", N_ ("CONNECTION"),
     N_ ("Show everything about one connection"), NULL, 1, 1, CLI_OPTION_JSON, cmd_show},
    {"stats", N_ ("[CONNECTION]"),
     N_ ("Count packets, bytes and drops"), NULL, 0, 1,
     CLI_OPTION_JSON | CLI_OPTION_WATCH | CLI_OPTION_INTERVAL, cmd_stats},
    {"monitor", "",
     N_ ("Print changes until interrupted"), NULL, 0, 0, CLI_OPTION_JSON, cmd_monitor},
    {"set", N_ ("CONNECTION SETTING..."),
     N_ ("Set mode, prefix, address, IPv6-mostly"), SET_DETAILS, 2, 5, CLI_OPTION_JSON, cmd_set},
    {"wait", N_ ("[CONNECTION]"),
     N_ ("Wait until IPv4 works"), WAIT_DETAILS, 0, 1,
     CLI_OPTION_JSON | CLI_OPTION_TIMEOUT, cmd_wait},
    {"check", N_ ("[CONNECTION]"),
     N_ ("Find out why IPv4 does not work"), CHECK_DETAILS, 0, 1,
     CLI_OPTION_JSON | CLI_OPTION_TARGET | CLI_OPTION_REPORT | CLI_OPTION_SHORT,
     cmd_check},
    {"exec", N_ ("[CONNECTION] -- COMMAND..."),
     N_ ("Run a command in its namespace"), EXEC_DETAILS, 0, 1,
     CLI_OPTION_COMMAND, cmd_exec},
    {"trace", N_ ("[CONNECTION] [FILTER...]"),
     N_ ("Show its packets before and after"), TRACE_DETAILS, 0, G_MAXUINT,
     CLI_OPTION_JSON | CLI_OPTION_COUNT | CLI_OPTION_WRITE | CLI_OPTION_COMMAND, cmd_trace},
    {"metrics", "",
     N_ ("Print OpenMetrics text for monitoring"), METRICS_DETAILS, 0, 0, 0, cmd_metrics},
    {HELP, N_ ("[COMMAND]"),
     N_ ("Show this help, or that of a command"), NULL, 0, 1, CLI_OPTION_JSON, NULL},
    /* clang-format on */
};

static const Command *
find_command (const char *name, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, name))
      return &commands[i];
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
               _ ("unknown command '%s'; see clatctl --help"), name);
  return NULL;
}

/* gettext translates the empty string to the header of the catalogue. */
static const char *
get_arguments (const Command *command)
{
  return *command->arguments != '\0' ? _ (command->arguments) : "";
}

static void
print_overview (void)
{
  g_print (_ ("Usage: %s\n"), _ ("clatctl [--json] [COMMAND [ARGUMENT...]]"));
  g_print ("\n%s\n",
           _ ("Show and configure clat-nm: IPv4 on networks that only have IPv6."));
  g_print ("\n%s\n", _ ("Commands:"));
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *usage =
          g_strdup_printf ("%s %s", commands[i].name, get_arguments (&commands[i]));
      g_autofree char *padded = cli_text_pad (usage, 38, FALSE);

      g_print ("  %s %s\n", padded, _ (commands[i].summary));
    }
  g_print ("\n%s\n",
           _ ("CONNECTION is the name, UUID or interface of a connection. Without a\n"
              "command, list is run."));
  cli_options_print (CLI_OPTION_JSON);
  g_print ("\n%s\n", _ ("More: man clatctl"));
}

static void
print_command_help (const Command *command)
{
  g_autofree char *usage = g_strdup_printf (
      "clatctl %s%s %s", (command->options & CLI_OPTION_JSON) != 0 ? "[--json] " : "",
      command->name, get_arguments (command));

  g_print (_ ("Usage: %s\n"), g_strchomp (usage));
  /* Translators: what a command does, as a sentence. */
  g_print (_ ("\n%s.\n"), _ (command->summary));
  if (command->details != NULL)
    g_print ("%s", _ (command->details));
  cli_options_print (command->options);
}

/* "clatctl help set" and "clatctl set --help". */
static gboolean
print_help (char **words, GError **error)
{
  const Command *command;

  if (words[0] != NULL && g_str_equal (words[0], HELP))
    words++;
  if (words[0] == NULL)
    {
      print_overview ();
      return TRUE;
    }
  command = find_command (words[0], error);
  if (command == NULL)
    return FALSE;
  print_command_help (command);
  return TRUE;
}

/* Messages quote names from the bus and from the command line unchanged. */
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
check_arguments (const CliOptions *options, const Command *command, char **args,
                 GError **error)
{
  guint n = g_strv_length (args);

  if ((command->options & CLI_OPTION_COMMAND) != 0 && options->command != NULL)
    n -= g_strv_length (options->command);
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
run_command (const CliOptions *options, char **words, GError **error)
{
  const Command *command = &commands[0];

  if (words[0] != NULL)
    command = find_command (*words++, error);
  if (command == NULL
      || !cli_options_check (options, command->options, command->name, error)
      || !check_arguments (options, command, words, error))
    return FALSE;
  return command->run != NULL ? command->run (options, words, error)
                              : print_help (words, error);
}

static gboolean
run (int argc, char **argv, GError **error)
{
  g_auto (CliOptions) options = {0};
  g_auto (GStrv) words = NULL;

  if (!cli_options_parse (argc, argv, &options, &words, error))
    return FALSE;
  if (options.is_json)
    cli_locale_use_english ();
  if (options.wants_version)
    {
      g_print ("clatctl %s\n", CLAT_VERSION);
      return TRUE;
    }
  return options.wants_help ? print_help (words, error)
                            : run_command (&options, words, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  cli_locale_init ();
  if (!run (argc, argv, &error) || !cli_output_check (&error))
    return fail (error);
  return EXIT_SUCCESS;
}
