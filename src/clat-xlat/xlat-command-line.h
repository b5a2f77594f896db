/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of clat-xlat. */
#pragma once

#include <stdbool.h>

#include "xlat-config.h"

struct xlat_command_line
{
  struct xlat_config config;
  const char *read_name;
  const char *write_name;
  bool explain;
  int tun_fd;   /* -1: offline */
  int stats_fd; /* -1: none */
};

enum xlat_command_line_result
{
  XLAT_COMMAND_LINE_RUN,
  XLAT_COMMAND_LINE_DONE, /* help or version have been printed */
  XLAT_COMMAND_LINE_WRONG /* an error has been printed */
};

enum xlat_command_line_result
xlat_command_line_parse (struct xlat_command_line *command_line, int argc, char **argv);
