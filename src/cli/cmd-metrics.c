/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl metrics: connections and counters for monitoring. */
#include "config.h"

#include <stdio.h>

#include "cli-bus.h"
#include "cli-command.h"
#include "cli-connection.h"
#include "cli-metrics.h"

static void
clear_metrics (gpointer data)
{
  cli_metrics_clear (data);
}

static char *
dup_text (const char *text)
{
  /* In a file that is looked at, a name must not control the terminal. */
  return cli_text_clean (text != NULL ? text : "");
}

static gboolean
read_metrics (ClatDBusConnection1 *connection, CliMetrics *metrics, GError **error)
{
  if (!cli_counters_read (connection, &metrics->counters, error))
    return FALSE;
  metrics->connection = dup_text (clat_dbus_connection1_get_id (connection));
  metrics->interface = dup_text (clat_dbus_connection1_get_interface (connection));
  metrics->state = dup_text (clat_dbus_connection1_get_state (connection));
  metrics->reason = dup_text (clat_dbus_connection1_get_state_reason (connection));
  metrics->plat = dup_text (clat_dbus_connection1_get_plat (connection));
  metrics->has_ipv4 = cli_connection_has_ipv4 (connection);
  return TRUE;
}

gboolean
cmd_metrics (const CliOptions *options, char **args, GError **error)
{
  g_autoptr (GDBusObjectManagerClient) bus = cli_bus_open (error);
  g_autoptr (GPtrArray) connections = NULL;
  g_autoptr (GArray) array = g_array_new (FALSE, TRUE, sizeof (CliMetrics));
  g_autofree char *text = NULL;

  if (bus == NULL)
    return FALSE;
  g_array_set_clear_func (array, clear_metrics);
  connections = cli_bus_list (bus);
  for (guint i = 0; i < connections->len; i++)
    {
      CliMetrics metrics = {0};

      if (!read_metrics (connections->pdata[i], &metrics, error))
        return FALSE;
      g_array_append_val (array, metrics);
    }
  text = cli_metrics_format (array);
  /* UTF-8, whatever the locale. */
  printf ("%s", text);
  return TRUE;
}
