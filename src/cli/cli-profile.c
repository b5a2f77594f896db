/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings of clat-nm in the profiles of NetworkManager. */
#include "config.h"

#include <glib/gi18n.h>

#include "clat-host-interface.h"
#include "clat-profile-keys.h"
#include "cli-bus.h"
#include "cli-error.h"
#include "cli-profile.h"

NMClient *
cli_profile_open (GError **error)
{
  /* libnm shares this connection; connecting first tells a bus that cannot be reached
   * from a failure of NetworkManager. */
  g_autoptr (GDBusConnection) connection = cli_bus_connect (error);
  g_autoptr (NMClient) client = NULL;
  GError *bus_error = NULL;

  if (connection == NULL)
    return NULL;
  client = nm_client_new (NULL, &bus_error);
  if (client == NULL)
    {
      cli_error_take_bus (error, bus_error, _ ("cannot query NetworkManager"));
      return NULL;
    }
  if (!nm_client_get_nm_running (client))
    {
      cli_error_set_networkmanager (error);
      return NULL;
    }

  return g_steal_pointer (&client);
}

static gboolean
has_uuid (NMRemoteConnection *profile, const char *name)
{
  return g_strcmp0 (nm_connection_get_uuid (NM_CONNECTION (profile)), name) == 0;
}

static gboolean
has_path (NMRemoteConnection *profile, const char *name)
{
  return g_strcmp0 (nm_connection_get_path (NM_CONNECTION (profile)), name) == 0;
}

static gboolean
has_id (NMRemoteConnection *profile, const char *name)
{
  return g_strcmp0 (nm_connection_get_id (NM_CONNECTION (profile)), name) == 0;
}

/* A modem has one interface for control and one for IP. */
static const char *
get_ip_interface (NMDevice *device)
{
  const char *interface = nm_device_get_ip_iface (device);

  return interface != NULL ? interface : nm_device_get_iface (device);
}

static gboolean
has_host_interface (NMDevice *device, const char *name)
{
  const char *interface = get_ip_interface (device);
  char host_interface[IFNAMSIZ];

  if (interface == NULL)
    return FALSE;
  clat_host_interface_name (host_interface, interface, if_nametoindex (interface));
  return g_str_equal (host_interface, name);
}

static gboolean
has_interface (NMDevice *device, const char *name)
{
  return g_strcmp0 (nm_device_get_iface (device), name) == 0
         || g_strcmp0 (nm_device_get_ip_iface (device), name) == 0;
}

static NMRemoteConnection *
find_by_device (NMClient *client, gboolean (*is_match) (NMDevice *, const char *),
                const char *name)
{
  const GPtrArray *devices = nm_client_get_devices (client);

  for (guint i = 0; i < devices->len; i++)
    {
      NMDevice *device = g_ptr_array_index (devices, i);
      NMActiveConnection *active = nm_device_get_active_connection (device);

      if (active != NULL && is_match (device, name))
        return nm_active_connection_get_connection (active);
    }
  return NULL;
}

static char *
list_names (const GPtrArray *profiles)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < profiles->len; i++)
    {
      const char *id = nm_connection_get_id (g_ptr_array_index (profiles, i));

      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", id);
    }
  return g_string_free (names, FALSE);
}

static void
set_not_found (GError **error, const char *name, const GPtrArray *profiles)
{
  g_autofree char *names = list_names (profiles);

  if (profiles->len == 0)
    g_set_error (error, CLI_ERROR, CLI_ERROR_NOT_FOUND,
                 _ ("unknown profile '%s'; NetworkManager has no profiles"), name);
  else
    g_set_error (error, CLI_ERROR, CLI_ERROR_NOT_FOUND,
                 _ ("unknown profile '%s'; profiles: %s"), name, names);
}

static void
set_ambiguous (GError **error, const char *name, const GPtrArray *matches)
{
  GString *uuids = g_string_new (NULL);

  for (guint i = 0; i < matches->len; i++)
    g_string_append_printf (uuids, "%s%s", i > 0 ? ", " : "",
                            nm_connection_get_uuid (g_ptr_array_index (matches, i)));
  g_set_error (error, CLI_ERROR, CLI_ERROR_AMBIGUOUS,
               _ ("'%s' is ambiguous; specify the UUID: %s"), name, uuids->str);
  g_string_free (uuids, TRUE);
}

