/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows NetworkManager: one ClatConnection for each active connection, no more. */
#include "clat-manager.h"

#include "clat-defaults.h"

struct _ClatManager
{
  GObject parent_instance;

  const ClatCommon *common;
  ClatNetworkManager *network_manager;
  GPtrArray *connections;
  ClatDefaults defaults;
  gboolean has_swept;
  gboolean is_stopped;
  guint following; /* source */
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
  if (self->following == 0 && !self->is_stopped)
    self->following = g_idle_add_full (G_PRIORITY_DEFAULT, follow, self, NULL);
}

static void
on_changed (ClatNetworkManager *network_manager, gpointer data)
{
  schedule (data);
}

static gboolean
on_defaults_due (gpointer data)
{
  schedule (data);
  return G_SOURCE_REMOVE;
}

/* Whether another CLAT has the connection may have changed. */
static void
on_connection_changed (ClatConnection *connection, gpointer data)
{
  schedule (data);
}

/* A profile that was activated again may be on another network, and is a new connection;
 * but not if it has another path only because NetworkManager has restarted. */
static ClatConnection *
find_profile (ClatManager *self, const ClatProfile *profile, gboolean has_restarted)
{
  for (guint i = 0; i < self->connections->len; i++)
    {
      ClatConnection *connection = self->connections->pdata[i];
      const ClatProfile *other = clat_connection_get_profile (connection);

      if (clat_profile_is_same (other, profile)
          && (has_restarted || g_str_equal (other->active_path, profile->active_path)))
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
  g_signal_connect_object (connection, "changed", G_CALLBACK (on_connection_changed),
                           self, 0);
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
find_path (ClatManager *self, const char *path)
{
  for (guint i = 0; i < self->connections->len; i++)
    if (g_str_equal (
            clat_connection_get_profile (self->connections->pdata[i])->active_path, path))
      return self->connections->pdata[i];
  return NULL;
}

/* The connection that we have for the active one, NULL if there is none. */
static ClatConnection *
find_known (ClatManager *self, const ClatActiveConnection *active, gboolean has_restarted)
{
  if (active->profile != NULL)
    return find_profile (self, active->profile, has_restarted);
  /* A NetworkManager that exits removes the devices first, though the interfaces stay up.
   */
  return active->is_up ? find_path (self, active->path) : NULL;
}

/* Updates the connection that we have for the active one, or adds its profile to the new
 * ones. */
static void
match (ClatManager *self, ClatActiveConnection *active,
       const ClatNetworkSnapshot *snapshot, GHashTable *present, GPtrArray *new)
{
  ClatConnection *connection = find_known (self, active, snapshot->has_restarted);
  g_autoptr (ClatProfile) profile = g_steal_pointer (&active->profile);

  if (connection != NULL)
    g_hash_table_add (present, connection);
  if (profile == NULL)
    return;

  /* While NetworkManager starts, a profile may be less far than it was before the
   * restart. */
  if (connection != NULL && (profile->is_connected || !snapshot->is_starting))
    clat_connection_set_profile (connection, g_steal_pointer (&profile));
  else if (connection == NULL && profile->is_connected)
    g_ptr_array_add (new, g_steal_pointer (&profile));
}

static gboolean
follow (gpointer data)
{
  ClatManager *self = data;
  g_auto (ClatNetworkSnapshot) snapshot =
      clat_network_manager_take_snapshot (self->network_manager);
  g_autoptr (GHashTable) present = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) new = g_ptr_array_new ();

  self->following = 0;

  /* NetworkManager that stops leaves the interfaces configured: the connections stay. */
  if (!snapshot.is_running)
    return G_SOURCE_REMOVE;

  for (guint i = 0; i < snapshot.connections->len; i++)
    match (self, snapshot.connections->pdata[i], &snapshot, present, new);

  /* Two profiles of one interface share the name of the namespace: the old one is removed
   * before the new one is added. */
  if (!snapshot.is_starting)
    remove_gone (self, present);
  for (guint i = 0; i < new->len; i++)
    add_connection (self, new->pdata[i]);
  clat_defaults_follow (&self->defaults, &snapshot);
  if (!snapshot.is_starting && !self->has_swept)
    sweep (self);
  return G_SOURCE_REMOVE;
}

void
clat_manager_start (ClatManager *self)
{
  clat_network_manager_start (self->network_manager);
}

void
clat_manager_stop (ClatManager *self)
{
  static const char *const none[] = {NULL};

  clat_network_manager_stop (self->network_manager);
  /* The main loop runs while changes are flushed: nothing may be set up again then. */
  g_signal_handlers_disconnect_by_data (self->network_manager, self);
  self->is_stopped = TRUE;
  g_clear_handle_id (&self->following, g_source_remove);
  clat_defaults_withdraw (&self->defaults);
  while (self->connections->len > 0)
    remove_connection (self, self->connections->pdata[0]);
  clat_kernel_sweep (self->common->kernel, none);
  clat_network_manager_flush (self->network_manager);
}

void
clat_manager_refresh (ClatManager *self)
{
  for (guint i = 0; i < self->connections->len; i++)
    clat_connection_refresh (self->connections->pdata[i]);
}

void
clat_manager_reconfigure (ClatManager *self, const ClatConfig *before)
{
  for (guint i = 0; i < self->connections->len; i++)
    clat_connection_reconfigure (self->connections->pdata[i], before);
  /* What NetworkManager is to do follows from it, too. */
  schedule (self);
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

  g_clear_handle_id (&self->following, g_source_remove);
  g_clear_pointer (&self->connections, g_ptr_array_unref);
  clat_defaults_clear (&self->defaults);
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
}

ClatManager *
clat_manager_new (const ClatCommon *common, ClatNetworkManager *network_manager)
{
  ClatManager *self = g_object_new (CLAT_TYPE_MANAGER, NULL);

  self->common = common;
  self->network_manager = network_manager;
  clat_defaults_init (&self->defaults, common->kernel, common->config, network_manager,
                      self->connections, on_defaults_due, self);
  g_signal_connect_object (network_manager, "changed", G_CALLBACK (on_changed), self, 0);
  return self;
}
