/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nmcli connection add and modify, with ipv6.clat. */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "clat-profile-keys.h"
#include "cli-mode.h"
#include "cli-profile.h"
#include "nmcli-commands.h"
#include "nmcli-find.h"
#include "nmcli-run.h"

/* Of the keyfile format. */
#define USER_GROUP "user"

/* As with nmcli, the last value counts, but all must be valid. Prints an error otherwise.
 */
static gboolean
parse_values (const NmcliArgs *args, ClatMode *mode)
{
  if (args->lacks_value)
    {
      nmcli_print_error (_ ("value for '%s' is missing"), NMCLI_PROPERTY);
      return FALSE;
    }
  for (guint i = 0; i < args->values->len; i++)
    {
      const char *value = g_ptr_array_index (args->values, i);
      g_autofree char *modes = cli_mode_list ();

      if (cli_mode_parse_nmcli (value, mode))
        continue;
      nmcli_print_error (_ ("failed to modify %s: '%s' not among [%s]"), NMCLI_PROPERTY,
                         value, modes);
      return FALSE;
    }
  return TRUE;
}

/* A profile that was added with "save no" stays in memory. */
static gboolean
goes_to_disk (const NmcliArgs *args, NMRemoteConnection *profile)
{
  return args->command == NMCLI_COMMAND_ADD ? !nm_remote_connection_get_unsaved (profile)
                                            : !args->is_temporary;
}

/* Called after nmcli has changed the other properties. */
static int
apply_mode (const NmcliArgs *args, const char *uuid, ClatMode mode)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NMClient) client = NULL;
  NMRemoteConnection *profile;
  int status;

  /* A new client: saving sends the whole profile, which nmcli may have just changed. */
  client = nmcli_find_open (&status);
  if (client == NULL)
    return status;
  profile = nm_client_get_connection_by_uuid (client, uuid);
  if (profile == NULL)
    {
      nmcli_print_error (_ ("unknown connection '%s'"), uuid);
      return NMCLI_EXIT_NOT_FOUND;
    }
  if (!cli_profile_set_mode (NM_CONNECTION (profile), mode)
      || cli_profile_save (profile, goes_to_disk (args, profile), &error))
    return NMCLI_EXIT_SUCCESS;

  if (args->has_rest)
    nmcli_print_error (_ ("%s; %s was not set, all other properties were"),
                       error->message, NMCLI_PROPERTY);
  else
    nmcli_print_error ("%s", error->message);
  return NMCLI_EXIT_FAILURE;
}

static char *
find_uuid (NmcliSelection selection, int *status)
{
  g_autoptr (NMClient) client = nmcli_find_open (status);
  g_autoptr (GPtrArray) found = NULL;

  if (client == NULL)
    return NULL;
  found = nmcli_find (client, selection);
  if (found->len > 0)
    return g_strdup (nm_connection_get_uuid (g_ptr_array_index (found, 0)));
  nmcli_print_error (_ ("unknown connection '%s'"), selection.name);
  *status = NMCLI_EXIT_NOT_FOUND;
  return NULL;
}

static int
modify (const NmcliArgs *args, ClatMode mode)
{
  g_autofree char *uuid = NULL;
  int status = NMCLI_EXIT_SUCCESS;

  /* Looked up first: nmcli may change the name. */
  uuid = find_uuid (g_array_index (args->selections, NmcliSelection, 0), &status);
  if (uuid == NULL)
    return status;

  if (args->has_rest)
    {
      g_ptr_array_add (args->rest, NULL);
      status = nmcli_run ((const char *const *)args->rest->pdata, NULL);
    }
  return status == NMCLI_EXIT_SUCCESS ? apply_mode (args, uuid, mode) : status;
}

static int
add (const NmcliArgs *args, ClatMode mode)
{
  g_autofree char *uuid =
      args->uuid != NULL ? g_strdup (args->uuid) : g_uuid_string_random ();
  int status;

  /* A UUID of our own, by which to find the new profile. */
  if (args->uuid == NULL)
    {
      g_ptr_array_insert (args->rest, args->position, (gpointer) "connection.uuid");
      g_ptr_array_insert (args->rest, args->position + 1, uuid);
    }
  g_ptr_array_add (args->rest, NULL);
  status = nmcli_run ((const char *const *)args->rest->pdata, NULL);
  return status == NMCLI_EXIT_SUCCESS ? apply_mode (args, uuid, mode) : status;
}

static void
set_in_file (GKeyFile *file, ClatMode mode)
{
  g_auto (GStrv) keys = NULL;

  if (mode != CLAT_MODE_AUTO)
    {
      g_key_file_set_string (file, USER_GROUP, CLAT_PROFILE_MODE_KEY,
                             clat_mode_to_string (mode));
      return;
    }
  g_key_file_remove_key (file, USER_GROUP, CLAT_PROFILE_MODE_KEY, NULL);
  keys = g_key_file_get_keys (file, USER_GROUP, NULL, NULL);
  if (keys != NULL && keys[0] == NULL)
    g_key_file_remove_group (file, USER_GROUP, NULL);
}

/* With --offline nmcli prints the profile as a keyfile and does not use NetworkManager.
 */
static int
print_file (const NmcliArgs *args, ClatMode mode)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *printed = NULL;
  g_autofree char *changed = NULL;
  int status;

  g_ptr_array_add (args->rest, NULL);
  status = nmcli_run ((const char *const *)args->rest->pdata, &printed);
  if (status != NMCLI_EXIT_SUCCESS)
    return status;
  if (!g_key_file_load_from_data (file, printed, strlen (printed),
                                  G_KEY_FILE_KEEP_COMMENTS, &error))
    {
      nmcli_print_error ("%s", error->message);
      return NMCLI_EXIT_FAILURE;
    }
  set_in_file (file, mode);
  changed = g_key_file_to_data (file, NULL, NULL);
  fputs (changed, stdout);
  return NMCLI_EXIT_SUCCESS;
}

int
nmcli_change (const NmcliArgs *args)
{
  ClatMode mode = CLAT_MODE_AUTO;

  if (!parse_values (args, &mode))
    return NMCLI_EXIT_USAGE;
  if (args->is_offline)
    return print_file (args, mode);
  return args->command == NMCLI_COMMAND_ADD ? add (args, mode) : modify (args, mode);
}
