/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors of the command-line tools. */
#include "config.h"

#include <NetworkManager.h>
#include <gio/gio.h>
#include <glib/gi18n.h>

#include "cli-error.h"
#include "cli-sentence.h"

G_DEFINE_QUARK (cli - error - quark, cli_error)

static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_AUTH_FAILED)
         || g_error_matches (error, NM_SETTINGS_ERROR,
                             NM_SETTINGS_ERROR_PERMISSION_DENIED)
         || g_error_matches (error, NM_MANAGER_ERROR, NM_MANAGER_ERROR_PERMISSION_DENIED);
}

void
cli_error_take_bus (GError **error, GError *from, const char *what)
{
  gboolean refused = is_refusal (from);

  /* GDBus puts the D-Bus name of the error in front of the message. */
  g_dbus_error_strip_remote_error (from);
  if (refused)
    g_set_error (error, CLI_ERROR, CLI_ERROR_REFUSED, _ ("%s: permission denied (%s)"),
                 what, from->message);
  else
    g_set_error (error, CLI_ERROR, CLI_ERROR_FAILED, "%s: %s", what, from->message);
  g_error_free (from);
}

/* Those of clat_prefix_parse() and clat_address_setting_parse(). */
static const char *const invalid_values[] = {
    N_ ("'%s' is not an IPv6 prefix such as 64:ff9b::/96"),
    N_ ("'%s': the length of a NAT64 prefix is 32, 40, 48, 56, 64 or 96"),
    N_ ("'%s' cannot be a NAT64 prefix"),
    N_ ("'%s' has bits set beyond its length"),
    N_ ("'%s' is neither auto, own or shared nor an IPv6 prefix like 2001:db8:1::/64"),
    NULL,
};

void
cli_error_set_invalid (GError **error, const GError *from)
{
  g_autofree char *translated =
      cli_sentence_translate (invalid_values, NULL, from->message);

  g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE,
                       translated != NULL ? translated : from->message);
}

void
cli_error_set_networkmanager (GError **error)
{
  g_set_error_literal (
      error, CLI_ERROR, CLI_ERROR_NOT_RUNNING,
      _ ("NetworkManager is not running (systemctl start NetworkManager)"));
}
