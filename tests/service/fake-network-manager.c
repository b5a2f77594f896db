/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A NetworkManager with the active connections that a test gives it. */
#include "fake-network-manager.h"

struct _FakeNetworkManager
{
  GObject parent_instance;

  gboolean is_started; /* the service follows it */
  gboolean is_running;
  gboolean is_starting;
  gboolean has_restarted;
  GPtrArray *connections; /* of ClatActiveConnection */
  GPtrArray *devices;     /* of ClatNetworkDevice */
  guint n_ipv4_changes;
  gboolean is_ipv4_on; /* as of the last change */
  guint n_checks;
  gboolean has_defaults;
  gboolean has_clat;
  char *defaults; /* as text */
};

static void fake_network_manager_init_interface (ClatNetworkManagerInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (
    FakeNetworkManager, fake_network_manager, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (CLAT_TYPE_NETWORK_MANAGER,
                           fake_network_manager_init_interface))

static GPtrArray *
new_connections (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)clat_active_connection_free);
}

static ClatProfile *
copy_profile (const ClatProfile *profile)
{
  ClatProfile *copy;

  if (profile == NULL)
    return NULL;

  copy = g_memdup2 (profile, sizeof *profile);
  copy->active_path = g_strdup (profile->active_path);
  copy->uuid = g_strdup (profile->uuid);
  copy->id = g_strdup (profile->id);
  copy->interface = g_strdup (profile->interface);
  copy->nameservers = g_strdupv (profile->nameservers);
  copy->network_nameservers = g_strdupv (profile->network_nameservers);
  return copy;
}

static ClatActiveConnection *
new_connection (const char *path, gboolean is_up, ClatProfile *profile)
{
  ClatActiveConnection *connection = g_new0 (ClatActiveConnection, 1);

  connection->path = g_strdup (path);
  connection->is_up = is_up;
  connection->profile = profile;
  return connection;
}

static void
signal_change (FakeNetworkManager *self)
{
  if (self->is_started)
    g_signal_emit_by_name (self, "changed");
}

static void
start (ClatNetworkManager *network_manager)
{
  FakeNetworkManager *self = FAKE_NETWORK_MANAGER (network_manager);

  self->is_started = TRUE;
  signal_change (self);
}

static void
stop (ClatNetworkManager *network_manager)
{
  FAKE_NETWORK_MANAGER (network_manager)->is_started = FALSE;
}

static GPtrArray *
new_devices (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)clat_network_device_free);
}

static void
add_device (GPtrArray *devices, const char *interface, int ifindex, ClatProfile *profile)
{
  ClatNetworkDevice *device = g_new0 (ClatNetworkDevice, 1);

  device->interface = g_strdup (interface);
  device->ifindex = ifindex;
  device->profiles = g_ptr_array_new_with_free_func ((GDestroyNotify)clat_profile_free);
  g_ptr_array_add (device->profiles, profile);
  g_ptr_array_add (devices, device);
}

static ClatNetworkSnapshot
take_snapshot (ClatNetworkManager *network_manager)
{
  FakeNetworkManager *self = FAKE_NETWORK_MANAGER (network_manager);
  ClatNetworkSnapshot snapshot = {
      self->is_running, self->is_starting,  self->has_restarted, self->has_defaults,
      self->has_clat,   new_connections (), new_devices ()};

  for (guint i = 0; i < self->connections->len; i++)
    {
      const ClatActiveConnection *connection = self->connections->pdata[i];

      g_ptr_array_add (snapshot.connections,
                       new_connection (connection->path, connection->is_up,
                                       copy_profile (connection->profile)));
    }
  for (guint i = 0; i < self->devices->len; i++)
    {
      const ClatNetworkDevice *device = self->devices->pdata[i];

      add_device (snapshot.devices, device->interface, device->ifindex,
                  copy_profile (device->profiles->pdata[0]));
    }
  if (self->is_running && !self->is_starting)
    self->has_restarted = FALSE;
  return snapshot;
}

static void
set_ipv4 (ClatNetworkManager *network_manager, const char *active_path, ClatIpv4Wish wish)
{
  FakeNetworkManager *self = FAKE_NETWORK_MANAGER (network_manager);

  gboolean is_on = wish != CLAT_IPV4_OFF;

  self->n_ipv4_changes += is_on != self->is_ipv4_on || wish == CLAT_IPV4_REQUIRED;
  self->is_ipv4_on = is_on;
}

