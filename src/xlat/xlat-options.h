/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of clat-xlat. */
#pragma once

#include <stdbool.h>

#include "xlat-config.h"

struct xlat_options
{
  struct xlat_config config;
  const char *read_name;
  const char *write_name;
  bool explain;
  int tun_fd;   /* -1: offline */
  int stats_fd; /* -1: none */
};

enum xlat_options_result
{
  XLAT_OPTIONS_RUN,
  XLAT_OPTIONS_DONE, /* help or version have been printed */
  XLAT_OPTIONS_WRONG /* an error has been printed */
};

enum xlat_options_result xlat_options_parse (struct xlat_options *options, int argc,
                                             char **argv);
