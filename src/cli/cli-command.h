/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands of clatctl, one file each. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The options of clatctl; a command accepts some of them. */
typedef enum
{
  CLI_OPTION_JSON = 1 << 0,
  CLI_OPTION_TIMEOUT = 1 << 1,
  CLI_OPTION_TARGET = 1 << 2,
  CLI_OPTION_REPORT = 1 << 3,
  CLI_OPTION_SHORT = 1 << 4,
  CLI_OPTION_WATCH = 1 << 5,
  CLI_OPTION_INTERVAL = 1 << 6,
  CLI_OPTION_COMMAND = 1 << 7, /* words after "--" are not arguments */
  CLI_OPTION_COUNT = 1 << 8,
  CLI_OPTION_WRITE = 1 << 9,
} CliOption;

typedef struct
{
  gboolean is_json;
  gboolean wants_help;
  gboolean wants_version;
  int timeout;  /* seconds; -1: not given */
  char *target; /* NULL: not given */
  gboolean is_report;
  gboolean is_short; /* addresses are shortened */
  gboolean watches;
  int interval;   /* seconds; -1: not given */
  int count;      /* -1: not given */
  char *file;     /* NULL: not given */
  char **command; /* the words after "--", a part of args; NULL: no "--" */
} CliOptions;

/* args: the arguments of the command, ended by NULL; main has checked their number. */
typedef gboolean (*CliCommandFunc) (const CliOptions *options, char **args,
                                    GError **error);

gboolean cmd_list (const CliOptions *options, char **args, GError **error);
gboolean cmd_show (const CliOptions *options, char **args, GError **error);
gboolean cmd_stats (const CliOptions *options, char **args, GError **error);
gboolean cmd_monitor (const CliOptions *options, char **args, GError **error);
gboolean cmd_check (const CliOptions *options, char **args, GError **error);
gboolean cmd_set (const CliOptions *options, char **args, GError **error);
gboolean cmd_exec (const CliOptions *options, char **args, GError **error);
gboolean cmd_trace (const CliOptions *options, char **args, GError **error);
gboolean cmd_metrics (const CliOptions *options, char **args, GError **error);
gboolean cmd_wait (const CliOptions *options, char **args, GError **error);

G_END_DECLS
