/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections and counters in the text format of OpenMetrics 1.0. */
#include "cli-metrics.h"

#include <string.h>

#include "clat-plat-verdict.h"

/* The values of the label "direction". */
static const char *const directions[CLI_N_DIRECTIONS] = {
    [CLI_IPV4_TO_IPV6] = "ipv4_to_ipv6",
    [CLI_IPV6_TO_IPV4] = "ipv6_to_ipv4",
};

void
cli_metrics_clear (CliMetrics *metrics)
{
  g_clear_pointer (&metrics->connection, g_free);
  g_clear_pointer (&metrics->interface, g_free);
  g_clear_pointer (&metrics->state, g_free);
  g_clear_pointer (&metrics->reason, g_free);
  g_clear_pointer (&metrics->plat, g_free);
  cli_counters_clear (&metrics->counters);
}

static void
append_label (GString *text, const char *name, const char *value)
{
  g_string_append_printf (text, "%s=\"", name);
  for (; *value != '\0'; value++)
    if (*value == '\n')
      g_string_append (text, "\\n");
    else if (*value == '"' || *value == '\\')
      g_string_append_printf (text, "\\%c", *value);
    else
      g_string_append_c (text, *value);
  g_string_append_c (text, '"');
}

/* The labels that each sample has, without the closing brace. */
static void
append_sample (GString *text, const char *name, const CliMetrics *metrics)
{
  g_string_append_printf (text, "%s{", name);
  append_label (text, "connection", metrics->connection);
  g_string_append_c (text, ',');
  append_label (text, "interface", metrics->interface);
}

static void
append_another_label (GString *text, const char *name, const char *value)
{
  g_string_append_c (text, ',');
  append_label (text, name, value);
}

static void
append_header (GString *text, const char *family, const char *type, const char *help)
{
  g_string_append_printf (text, "# TYPE %s %s\n# HELP %s %s\n", family, type, family,
                          help);
}

static void
append_info (GString *text, const CliMetrics *metrics)
{
  append_sample (text, "clatnm_connection_info", metrics);
  append_another_label (text, "state", metrics->state);
  append_another_label (text, "reason", metrics->reason);
  g_string_append (text, "} 1\n");
}

static void
append_ipv4 (GString *text, const CliMetrics *metrics)
{
  append_sample (text, "clatnm_ipv4_works", metrics);
  g_string_append_printf (text, "} %d\n", metrics->has_ipv4);
}

/* No sample while nothing is known about it. */
static void
append_plat (GString *text, const CliMetrics *metrics)
{
  gboolean is_reachable =
      g_str_equal (metrics->plat, clat_plat_state_to_string (CLAT_PLAT_REACHABLE));

  if (!is_reachable
      && !g_str_equal (metrics->plat, clat_plat_state_to_string (CLAT_PLAT_UNREACHABLE)))
    return;
  append_sample (text, "clatnm_nat64_reachable", metrics);
  g_string_append_printf (text, "} %d\n", is_reachable);
}

static void
append_counter (GString *text, const CliMetrics *metrics, const char *name,
                CliDirection direction, const char *reason, guint64 value)
{
  append_sample (text, name, metrics);
  append_another_label (text, "direction", directions[direction]);
  if (reason != NULL)
    append_another_label (text, "reason", reason);
  g_string_append_printf (text, "} %" G_GUINT64_FORMAT "\n", value);
}

static void
append_packets (GString *text, const CliMetrics *metrics)
{
  for (gsize i = 0; i < CLI_N_DIRECTIONS; i++)
    append_counter (text, metrics, "clatnm_packets_total", i, NULL,
                    cli_counters_get_traffic (&metrics->counters, i).packets);
}

static void
append_bytes (GString *text, const CliMetrics *metrics)
{
  for (gsize i = 0; i < CLI_N_DIRECTIONS; i++)
    append_counter (text, metrics, "clatnm_bytes_total", i, NULL,
                    cli_counters_get_traffic (&metrics->counters, i).bytes);
}

static void
append_drops (GString *text, const CliMetrics *metrics)
{
  for (gsize i = 0; i < CLI_N_DIRECTIONS; i++)
    {
      GVariantIter iter;
      const char *key;
      guint64 value;

      g_variant_iter_init (&iter, metrics->counters.of[i]);
      while (g_variant_iter_next (&iter, "{&st}", &key, &value))
        if (g_str_has_prefix (key, CLI_DROP_PREFIX))
          append_counter (text, metrics, "clatnm_dropped_packets_total", i,
                          key + strlen (CLI_DROP_PREFIX), value);
    }
}

/* The samples of a family must follow each other. */
static const struct
{
  const char *family;
  const char *type;
  const char *help;
  void (*append) (GString *text, const CliMetrics *metrics);
  gboolean needs_translator;
} families[] = {
    {"clatnm_connection", "info", "State of each active connection.", append_info, FALSE},
    {"clatnm_ipv4_works", "gauge", "Whether IPv4 works, native or translated.",
     append_ipv4, FALSE},
    {"clatnm_nat64_reachable", "gauge", "Whether the NAT64 answers.", append_plat, FALSE},
    {"clatnm_packets", "counter", "Translated packets.", append_packets, TRUE},
    {"clatnm_bytes", "counter", "Bytes of translated packets, as received.", append_bytes,
     TRUE},
    {"clatnm_dropped_packets", "counter", "Packets that were not translated.",
     append_drops, TRUE},
};

char *
cli_metrics_format (GArray *metrics)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    {
      append_header (text, families[i].family, families[i].type, families[i].help);
      for (guint j = 0; j < metrics->len; j++)
        {
          const CliMetrics *one = &g_array_index (metrics, CliMetrics, j);

          if (!families[i].needs_translator || cli_counters_exist (&one->counters))
            families[i].append (text, one);
        }
    }
  g_string_append (text, "# EOF\n");
  return g_string_free (text, FALSE);
}
