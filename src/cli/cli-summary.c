/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection in a few words. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-summary.h"

char *
cli_summary_dup_details (ClatDBusConnection1 *connection)
{
  const char *state = cli_bus_text (clat_dbus_connection1_get_state (connection));
  const char *address =
      cli_bus_text (clat_dbus_connection1_get_ipv4_address (connection));
  const char *pref64 = cli_bus_text (clat_dbus_connection1_get_pref64 (connection));
  const char *text = cli_bus_text (clat_dbus_connection1_get_state_text (connection));

  /* Translators: an IPv4 address and the NAT64 prefix that carries it. */
  if (g_str_equal (state, "active") && *address != '\0' && *pref64 != '\0')
    return g_strdup_printf (_ ("%s through %s"), address, pref64);
  if (*text != '\0')
    return g_strdup (text);
  return g_strdup (cli_bus_text (clat_dbus_connection1_get_state_reason (connection)));
}
