/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Translates a capture instead of live packets. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "xlat-config.h"

/* The names of captures, - for standard input and output. EXPLAIN prints a line for each
 * packet. Returns an exit status; errors have been printed. */
int xlat_offline_run (const struct xlat_config *config, const char *read_name,
                      const char *write_name, bool explain);

/* The same with open files; EXPLANATION may be NULL. */
int xlat_offline_translate (const struct xlat_config *config, FILE *input,
                            const char *input_name, FILE *output, const char *output_name,
                            FILE *explanation);
