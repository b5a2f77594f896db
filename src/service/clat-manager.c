/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows NetworkManager: one ClatConnection for each active connection, no more. */
#include "clat-manager.h"

struct _ClatManager
{
  GObject parent_instance;

  const ClatCommon *common;
  NMClient *client; /* NULL: not started */
  GCancellable *cancellable;
  GPtrArray *connections;
  gboolean has_swept;
  gboolean was_away; /* NetworkManager was, and has not told all that is active yet */
  guint following;   /* source */
};

enum
{
  SIGNAL_ADDED,
  SIGNAL_REMOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ClatManager, clat_manager, G_TYPE_OBJECT)

static gboolean follow (gpointer data);

static void
schedule (ClatManager *self)
{
  if (self->following == 0)
    self->following = g_idle_add_full (G_PRIORITY_DEFAULT, follow, self, NULL);
}

static void
on_notify (GObject *object, GParamSpec *property, gpointer data)
{
  ClatManager *self = data;

  if (!nm_client_get_nm_running (self->client))
    self->was_away = TRUE;
  schedule (self);
}

static void
on_profile_changed (NMConnection *connection, gpointer data)
{
  schedule (data);
}

/* Any property of these may matter; looking again is cheap. Connecting twice is not: an
 * object that is watched already is left. */
static void
watch (ClatManager *self, gpointer object)
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
watch_active (ClatManager *self, NMActiveConnection *active)
{
  const GPtrArray *devices = nm_active_connection_get_devices (active);

  watch (self, active);
  watch (self, nm_active_connection_get_connection (active));
  for (guint i = 0; i < devices->len; i++)
    {
      watch (self, devices->pdata[i]);
      watch (self, nm_device_get_ip6_config (devices->pdata[i]));
      watch (self, nm_device_get_ip4_config (devices->pdata[i]));
    }
}

static ClatConnection *
find_profile (ClatManager *self, const ClatProfile *profile)
{
  for (guint i = 0; i < self->connections->len; i++)
    {
      ClatConnection *connection = self->connections->pdata[i];
      const ClatProfile *other = clat_connection_get_profile (connection);

      /* One that was activated anew may be on another network, and begins anew; but not
       * because NetworkManager has restarted. */
      if (g_str_equal (other->active_path, profile->active_path)
              ? clat_profile_is_same (other, profile)
              : self->was_away && clat_profile_is_same (other, profile))
        return connection;
    }
  return NULL;
}

static void
remove_connection (ClatManager *self, ClatConnection *connection)
{
  g_object_ref (connection);
  g_ptr_array_remove (self->connections, connection);
  clat_connection_withdraw (connection);
  g_signal_emit (self, signals[SIGNAL_REMOVED], 0, connection);
  g_object_unref (connection);
}

static void
add_connection (ClatManager *self, ClatProfile *profile)
{
  ClatConnection *connection = clat_connection_new (self->common, profile);

  g_ptr_array_add (self->connections, connection);
  g_signal_emit (self, signals[SIGNAL_ADDED], 0, connection);
}

static void
remove_gone (ClatManager *self, GHashTable *present)
{
  for (guint i = self->connections->len; i > 0; i--)
    if (!g_hash_table_contains (present, self->connections->pdata[i - 1]))
      remove_connection (self, self->connections->pdata[i - 1]);
}

static void
sweep (ClatManager *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;

  for (guint i = 0; i < self->connections->len; i++)
    g_strv_builder_add (builder, clat_connection_get_name (self->connections->pdata[i]));
  names = g_strv_builder_end (builder);
  clat_kernel_sweep (self->common->kernel, (const char *const *)names);
  self->has_swept = TRUE;
}

static ClatConnection *
find_path (ClatManager *self, NMActiveConnection *active)
{
  const char *path = nm_object_get_path (NM_OBJECT (active));

  for (guint i = 0; i < self->connections->len; i++)
    if (g_str_equal (
            clat_connection_get_profile (self->connections->pdata[i])->active_path, path))
      return self->connections->pdata[i];
  return NULL;
}

/* What becomes of one active connection: goes on as the one that we have already, comes
 * among the new profiles, or there is nothing in it for us. */
