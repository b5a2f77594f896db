/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options on the command line of clatctl. */
#pragma once

#include "cli-command.h"

G_BEGIN_DECLS

void cli_options_clear (CliOptions *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliOptions, cli_options_clear)

/* words: what is no option, never NULL. */
gboolean cli_options_parse (int argc, char **argv, CliOptions *options, char ***words,
                            GError **error);

/* Fails if an option was given that is not one of accepted (CliOption). */
gboolean cli_options_check (const CliOptions *options, guint accepted,
                            const char *command, GError **error);

/* Prints a line for each of accepted, and for the options of every command. */
void cli_options_print (guint accepted);

G_END_DECLS
