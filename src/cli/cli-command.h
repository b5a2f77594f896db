/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands of clatctl, one file each. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gboolean is_json;
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

G_END_DECLS
