/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The target of the probes through the translator. */
#include "config.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "check-gather.h"
#include "cli-error.h"

#define DEFAULT_PORT 443

void
check_target_clear (CheckTarget *target)
{
  g_clear_pointer (&target->address, g_free);
}

gboolean
check_target_parse (const char *text, CheckTarget *target, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 2);
  g_autoptr (GInetAddress) address =
      parts[0] != NULL ? g_inet_address_new_from_string (parts[0]) : NULL;
  guint64 port = DEFAULT_PORT;

  if (address == NULL || g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV4
      || (parts[1] != NULL
          && !g_ascii_string_to_unsigned (parts[1], 10, 1, G_MAXUINT16, &port, NULL)))
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
                   _ ("invalid target '%s'; expected an IPv4 address, or one with a port "
                      "(192.0.2.1:80)"),
                   text);
      return FALSE;
    }
  target->address = g_inet_address_to_string (address);
  target->port = port;
  return TRUE;
}

void
check_target_find (NMClient *client, CheckTarget *target)
{
  const char *text = nm_client_connectivity_check_get_uri (client);
  g_autoptr (GUri) uri =
      text != NULL ? g_uri_parse (text, G_URI_FLAGS_SCHEME_NORMALIZE, NULL) : NULL;
  GList *addresses;

  if (uri == NULL || g_uri_get_host (uri) == NULL || g_uri_get_port (uri) <= 0)
    return;
  addresses = g_resolver_lookup_by_name_with_flags (
      g_resolver_get_default (), g_uri_get_host (uri),
      G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY, NULL, NULL);
  if (addresses == NULL)
    return;
  target->address = g_inet_address_to_string (addresses->data);
  target->port = g_uri_get_port (uri);
  g_resolver_free_addresses (addresses);
}