static void
take (ClatManager *self, NMActiveConnection *active, GHashTable *present, GPtrArray *new)
{
  ClatProfile *profile = clat_profile_read (active);
  gboolean is_starting = nm_client_get_startup (self->client);
  ClatConnection *connection = NULL;

  if (profile != NULL)
    connection = find_profile (self, profile);
  /* NetworkManager that ends takes the device away first, though all stays up. */
  if (profile == NULL && clat_profile_is_up (active))
    connection = find_path (self, active);

  if (connection != NULL)
    g_hash_table_add (present, connection);

  /* One that starts may not have come as far yet. */
  if (connection != NULL && profile != NULL && (profile->is_connected || !is_starting))
    clat_connection_set_profile (connection, profile);
  else if (profile != NULL && profile->is_connected)
    g_ptr_array_add (new, profile);
  else
    g_clear_pointer (&profile, clat_profile_free);
}

/* Tells which of our connections NetworkManager has active still, as a set, and what is
 * new. */
static GHashTable *
take_all (ClatManager *self, GPtrArray *new)
{
  const GPtrArray *actives = nm_client_get_active_connections (self->client);
  GHashTable *present = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < actives->len; i++)
    {
      watch_active (self, actives->pdata[i]);
      take (self, actives->pdata[i], present, new);
    }
  return present;
}

static gboolean
follow (gpointer data)
{
  ClatManager *self = data;
  g_autoptr (GHashTable) present = NULL;
  g_autoptr (GPtrArray) new = g_ptr_array_new ();
  gboolean is_starting;

  self->following = 0;

  /* While NetworkManager is away nothing tells that the connections are: they stay. */
  if (!nm_client_get_nm_running (self->client))
    return G_SOURCE_REMOVE;

  present = take_all (self, new);
  is_starting = nm_client_get_startup (self->client);

  /* Two profiles of one interface bear the same name: the new one begins where the old
   * one has left nothing. */
  if (!is_starting)
    remove_gone (self, present);
  for (guint i = 0; i < new->len; i++)
    add_connection (self, new->pdata[i]);
  if (is_starting)
    return G_SOURCE_REMOVE;

  self->was_away = FALSE;
  if (!self->has_swept)
    sweep (self);
  return G_SOURCE_REMOVE;
}

static void
on_client_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  NMClient *client = nm_client_new_finish (result, &error);
  ClatManager *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (client == NULL)
    {
      g_warning ("NetworkManager cannot be followed: %s", error->message);
      return;
    }

  self->client = client;
  watch (self, client);
  if (!nm_client_get_nm_running (client))
    g_message ("waiting for NetworkManager");
  schedule (self);
}

void
clat_manager_start (ClatManager *self)
{
  nm_client_new_async (self->cancellable, on_client_ready, self);
}

void
clat_manager_stop (ClatManager *self)
{
  static const char *const none[] = {NULL};

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->following, g_source_remove);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  while (self->connections->len > 0)
    remove_connection (self, self->connections->pdata[0]);
  clat_kernel_sweep (self->common->kernel, none);
}

void
clat_manager_refresh (ClatManager *self)
{
  for (guint i = 0; i < self->connections->len; i++)
    clat_connection_refresh (self->connections->pdata[i]);
}

GPtrArray *
clat_manager_get_connections (ClatManager *self)
{
  return self->connections;
}

ClatConnection *
clat_manager_find (ClatManager *self, const char *interface)
{
  for (guint i = 0; i < self->connections->len; i++)
    {
      ClatConnection *connection = self->connections->pdata[i];

      if (g_str_equal (clat_connection_get_profile (connection)->interface, interface)
          || g_str_equal (clat_connection_get_name (connection), interface))
        return connection;
    }
  return NULL;
}

static void
clat_manager_finalize (GObject *object)
{
  ClatManager *self = CLAT_MANAGER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->following, g_source_remove);
  g_clear_object (&self->client);
  g_clear_pointer (&self->connections, g_ptr_array_unref);
  G_OBJECT_CLASS (clat_manager_parent_class)->finalize (object);
}

static void
clat_manager_class_init (ClatManagerClass *class)
{
  G_OBJECT_CLASS (class)->finalize = clat_manager_finalize;
  signals[SIGNAL_ADDED] =
      g_signal_new ("added", CLAT_TYPE_MANAGER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, CLAT_TYPE_CONNECTION);
  signals[SIGNAL_REMOVED] =
      g_signal_new ("removed", CLAT_TYPE_MANAGER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, CLAT_TYPE_CONNECTION);
}

static void
clat_manager_init (ClatManager *self)
{
  self->connections = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
}

ClatManager *
clat_manager_new (const ClatCommon *common)
{
  ClatManager *self = g_object_new (CLAT_TYPE_MANAGER, NULL);

  self->common = common;
  return self;
}
