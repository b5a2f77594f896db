/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options on the command line of clatctl. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-error.h"
#include "cli-options.h"
#include "cli-text.h"

#define ANY_COMMAND 0

static const struct
{
  CliOption option; /* ANY_COMMAND: each command accepts it */
  const char *name;
  char letter; /* '\0': none */
  GOptionArg kind;
  gsize offset; /* of the value in CliOptions */
  const char *argument;
  const char *summary;
} table[] = {
    /* clang-format off */
    {CLI_OPTION_TIMEOUT, "timeout", 't', G_OPTION_ARG_INT,
     G_STRUCT_OFFSET (CliOptions, timeout), N_ ("SECONDS"),
     N_ ("Fail after this many seconds")},
    {CLI_OPTION_WATCH, "watch", 'w', G_OPTION_ARG_NONE,
     G_STRUCT_OFFSET (CliOptions, watches), NULL,
     N_ ("Print rates each second until interrupted")},
    {CLI_OPTION_INTERVAL, "interval", 'i', G_OPTION_ARG_INT,
     G_STRUCT_OFFSET (CliOptions, interval), N_ ("SECONDS"),
     N_ ("Print rates each time after so many seconds")},
    {CLI_OPTION_TARGET, "target", '\0', G_OPTION_ARG_STRING,
     G_STRUCT_OFFSET (CliOptions, target), N_ ("ADDRESS"),
     N_ ("Try to reach this IPv4 address, or ADDRESS:PORT")},
    {CLI_OPTION_REPORT, "report", '\0', G_OPTION_ARG_NONE,
     G_STRUCT_OFFSET (CliOptions, is_report), NULL,
     N_ ("Print a text for a bug report")},
    {CLI_OPTION_SHORT, "short", '\0', G_OPTION_ARG_NONE,
     G_STRUCT_OFFSET (CliOptions, is_short), NULL,
     N_ ("Shorten addresses, to publish the text")},
    {CLI_OPTION_COUNT, "count", 'c', G_OPTION_ARG_INT,
     G_STRUCT_OFFSET (CliOptions, count), N_ ("NUMBER"),
     N_ ("End after so many packets")},
    {CLI_OPTION_WRITE, "write", '\0', G_OPTION_ARG_FILENAME,
     G_STRUCT_OFFSET (CliOptions, file), N_ ("FILE"),
     N_ ("Write the packets into a pcapng file")},
    {CLI_OPTION_JSON, "json", 'j', G_OPTION_ARG_NONE,
     G_STRUCT_OFFSET (CliOptions, is_json), NULL,
     N_ ("Print JSON")},
    {ANY_COMMAND, "help", 'h', G_OPTION_ARG_NONE,
     G_STRUCT_OFFSET (CliOptions, wants_help), NULL,
     N_ ("Show this help, or that of a command")},
    {ANY_COMMAND, "version", 'V', G_OPTION_ARG_NONE,
     G_STRUCT_OFFSET (CliOptions, wants_version), NULL,
     N_ ("Show the version")},
    /* clang-format on */
};

static void
fill_entries (GOptionEntry *entries, CliOptions *options)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    entries[i] = (GOptionEntry){
        .long_name = table[i].name,
        .short_name = table[i].letter,
        .arg = table[i].kind,
        .arg_data = G_STRUCT_MEMBER_P (options, table[i].offset),
    };
}

/* How many words follow "--"; -1: there is none. */
static int
count_command (int argc, char **argv)
{
  for (int i = 1; i < argc; i++)
    if (g_str_equal (argv[i], "--"))
      return argc - 1 - i;
  return -1;
}

gboolean
cli_options_parse (int argc, char **argv, CliOptions *options, char ***words,
                   GError **error)
{
  /* The last entry ends the list. */
  GOptionEntry entries[G_N_ELEMENTS (table) + 2] = {0};
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  int n_command = count_command (argc, argv);

  *options = (CliOptions){.timeout = -1, .interval = -1, .count = -1};
  fill_entries (entries, options);
  entries[G_N_ELEMENTS (table)] = (GOptionEntry){
      .long_name = G_OPTION_REMAINING,
      .arg = G_OPTION_ARG_FILENAME_ARRAY,
      .arg_data = words,
  };

  /* GOption's own help does not know the commands. */
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  if (*words == NULL)
    *words = g_new0 (char *, 1);
  if (n_command >= 0)
    options->command = *words + g_strv_length (*words) - n_command;
  return TRUE;
}

void
cli_options_clear (CliOptions *options)
{
  g_clear_pointer (&options->target, g_free);
  g_clear_pointer (&options->file, g_free);
}

static gboolean
is_given (const CliOptions *options, gsize i)
{
  gconstpointer value = G_STRUCT_MEMBER_P (options, table[i].offset);

  if (table[i].kind == G_OPTION_ARG_INT)
    return *(const int *)value != -1;
  if (table[i].kind == G_OPTION_ARG_STRING || table[i].kind == G_OPTION_ARG_FILENAME)
    return *(char *const *)value != NULL;
  return *(const gboolean *)value;
}

gboolean
cli_options_check (const CliOptions *options, guint accepted, const char *command,
                   GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (table[i].option != ANY_COMMAND && (table[i].option & accepted) == 0
        && is_given (options, i))
      {
        g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
                     _ ("%s: option --%s is not for this command; see clatctl %s --help"),
                     command, table[i].name, command);
        return FALSE;
      }
  return TRUE;
}

void
cli_options_print (guint accepted)
{
  g_print ("\n%s\n", _ ("Options:"));
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *letter = g_strdup_printf ("-%c,", table[i].letter);
      g_autofree char *usage = NULL;
      g_autofree char *padded = NULL;

      if (table[i].option != ANY_COMMAND && (table[i].option & accepted) == 0)
        continue;
      usage = g_strdup_printf ("--%s %s", table[i].name,
                               table[i].argument != NULL ? _ (table[i].argument) : "");
      padded = cli_text_pad (usage, 18, FALSE);
      g_print ("  %-3s %s %s\n", table[i].letter != '\0' ? letter : "", padded,
               _ (table[i].summary));
    }
}
