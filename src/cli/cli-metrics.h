/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections and counters in the text format of OpenMetrics. */
#pragma once

#include "cli-counters.h"

G_BEGIN_DECLS

typedef struct
{
  char *connection; /* name */
  char *interface;
  char *state;
  char *reason;
  char *plat;
  gboolean has_ipv4;
  CliCounters counters;
} CliMetrics;

void cli_metrics_clear (CliMetrics *metrics);

/* metrics: an array of CliMetrics. */
char *cli_metrics_format (GArray *metrics);

G_END_DECLS