NMRemoteConnection *
cli_profile_find (NMClient *client, const char *name, GError **error)
{
  /* The least ambiguous first; a profile may be named like an interface. */
  static gboolean (*const is_match[]) (NMRemoteConnection *,
                                       const char *) = {has_uuid, has_path, has_id};
  const GPtrArray *profiles = nm_client_get_connections (client);
  NMRemoteConnection *on_interface;

  for (gsize i = 0; i < G_N_ELEMENTS (is_match); i++)
    {
      g_autoptr (GPtrArray) matches = g_ptr_array_new ();

      for (guint j = 0; j < profiles->len; j++)
        if (is_match[i](g_ptr_array_index (profiles, j), name))
          g_ptr_array_add (matches, g_ptr_array_index (profiles, j));
      if (matches->len == 1)
        return g_ptr_array_index (matches, 0);
      if (matches->len > 1)
        {
          set_ambiguous (error, name, matches);
          return NULL;
        }
    }

  on_interface = find_by_device (client, has_interface, name);
  if (on_interface == NULL)
    on_interface = find_by_device (client, has_host_interface, name);
  if (on_interface == NULL)
    set_not_found (error, name, profiles);
  return on_interface;
}

static NMSettingUser *
get_user (NMConnection *profile)
{
  return (NMSettingUser *)nm_connection_get_setting (profile, NM_TYPE_SETTING_USER);
}

/* NULL if the profile does not have the key. */
static const char *
get_data (NMConnection *profile, const char *key)
{
  NMSettingUser *user = get_user (profile);

  return user != NULL ? nm_setting_user_get_data (user, key) : NULL;
}

static const char *
get_data_or_empty (NMConnection *profile, const char *key)
{
  const char *value = get_data (profile, key);

  return value != NULL ? value : "";
}

/* A value of NULL removes the key. FALSE if nothing has changed. */
static gboolean
set_data (NMConnection *profile, const char *key, const char *value)
{
  NMSettingUser *user = get_user (profile);
  guint n_keys;

  if (g_strcmp0 (get_data (profile, key), value) == 0)
    return FALSE;
  if (user == NULL)
    {
      user = NM_SETTING_USER (nm_setting_user_new ());
      nm_connection_add_setting (profile, NM_SETTING (user));
    }

  nm_setting_user_set_data (user, key, value, NULL);
  nm_setting_user_get_keys (user, &n_keys);
  if (n_keys == 0)
    nm_connection_remove_setting (profile, NM_TYPE_SETTING_USER);
  return TRUE;
}

/* An empty value removes the key. FALSE if nothing has changed. */
static gboolean
set_data_unless_empty (NMConnection *profile, const char *key, const char *value)
{
  return set_data (profile, key, *value == '\0' ? NULL : value);
}

const char *
cli_profile_get_mode (NMConnection *profile)
{
  const char *mode = get_data (profile, CLAT_PROFILE_MODE_KEY);

  return mode != NULL ? mode : clat_mode_to_string (CLAT_MODE_AUTO);
}

gboolean
cli_profile_set_mode (NMConnection *profile, ClatMode mode)
{
  return set_data (profile, CLAT_PROFILE_MODE_KEY,
                   mode == CLAT_MODE_AUTO ? NULL : clat_mode_to_string (mode));
}

const char *
cli_profile_get_prefix (NMConnection *profile)
{
  return get_data_or_empty (profile, CLAT_PROFILE_PREFIX_KEY);
}

gboolean
cli_profile_set_prefix (NMConnection *profile, const char *prefix)
{
  return set_data_unless_empty (profile, CLAT_PROFILE_PREFIX_KEY, prefix);
}

const char *
cli_profile_get_address (NMConnection *profile)
{
  return get_data_or_empty (profile, CLAT_PROFILE_ADDRESS_KEY);
}

gboolean
cli_profile_set_address (NMConnection *profile, const char *address)
{
  return set_data_unless_empty (profile, CLAT_PROFILE_ADDRESS_KEY, address);
}

const char *
cli_profile_get_ipv6_mostly (NMConnection *profile)
{
  return get_data_or_empty (profile, CLAT_PROFILE_IPV6_MOSTLY_KEY);
}

gboolean
cli_profile_set_ipv6_mostly (NMConnection *profile, const char *ipv6_mostly)
{
  return set_data_unless_empty (profile, CLAT_PROFILE_IPV6_MOSTLY_KEY, ipv6_mostly);
}

typedef struct
{
  GMainLoop *loop;
  GError *error;
} Answer;

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  nm_remote_connection_commit_changes_finish (NM_REMOTE_CONNECTION (source), result,
                                              &answer->error);
  g_main_loop_quit (answer->loop);
}

gboolean
cli_profile_save (NMRemoteConnection *profile, gboolean to_disk, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *what = NULL;
  Answer answer = {loop, NULL};

  nm_remote_connection_commit_changes_async (profile, to_disk, NULL, on_saved, &answer);
  g_main_loop_run (loop);
  if (answer.error == NULL)
    return TRUE;

  what = g_strdup_printf (_ ("cannot change '%s'"),
                          nm_connection_get_id (NM_CONNECTION (profile)));
  cli_error_take_bus (error, answer.error, what);
  return FALSE;
}
