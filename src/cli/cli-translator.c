/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which translator a command line means. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-bus.h"
#include "cli-connection.h"
#include "cli-error.h"
#include "cli-translator.h"

static gboolean
has_namespace (ClatDBusConnection1 *connection)
{
  const char *namespace = clat_dbus_connection1_get_namespace (connection);

  return namespace != NULL && *namespace != '\0';
}

static ClatDBusConnection1 *
find_only (GDBusObjectManagerClient *bus, GError **error)
{
  g_autoptr (GPtrArray) connections = cli_bus_list (bus);
  g_autoptr (ClatDBusConnection1) found = NULL;

  for (guint i = 0; i < connections->len; i++)
    {
      if (!has_namespace (connections->pdata[i]))
        continue;
      if (found != NULL)
        {
          g_set_error (error, CLI_ERROR, CLI_ERROR_AMBIGUOUS,
                       _ ("several connections have a translator; name one"));
          return NULL;
        }
      found = g_object_ref (connections->pdata[i]);
    }
  if (found == NULL)
    g_set_error (error, CLI_ERROR, CLI_ERROR_NOT_FOUND,
                 _ ("no connection has a translator"));
  return g_steal_pointer (&found);
}

ClatDBusConnection1 *
cli_translator_find (GDBusObjectManagerClient *bus, const char *name, GError **error)
{
  g_autoptr (ClatDBusConnection1) connection = NULL;
  g_autofree char *title = NULL;

  if (name == NULL)
    return find_only (bus, error);
  connection = cli_bus_find (bus, name, error);
  if (connection == NULL || has_namespace (connection))
    return g_steal_pointer (&connection);
  title = cli_connection_dup_title (connection);
  g_set_error (error, CLI_ERROR, CLI_ERROR_FAILED, _ ("%s has no translator"), title);
  return NULL;
}
