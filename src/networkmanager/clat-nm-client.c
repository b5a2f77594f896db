/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows the active connections of NetworkManager. */
#include "clat-nm-client.h"

#include "clat-nm-control.h"
#include "clat-nm-device.h"
#include "clat-nm-drop-in.h"
#include "clat-nm-profile.h"

/* NetworkManager needs a moment to notice an interface of ours; and another node on the
 * link must not be able to cause many checks. */
#define CHECK_DELAY_MS    1000
#define CHECK_INTERVAL_MS 10000

struct _ClatNmClient
{
  GObject parent_instance;

  NMClient *client;       /* NULL: not connected to the bus yet */
  ClatNmControl *control; /* NULL as long as client is */
  GCancellable *cancellable;
  gboolean has_restarted; /* since the last complete snapshot */
  guint checking;         /* source of the next check of connectivity */
  gint64 checked_at;      /* monotonic time of the last one; 0: none */
};

static void clat_nm_client_init_network_manager (ClatNetworkManagerInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (
    ClatNmClient, clat_nm_client, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (CLAT_TYPE_NETWORK_MANAGER,
                           clat_nm_client_init_network_manager))

static void
signal_change (ClatNmClient *self)
{
  g_signal_emit_by_name (self, "changed");
}

static void
on_notify (GObject *object, GParamSpec *property, gpointer data)
{
  ClatNmClient *self = data;

  if (!nm_client_get_nm_running (self->client))
    self->has_restarted = TRUE;
  signal_change (self);
}

static void
on_profile_changed (NMConnection *connection, gpointer data)
{
  signal_change (data);
}

/* Any property of these objects may matter; another snapshot is cheap. Connecting twice
 * is not: an object that is watched already is left. */
static void
watch (ClatNmClient *self, gpointer object)
{
  if (object == NULL
      || g_signal_handler_find (object, G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA, 0, 0,
                                NULL, on_notify, self)
             != 0)
    return;

  g_signal_connect_object (object, "notify", G_CALLBACK (on_notify), self, 0);
  if (NM_IS_CONNECTION (object))
    g_signal_connect_object (object, NM_CONNECTION_CHANGED,
                             G_CALLBACK (on_profile_changed), self, 0);
}

static void
watch_active (ClatNmClient *self, NMActiveConnection *active)
{
  const GPtrArray *devices = nm_active_connection_get_devices (active);

  watch (self, active);
  watch (self, nm_active_connection_get_connection (active));
  for (guint i = 0; i < devices->len; i++)
    {
      watch (self, devices->pdata[i]);
      watch (self, nm_device_get_ip6_config (devices->pdata[i]));
      watch (self, nm_device_get_ip4_config (devices->pdata[i]));
      watch (self, nm_device_get_dhcp6_config (devices->pdata[i]));
      watch (self, nm_device_get_dhcp4_config (devices->pdata[i]));
    }
}

/* What may become active matters, too. */
static void
watch_all (ClatNmClient *self)
{
  const GPtrArray *devices = nm_client_get_devices (self->client);
  const GPtrArray *profiles = nm_client_get_connections (self->client);

  for (guint i = 0; i < devices->len; i++)
    watch (self, devices->pdata[i]);
  for (guint i = 0; i < profiles->len; i++)
    watch (self, profiles->pdata[i]);
}

static void
read_asks_option_108 (ClatNmClient *self, NMActiveConnection *active,
                      ClatProfile *profile)
{
  const GPtrArray *devices = nm_active_connection_get_devices (active);

  if (profile->option_108 == CLAT_PROFILE_SETTING_DEFAULT && devices->len > 0)
    profile->asks_option_108 =
        clat_nm_control_asks_option_108 (self->control, devices->pdata[0]);
}

static ClatActiveConnection *
read_active (ClatNmClient *self, NMActiveConnection *active)
{
  ClatActiveConnection *connection = g_new0 (ClatActiveConnection, 1);

  connection->path = g_strdup (nm_object_get_path (NM_OBJECT (active)));
  connection->is_up = clat_nm_profile_is_up (active);
  connection->profile = clat_nm_profile_read (active);
  if (connection->profile != NULL)
    read_asks_option_108 (self, active, connection->profile);
  return connection;
}

static void
read_devices (ClatNmClient *self, GPtrArray *devices)
{
  const GPtrArray *all = nm_client_get_devices (self->client);

  for (guint i = 0; i < all->len; i++)
    {
      ClatNetworkDevice *device = clat_nm_device_read (self->client, all->pdata[i]);

      if (device != NULL)
        g_ptr_array_add (devices, device);
    }
}

static ClatNetworkSnapshot
clat_nm_client_take_snapshot (ClatNetworkManager *network_manager)
{
  ClatNmClient *self = CLAT_NM_CLIENT (network_manager);
  ClatNetworkSnapshot snapshot = {
      .has_restarted = self->has_restarted,
      .connections =
          g_ptr_array_new_with_free_func ((GDestroyNotify)clat_active_connection_free),
      .devices =
          g_ptr_array_new_with_free_func ((GDestroyNotify)clat_network_device_free),
  };
  const GPtrArray *actives;

  if (self->client == NULL || !nm_client_get_nm_running (self->client))
    return snapshot;

  snapshot.is_running = TRUE;
  snapshot.is_starting = nm_client_get_startup (self->client);
  snapshot.has_defaults = clat_nm_control_has_defaults (self->control);
  snapshot.has_clat = clat_nm_control_has_clat (self->control);
  self->has_restarted = self->has_restarted && snapshot.is_starting;

  actives = nm_client_get_active_connections (self->client);
  for (guint i = 0; i < actives->len; i++)
    {
      watch_active (self, actives->pdata[i]);
      g_ptr_array_add (snapshot.connections, read_active (self, actives->pdata[i]));
    }
  watch_all (self);
  read_devices (self, snapshot.devices);
  return snapshot;
}

static void
on_defaults_loaded (gpointer data)
{
  signal_change (data);
}

static void
on_client_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  NMClient *client = nm_client_new_finish (result, &error);
  ClatNmClient *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (client == NULL)
    {
      g_warning ("NetworkManager cannot be followed: %s", error->message);
      return;
    }

  self->client = client;
  self->control = clat_nm_control_new (client, on_defaults_loaded, self);
  watch (self, client);
  if (!nm_client_get_nm_running (client))
    g_message ("waiting for NetworkManager");
  signal_change (self);
}

