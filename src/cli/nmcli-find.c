/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds profiles in the way of nmcli. */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli-error.h"
#include "cli-profile.h"
#include "nmcli-find.h"
#include "nmcli-run.h"

NMClient *
nmcli_find_open (int *status)
{
  g_autoptr (GError) error = NULL;
  NMClient *client = cli_profile_open (&error);

  if (client != NULL)
    return client;
  *status = g_error_matches (error, CLI_ERROR, CLI_ERROR_NOT_RUNNING)
                ? NMCLI_EXIT_NOT_RUNNING
                : NMCLI_EXIT_FAILURE;
  nmcli_print_error ("%s", error->message);
  return NULL;
}

static gboolean
selects (const char *selector, const char *by)
{
  return selector == NULL || g_str_equal (selector, by);
}

/* After the word "path" the last part is enough. */
static gboolean
is_path (const char *selector, const char *name, const char *path)
{
  const char *last = path != NULL ? strrchr (path, '/') : NULL;

  if (g_strcmp0 (path, name) == 0)
    return TRUE;
  return selector != NULL && last != NULL && g_str_equal (last + 1, name);
}

static gboolean
is_uuid (const char *name, NMConnection *profile)
{
  return g_strcmp0 (nm_connection_get_uuid (profile), name) == 0;
}

/* After the word "uuid" the beginning is enough. */
static gboolean
is_uuid_start (NmcliSelection selection, NMConnection *profile)
{
  return g_strcmp0 (selection.selector, "uuid") == 0 && *selection.name != '\0'
         && g_str_has_prefix (nm_connection_get_uuid (profile), selection.name);
}

static gboolean
is_match (NmcliSelection selection, NMRemoteConnection *remote)
{
  NMConnection *profile = NM_CONNECTION (remote);
  const char *selector = selection.selector;
  const char *name = selection.name;

  return (selects (selector, "uuid") && is_uuid (name, profile))
         || is_uuid_start (selection, profile)
         || (selects (selector, "id")
             && g_strcmp0 (nm_connection_get_id (profile), name) == 0)
         || (selects (selector, "path")
             && is_path (selector, name, nm_connection_get_path (profile)))
         || (selects (selector, "filename")
             && g_strcmp0 (nm_remote_connection_get_filename (remote), name) == 0);
}

static gboolean
is_unique (NmcliSelection selection)
{
  return g_strcmp0 (selection.selector, "uuid") == 0
         || g_strcmp0 (selection.selector, "path") == 0;
}

GPtrArray *
nmcli_find (NMClient *client, NmcliSelection selection)
{
  const GPtrArray *profiles = nm_client_get_connections (client);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < profiles->len; i++)
    {
      NMRemoteConnection *profile = g_ptr_array_index (profiles, i);

      if (!is_match (selection, profile))
        continue;
      g_ptr_array_insert (found,
                          is_uuid (selection.name, NM_CONNECTION (profile)) ? 0 : -1,
                          g_object_ref (profile));
    }

  if (is_unique (selection) && found->len > 1)
    g_ptr_array_set_size (found, 0);
  return found;
}

NMActiveConnection *
nmcli_find_active (NMClient *client, NmcliSelection selection)
{
  const GPtrArray *active = nm_client_get_active_connections (client);

  for (guint i = 0; i < active->len; i++)
    if (selects (selection.selector, "apath")
        && is_path (selection.selector, selection.name,
                    nm_object_get_path (g_ptr_array_index (active, i))))
      return g_ptr_array_index (active, i);
  return NULL;
}

gboolean
nmcli_find_is_active (NMClient *client, NMConnection *profile)
{
  const GPtrArray *active = nm_client_get_active_connections (client);

  for (guint i = 0; i < active->len; i++)
    if (g_strcmp0 (nm_active_connection_get_uuid (g_ptr_array_index (active, i)),
                   nm_connection_get_uuid (profile))
        == 0)
      return TRUE;
  return FALSE;
}