static void
set_defaults (ClatNetworkManager *network_manager, const ClatNetworkDefaults *defaults)
{
  FakeNetworkManager *self = FAKE_NETWORK_MANAGER (network_manager);

  g_free (self->defaults);
  self->defaults = clat_network_defaults_to_text (defaults);
}

/* As with the real one: the main loop runs, and a change that was under way is signalled.
 */
static void
flush (ClatNetworkManager *network_manager)
{
  g_signal_emit_by_name (network_manager, "changed");
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
check_connectivity (ClatNetworkManager *network_manager)
{
  FAKE_NETWORK_MANAGER (network_manager)->n_checks++;
}

static void
fake_network_manager_finalize (GObject *object)
{
  g_ptr_array_unref (FAKE_NETWORK_MANAGER (object)->connections);
  g_ptr_array_unref (FAKE_NETWORK_MANAGER (object)->devices);
  g_free (FAKE_NETWORK_MANAGER (object)->defaults);
  G_OBJECT_CLASS (fake_network_manager_parent_class)->finalize (object);
}

static void
fake_network_manager_init_interface (ClatNetworkManagerInterface *interface)
{
  interface->start = start;
  interface->stop = stop;
  interface->take_snapshot = take_snapshot;
  interface->set_ipv4 = set_ipv4;
  interface->set_defaults = set_defaults;
  interface->flush = flush;
  interface->check_connectivity = check_connectivity;
}

static void
fake_network_manager_class_init (FakeNetworkManagerClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fake_network_manager_finalize;
}

static void
fake_network_manager_init (FakeNetworkManager *self)
{
  self->is_running = TRUE;
  self->is_ipv4_on = TRUE;
  self->has_defaults = TRUE;
  self->connections = new_connections ();
  self->devices = new_devices ();
}

FakeNetworkManager *
fake_network_manager_new (void)
{
  return g_object_new (FAKE_TYPE_NETWORK_MANAGER, NULL);
}

void
fake_network_manager_set_running (FakeNetworkManager *self, gboolean is_running,
                                  gboolean is_starting)
{
  if (!is_running)
    {
      self->has_restarted = TRUE;
      g_ptr_array_set_size (self->connections, 0);
    }
  self->is_running = is_running;
  self->is_starting = is_starting;
  signal_change (self);
}

static void
drop (FakeNetworkManager *self, const char *path)
{
  for (guint i = self->connections->len; i > 0; i--)
    {
      const ClatActiveConnection *connection = self->connections->pdata[i - 1];

      if (g_str_equal (connection->path, path))
        g_ptr_array_remove_index (self->connections, i - 1);
    }
}

void
fake_network_manager_activate (FakeNetworkManager *self, const char *path, gboolean is_up,
                               ClatProfile *profile)
{
  drop (self, path);
  if (profile != NULL)
    {
      g_free (profile->active_path);
      profile->active_path = g_strdup (path);
    }
  g_ptr_array_add (self->connections, new_connection (path, is_up, profile));
  signal_change (self);
}

void
fake_network_manager_remove (FakeNetworkManager *self, const char *path)
{
  drop (self, path);
  signal_change (self);
}

void
fake_network_manager_add_device (FakeNetworkManager *self, const char *interface,
                                 int ifindex, ClatProfile *profile)
{
  add_device (self->devices, interface, ifindex, profile);
  signal_change (self);
}

void
fake_network_manager_drop_devices (FakeNetworkManager *self)
{
  g_ptr_array_set_size (self->devices, 0);
  signal_change (self);
}

void
fake_network_manager_set_has_defaults (FakeNetworkManager *self, gboolean has_defaults)
{
  self->has_defaults = has_defaults;
}

void
fake_network_manager_set_has_clat (FakeNetworkManager *self, gboolean has_clat)
{
  self->has_clat = has_clat;
}

const char *
fake_network_manager_get_defaults (FakeNetworkManager *self)
{
  return self->defaults;
}

gboolean
fake_network_manager_is_ipv4_on (FakeNetworkManager *self)
{
  return self->is_ipv4_on;
}

guint
fake_network_manager_count_ipv4_changes (FakeNetworkManager *self)
{
  return self->n_ipv4_changes;
}

guint
fake_network_manager_count_checks (FakeNetworkManager *self)
{
  return self->n_checks;
}