static void
clat_nm_client_start (ClatNetworkManager *network_manager)
{
  ClatNmClient *self = CLAT_NM_CLIENT (network_manager);

  nm_client_new_async (self->cancellable, on_client_ready, self);
}

static void
clat_nm_client_set_ipv4 (ClatNetworkManager *network_manager, const char *active_path,
                         ClatIpv4Wish wish)
{
  ClatNmClient *self = CLAT_NM_CLIENT (network_manager);

  if (self->control != NULL)
    clat_nm_control_set_ipv4 (self->control, active_path, wish);
}

/* Without a client, what a previous instance has set is withdrawn. */
static void
clat_nm_client_set_defaults (ClatNetworkManager *network_manager,
                             const ClatNetworkDefaults *defaults)
{
  ClatNmClient *self = CLAT_NM_CLIENT (network_manager);

  if (self->control != NULL)
    clat_nm_control_set_defaults (self->control, defaults);
  else
    clat_nm_drop_in_remove (NULL);
}

/* NetworkManager checks its own connections by itself, and unmanaged interfaces, such as
 * ours, only on request: until then an URI that only IPv4 serves leaves "limited". */
static gboolean
on_time_to_check (gpointer data)
{
  ClatNmClient *self = data;

  self->checking = 0;
  self->checked_at = g_get_monotonic_time ();
  if (self->client != NULL && nm_client_connectivity_check_get_enabled (self->client))
    nm_client_check_connectivity_async (self->client, self->cancellable, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static void
clat_nm_client_check_connectivity (ClatNetworkManager *network_manager)
{
  ClatNmClient *self = CLAT_NM_CLIENT (network_manager);
  gint64 passed = (g_get_monotonic_time () - self->checked_at) / 1000;
  guint delay = CHECK_DELAY_MS;

  if (self->checked_at != 0 && passed < CHECK_INTERVAL_MS - CHECK_DELAY_MS)
    delay = CHECK_INTERVAL_MS - passed;
  if (self->checking == 0)
    self->checking = g_timeout_add (delay, on_time_to_check, self);
}

static void
clat_nm_client_flush (ClatNetworkManager *network_manager)
{
  ClatNmClient *self = CLAT_NM_CLIENT (network_manager);

  if (self->control != NULL)
    clat_nm_control_flush (self->control);
}

/* Handlers on the other objects are disconnected when this object is finalized. */
static void
clat_nm_client_stop (ClatNetworkManager *network_manager)
{
  ClatNmClient *self = CLAT_NM_CLIENT (network_manager);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->checking, g_source_remove);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
}

static void
clat_nm_client_finalize (GObject *object)
{
  ClatNmClient *self = CLAT_NM_CLIENT (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->checking, g_source_remove);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->control, clat_nm_control_free);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (clat_nm_client_parent_class)->finalize (object);
}

static void
clat_nm_client_init_network_manager (ClatNetworkManagerInterface *interface)
{
  interface->start = clat_nm_client_start;
  interface->stop = clat_nm_client_stop;
  interface->take_snapshot = clat_nm_client_take_snapshot;
  interface->set_ipv4 = clat_nm_client_set_ipv4;
  interface->set_defaults = clat_nm_client_set_defaults;
  interface->flush = clat_nm_client_flush;
  interface->check_connectivity = clat_nm_client_check_connectivity;
}

static void
clat_nm_client_class_init (ClatNmClientClass *class)
{
  G_OBJECT_CLASS (class)->finalize = clat_nm_client_finalize;
}

static void
clat_nm_client_init (ClatNmClient *self)
{
  self->cancellable = g_cancellable_new ();
}

ClatNetworkManager *
clat_nm_client_new (void)
{
  return g_object_new (CLAT_TYPE_NM_CLIENT, NULL);
}
