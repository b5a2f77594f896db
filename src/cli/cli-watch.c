/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rates of translators, again and again. */
#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>

#include "cli-bus.h"
#include "cli-connection.h"
#include "cli-counters.h"
#include "cli-error.h"
#include "cli-json.h"
#include "cli-output.h"
#include "cli-watch.h"

/* A title in front of that many lines. */
#define LINES_PER_TITLE 20

typedef struct
{
  CliTraffic of[CLI_N_DIRECTIONS];
  gint64 time;
} Sample;

typedef struct
{
  GDBusObjectManagerClient *bus;
  GMainLoop *loop;
  const char *name;
  gboolean is_json;
  GHashTable *samples; /* by object path: the one before */
  guint n_lines;
  GError *error;
} Watch;

#define NAME_WIDTH 24

static const struct
{
  const char *title;
  guint width; /* at least, without the space before it */
} columns[] = {
    {N_ ("PACKETS/s"), 9},
    {N_ ("KBIT/s"), 11},
    {N_ ("DROPS/s"), 7},
};

#define N_COLUMNS G_N_ELEMENTS (columns)

static guint
get_width (gsize column)
{
  return MAX (columns[column].width, cli_text_width (_ (columns[column].title)));
}

static void
print_cell (const char *text, guint width, gboolean is_right)
{
  g_autofree char *padded = cli_text_pad (text, width, is_right);

  g_print ("%s%s", is_right ? " " : "", padded);
}

/* The titles of both directions, each above its columns. */
static void
print_directions (void)
{
  guint width = N_COLUMNS - 1;

  for (gsize i = 0; i < N_COLUMNS; i++)
    width += get_width (i);
  print_cell ("", NAME_WIDTH, FALSE);
  print_cell (_ ("IPV4 TO IPV6"), width, TRUE);
  print_cell (_ ("IPV6 TO IPV4"), width, TRUE);
  g_print ("\n");
}

static void
print_title (Watch *self)
{
  if (self->n_lines++ % LINES_PER_TITLE != 0)
    return;
  print_directions ();
  print_cell (_ ("CONNECTION"), NAME_WIDTH, FALSE);
  for (gsize i = 0; i < CLI_N_DIRECTIONS * N_COLUMNS; i++)
    print_cell (_ (columns[i % N_COLUMNS].title), get_width (i % N_COLUMNS), TRUE);
  g_print ("\n");
}

static void
print_text (Watch *self, ClatDBusConnection1 *connection, const CliTraffic *rates)
{
  g_autofree char *title = cli_connection_dup_title (connection);

  print_title (self);
  print_cell (title, NAME_WIDTH, FALSE);
  for (gsize i = 0; i < CLI_N_DIRECTIONS; i++)
    {
      const guint64 values[N_COLUMNS] = {rates[i].packets, rates[i].bytes * 8 / 1000,
                                         rates[i].drops};

      for (gsize j = 0; j < N_COLUMNS; j++)
        {
          g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, values[j]);

          print_cell (text, get_width (j), TRUE);
        }
    }
  g_print ("\n");
}

static JsonObject *
to_json (const CliTraffic *rate)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "packets", rate->packets);
  json_object_set_int_member (object, "bytes", rate->bytes);
  json_object_set_int_member (object, "drops", rate->drops);
  return object;
}

static void
print_json (ClatDBusConnection1 *connection, const CliTraffic *rates)
{
  JsonObject *object = cli_connection_to_json_name (connection);
  CliClock clock = cli_clock_now ();
  g_autofree char *now = cli_clock_to_iso (clock, clock.boot);

  json_object_set_string_member (object, "Time", now);
  json_object_set_object_member (object, "Ipv4ToIpv6PerSecond",
                                 to_json (&rates[CLI_IPV4_TO_IPV6]));
  json_object_set_object_member (object, "Ipv6ToIpv4PerSecond",
                                 to_json (&rates[CLI_IPV6_TO_IPV4]));
  cli_json_print_object (object, TRUE);
}

static void
print_rates (Watch *self, ClatDBusConnection1 *connection, const Sample *before,
             const Sample *now)
{
  CliTraffic rates[CLI_N_DIRECTIONS];

  for (gsize i = 0; i < CLI_N_DIRECTIONS; i++)
    rates[i] =
        cli_traffic_get_rate (&before->of[i], &now->of[i], now->time - before->time);
  if (self->is_json)
    print_json (connection, rates);
  else
    print_text (self, connection, rates);
}

static void
look (Watch *self, ClatDBusConnection1 *connection)
{
  const char *path = g_dbus_proxy_get_object_path (G_DBUS_PROXY (connection));
  const Sample *before = g_hash_table_lookup (self->samples, path);
  g_auto (CliCounters) counters = {0};
  Sample *now;

  /* A connection that has just gone, or has no translator now. */
  if (!cli_counters_read (connection, &counters, NULL) || !cli_counters_exist (&counters))
    return;
  now = g_new0 (Sample, 1);
  now->time = g_get_monotonic_time ();
  for (gsize i = 0; i < CLI_N_DIRECTIONS; i++)
    now->of[i] = cli_counters_get_traffic (&counters, i);
  if (before != NULL)
    print_rates (self, connection, before, now);
  g_hash_table_insert (self->samples, g_strdup (path), now);
}

static void
look_at_all (Watch *self)
{
  g_autoptr (GPtrArray) connections = cli_bus_list (self->bus);

  for (guint i = 0; i < connections->len; i++)
    {
      ClatDBusConnection1 *connection = connections->pdata[i];
      g_autoptr (ClatDBusConnection1) named =
          self->name != NULL ? cli_bus_find (self->bus, self->name, NULL) : NULL;

      if (self->name == NULL || named == connection)
        look (self, connection);
    }
}

static gboolean
on_period (gpointer data)
{
  Watch *self = data;

  if (!cli_bus_is_running (self->bus))
    g_set_error_literal (&self->error, CLI_ERROR, CLI_ERROR_NOT_RUNNING,
                         _ ("clat-nm is not running (systemctl start clat-nm)"));
  else
    {
      look_at_all (self);
      cli_output_check (&self->error);
    }
  if (self->error == NULL)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

static gboolean
on_signal (gpointer data)
{
  Watch *self = data;

  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

gboolean
cli_watch_run (GDBusObjectManagerClient *bus, const char *name, int seconds,
               gboolean is_json, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GHashTable) samples =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Watch self = {
      .bus = bus, .loop = loop, .name = name, .is_json = is_json, .samples = samples};

  look_at_all (&self);
  g_timeout_add_seconds (seconds, on_period, &self);
  g_unix_signal_add (SIGINT, on_signal, &self);
  g_unix_signal_add (SIGTERM, on_signal, &self);
  g_main_loop_run (loop);
  if (self.error == NULL)
    return TRUE;
  g_propagate_error (error, self.error);
  return FALSE;
}
