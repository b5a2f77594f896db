/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The counters of a translator, and their change. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-connection.h"
#include "cli-counters.h"
#include "cli-error.h"

void
cli_counters_clear (CliCounters *counters)
{
  for (gsize i = 0; i < CLI_N_DIRECTIONS; i++)
    g_clear_pointer (&counters->of[i], g_variant_unref);
}

gboolean
cli_counters_read (ClatDBusConnection1 *connection, CliCounters *counters, GError **error)
{
  GError *bus_error = NULL;
  g_autofree char *title = NULL;
  g_autofree char *what = NULL;

  if (clat_dbus_connection1_call_get_statistics_sync (
          connection, &counters->of[CLI_IPV4_TO_IPV6], &counters->of[CLI_IPV6_TO_IPV4],
          NULL, &bus_error))
    return TRUE;

  title = cli_connection_dup_title (connection);
  what = g_strdup_printf (_ ("cannot read the counters of %s"), title);
  cli_error_take_bus (error, bus_error, what);
  return FALSE;
}

gboolean
cli_counters_exist (const CliCounters *counters)
{
  for (gsize i = 0; i < CLI_N_DIRECTIONS; i++)
    if (g_variant_n_children (counters->of[i]) > 0)
      return TRUE;
  return FALSE;
}

CliTraffic
cli_counters_get_traffic (const CliCounters *counters, CliDirection direction)
{
  CliTraffic traffic = {0};
  GVariantIter iter;
  const char *key;
  guint64 value;

  g_variant_iter_init (&iter, counters->of[direction]);
  while (g_variant_iter_next (&iter, "{&st}", &key, &value))
    if (g_str_equal (key, "packets"))
      traffic.packets = value;
    else if (g_str_equal (key, "bytes"))
      traffic.bytes = value;
    else if (g_str_has_prefix (key, CLI_DROP_PREFIX))
      traffic.drops += value;
  return traffic;
}

static guint64
get_rate (guint64 before, guint64 now, gint64 microseconds)
{
  guint64 change = now >= before ? now - before : now;

  return microseconds > 0 ? (double)change * G_USEC_PER_SEC / microseconds + 0.5 : 0;
}

CliTraffic
cli_traffic_get_rate (const CliTraffic *before, const CliTraffic *now,
                      gint64 microseconds)
{
  return (CliTraffic){
      .packets = get_rate (before->packets, now->packets, microseconds),
      .bytes = get_rate (before->bytes, now->bytes, microseconds),
      .drops = get_rate (before->drops, now->drops, microseconds),
  };
}
