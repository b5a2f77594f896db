/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The counters of a translator, and their change. */
#pragma once

#include "clat-dbus.h"

G_BEGIN_DECLS

#define CLI_DROP_PREFIX "drop-"

typedef enum
{
  CLI_IPV4_TO_IPV6,
  CLI_IPV6_TO_IPV4,
  CLI_N_DIRECTIONS,
} CliDirection;

/* A dictionary a{st} for each direction; both are empty if there is no translator. */
typedef struct
{
  GVariant *of[CLI_N_DIRECTIONS];
} CliCounters;

void cli_counters_clear (CliCounters *counters);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliCounters, cli_counters_clear)

gboolean cli_counters_read (ClatDBusConnection1 *connection, CliCounters *counters,
                            GError **error);
gboolean cli_counters_exist (const CliCounters *counters);

/* The sums of one direction. */
typedef struct
{
  guint64 packets;
  guint64 bytes;
  guint64 drops; /* for all reasons */
} CliTraffic;

CliTraffic cli_counters_get_traffic (const CliCounters *counters, CliDirection direction);

/* Per second, rounded. Counters of a translator that was set up in between begin with 0.
 */
CliTraffic cli_traffic_get_rate (const CliTraffic *before, const CliTraffic *now,
                                 gint64 microseconds);

G_END_DECLS
