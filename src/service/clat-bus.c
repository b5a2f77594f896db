/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exports the manager and its connections on D-Bus. */
#include "clat-bus.h"

#include <arpa/inet.h>

#include "clat-bus-name.h"
#include "clat-dbus.h"
#include "config.h"

#define ERROR_NO_SUCH_CONNECTION "net.clatnm.Error.NoSuchConnection"
#define ERROR_FAILED             "net.clatnm.Error.Failed"
#define ERROR_INVALID            "net.clatnm.Error.InvalidConfiguration"

struct _ClatBus
{
  ClatManager *manager;
  ClatKernel *kernel;
  const ClatReload *reload;
  GDBusObjectManagerServer *objects;
  ClatDBusManager1 *skeleton;
  GHashTable *shown; /* ClatConnection to ClatDBusObjectSkeleton */
  guint next_number;
};

static char *
router_to_string (const ClatPref64 *pref64)
{
  char text[INET6_ADDRSTRLEN];

  if (IN6_IS_ADDR_UNSPECIFIED (&pref64->router))
    return g_strdup ("");
  return g_strdup (inet_ntop (AF_INET6, &pref64->router, text, sizeof text));
}

static void
show_profile (ClatDBusConnection1 *shown, const ClatProfile *profile)
{
  clat_dbus_connection1_set_active_connection (shown, profile->active_path);
  clat_dbus_connection1_set_uuid (shown, profile->uuid);
  clat_dbus_connection1_set_id (shown, profile->id);
  clat_dbus_connection1_set_interface (shown, profile->interface);
}

static void
show_pref64 (ClatDBusConnection1 *shown, const ClatPref64 *pref64)
{
  gboolean known = pref64->source != CLAT_PREF64_SOURCE_NONE;
  g_autofree char *prefix =
      known ? clat_prefix_to_string (&pref64->prefix) : g_strdup ("");
  g_autofree char *router = router_to_string (pref64);

  clat_dbus_connection1_set_pref64 (shown, prefix);
  clat_dbus_connection1_set_pref64_source (shown,
                                           clat_pref64_source_to_string (pref64->source));
  clat_dbus_connection1_set_pref64_router (shown, router);
  clat_dbus_connection1_set_pref64_expiry (
      shown, known && pref64->expiry != CLAT_NEVER ? pref64->expiry : 0);
}

static void
show_status (ClatDBusConnection1 *shown, const ClatStatus *status)
{
  clat_dbus_connection1_set_mode (shown, clat_mode_to_string (status->mode));
  clat_dbus_connection1_set_ipv6_mostly (shown, status->ipv6_mostly ? "yes" : "no");
  clat_dbus_connection1_set_state (shown, clat_state_to_string (status->verdict.state));
  clat_dbus_connection1_set_state_reason (shown,
                                          clat_reason_to_string (status->verdict.reason));
  clat_dbus_connection1_set_state_text (shown, status->text);
  show_pref64 (shown, &status->pref64);
  clat_dbus_connection1_set_ipv4_address (shown, status->ipv4);
  clat_dbus_connection1_set_ipv6_address (shown, status->ipv6);
  clat_dbus_connection1_set_ipv4_gateway (shown, status->gateway);
  clat_dbus_connection1_set_old_ipv4_addresses (shown,
                                                (const char *const *)status->old_ipv4s);
  clat_dbus_connection1_set_host_interface (shown,
                                            *status->ipv4 != '\0' ? status->name : "");
  clat_dbus_connection1_set_namespace (shown, status->name);
  clat_dbus_connection1_set_uplink (shown, clat_uplink_to_string (status->uplink));
  clat_dbus_connection1_set_translator (
      shown, clat_translator_kind_to_string (status->translator));
  clat_dbus_connection1_set_slow_path (shown,
                                       clat_slow_path_state_to_string (status->slow));
  clat_dbus_connection1_set_mtu (shown, status->mtu);
  clat_dbus_connection1_set_active_since (shown, status->active_since);
  clat_dbus_connection1_set_plat (shown, clat_plat_state_to_string (status->plat.state));
  clat_dbus_connection1_set_plat_since (shown, status->plat.since);
  clat_dbus_connection1_set_plat_text (shown, status->plat_text);
}

static void
count (ClatBus *self)
{
  GPtrArray *connections = clat_manager_get_connections (self->manager);
  guint active = 0, failed = 0;

  for (guint i = 0; i < connections->len; i++)
    {
      ClatState state = clat_connection_get_status (connections->pdata[i])->verdict.state;

      active += state == CLAT_STATE_ACTIVE;
      failed += state == CLAT_STATE_FAILED;
    }
  clat_dbus_manager1_set_connection_count (self->skeleton, connections->len);
  clat_dbus_manager1_set_active_count (self->skeleton, active);
  clat_dbus_manager1_set_failed_count (self->skeleton, failed);
}

static void
on_changed (ClatConnection *connection, gpointer data)
{
  ClatBus *self = data;
  ClatDBusObjectSkeleton *object = g_hash_table_lookup (self->shown, connection);
  g_autoptr (ClatDBusConnection1) shown =
      clat_dbus_object_get_connection1 (CLAT_DBUS_OBJECT (object));

  show_profile (shown, clat_connection_get_profile (connection));
  show_status (shown, clat_connection_get_status (connection));
  /* PropertiesChanged is emitted now, not when the main loop is idle. */
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (shown));
  count (self);
}

static GVariant *
pack_counters (const struct clat_counters *counters)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{st}"));

  g_variant_builder_add (&builder, "{st}", "packets", (guint64)counters->packets);
  g_variant_builder_add (&builder, "{st}", "bytes", (guint64)counters->bytes);
  for (guint i = XLAT_REASON_NONE + 1; i < XLAT_N_REASONS; i++)
    {
      g_autofree char *key = g_strconcat ("drop-", xlat_reason_to_string (i), NULL);

      if (counters->drops[i] != 0)
        g_variant_builder_add (&builder, "{st}", key, (guint64)counters->drops[i]);
    }
  return g_variant_builder_end (&builder);
}

static gboolean
handle_get_statistics (ClatDBusConnection1 *shown, GDBusMethodInvocation *invocation,
                       gpointer data)
{
  ClatConnection *connection = data;
  struct clat_counters counters[CLAT_N_DIRECTIONS];
  g_autoptr (GError) error = NULL;

  if (*clat_connection_get_status (connection)->ipv4 == '\0')
    {
      clat_dbus_connection1_complete_get_statistics (shown, invocation,
                                                     g_variant_new ("a{st}", NULL),
                                                     g_variant_new ("a{st}", NULL));
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }

  if (!clat_connection_read_counters (connection, counters, &error))
    g_dbus_method_invocation_return_dbus_error (invocation, ERROR_FAILED, error->message);
  else
    clat_dbus_connection1_complete_get_statistics (shown, invocation,
                                                   pack_counters (&counters[CLAT_4TO6]),
                                                   pack_counters (&counters[CLAT_6TO4]));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
show_connection (ClatManager *manager, ClatConnection *connection, gpointer data)
{
  ClatBus *self = data;
  g_autofree char *path =
      g_strdup_printf (CLAT_BUS_PATH "/connection/%u", ++self->next_number);
  g_autoptr (ClatDBusObjectSkeleton) object = clat_dbus_object_skeleton_new (path);
  g_autoptr (ClatDBusConnection1) shown = clat_dbus_connection1_skeleton_new ();

  show_profile (shown, clat_connection_get_profile (connection));
  show_status (shown, clat_connection_get_status (connection));
  g_signal_connect_object (shown, "handle-get-statistics",
                           G_CALLBACK (handle_get_statistics), connection, 0);
  clat_dbus_object_skeleton_set_connection1 (object, shown);
  g_dbus_object_manager_server_export (self->objects, G_DBUS_OBJECT_SKELETON (object));

  g_hash_table_insert (self->shown, connection, g_object_ref (object));
  g_signal_connect (connection, "changed", G_CALLBACK (on_changed), self);
  count (self);
}

static void
hide_connection (ClatManager *manager, ClatConnection *connection, gpointer data)
{
  ClatBus *self = data;
  GDBusObject *object = g_hash_table_lookup (self->shown, connection);

  g_signal_handlers_disconnect_by_data (connection, self);
  g_dbus_object_manager_server_unexport (self->objects,
                                         g_dbus_object_get_object_path (object));
  g_hash_table_remove (self->shown, connection);
  count (self);
}

static gboolean
handle_get_connection (ClatDBusManager1 *skeleton, GDBusMethodInvocation *invocation,
                       const char *interface, gpointer data)
{
  ClatBus *self = data;
  ClatConnection *connection = clat_manager_find (self->manager, interface);

  if (connection == NULL)
    {
      g_autofree char *message =
          g_strdup_printf ("there is no active connection on interface '%s'", interface);

      g_dbus_method_invocation_return_dbus_error (invocation, ERROR_NO_SUCH_CONNECTION,
                                                  message);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }

  clat_dbus_manager1_complete_get_connection_for_interface (
      skeleton, invocation,
      g_dbus_object_get_object_path (g_hash_table_lookup (self->shown, connection)));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static GVariant *
pack_features (const ClatFeatures *features)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(sbs)"));

  for (guint i = 0; i < CLAT_N_FEATURES; i++)
    g_variant_builder_add (&builder, "(sbs)", clat_feature_to_string (i),
                           features->has[i], clat_feature_explain (i, features->has[i]));
  return g_variant_builder_end (&builder);
}

static gboolean
handle_check (ClatDBusManager1 *skeleton, GDBusMethodInvocation *invocation,
              gpointer data)
{
  ClatBus *self = data;
  g_autoptr (GError) error = NULL;
  ClatFeatures features;

  if (!clat_kernel_probe (self->kernel, &features, &error))
    g_dbus_method_invocation_return_dbus_error (invocation, ERROR_FAILED, error->message);
  else
    clat_dbus_manager1_complete_check (
        skeleton, invocation, clat_features_suffice (&features),
        clat_features_explain (&features), pack_features (&features));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_notify_up (ClatDBusManager1 *skeleton, GDBusMethodInvocation *invocation,
                  const char *interface, gpointer data)
{
  ClatBus *self = data;
  ClatConnection *connection = clat_manager_find (self->manager, interface);

  if (connection != NULL)
    clat_connection_resume (connection);
  clat_dbus_manager1_complete_notify_up (skeleton, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_notify_pre_down (ClatDBusManager1 *skeleton, GDBusMethodInvocation *invocation,
                        const char *interface, gpointer data)
{
  ClatBus *self = data;
  ClatConnection *connection = clat_manager_find (self->manager, interface);

  if (connection != NULL)
    clat_connection_withdraw (connection);
  clat_dbus_manager1_complete_notify_pre_down (skeleton, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_reload (ClatDBusManager1 *skeleton, GDBusMethodInvocation *invocation,
               gpointer data)
{
  ClatBus *self = data;
  g_autoptr (GError) error = NULL;

  if (!clat_reload_run (self->reload, &error))
    g_dbus_method_invocation_return_dbus_error (invocation, ERROR_INVALID,
                                                error->message);
  else
    clat_dbus_manager1_complete_reload (skeleton, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

ClatBus *
clat_bus_new (const ClatReload *reload, ClatKernel *kernel, GDBusConnection *bus,
              GError **error)
{
  ClatManager *manager = reload->manager;
  g_autoptr (ClatBus) self = g_new0 (ClatBus, 1);

  self->reload = reload;
  self->manager = g_object_ref (manager);
  self->kernel = g_object_ref (kernel);
  self->shown = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->objects = g_dbus_object_manager_server_new (CLAT_BUS_PATH);
  self->skeleton = clat_dbus_manager1_skeleton_new ();
  clat_dbus_manager1_set_version (self->skeleton, CLAT_VERSION);

  g_signal_connect (self->skeleton, "handle-get-connection-for-interface",
                    G_CALLBACK (handle_get_connection), self);
  g_signal_connect (self->skeleton, "handle-check", G_CALLBACK (handle_check), self);
  g_signal_connect (self->skeleton, "handle-notify-up", G_CALLBACK (handle_notify_up),
                    self);
  g_signal_connect (self->skeleton, "handle-notify-pre-down",
                    G_CALLBACK (handle_notify_pre_down), self);
  g_signal_connect (self->skeleton, "handle-reload", G_CALLBACK (handle_reload), self);
  g_signal_connect (manager, "added", G_CALLBACK (show_connection), self);
  g_signal_connect (manager, "removed", G_CALLBACK (hide_connection), self);

  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton), bus,
                                         CLAT_BUS_PATH, error))
    return NULL;
  g_dbus_object_manager_server_set_connection (self->objects, bus);
  return g_steal_pointer (&self);
}

void
clat_bus_free (ClatBus *self)
{
  GHashTableIter iterator;
  gpointer connection;

  g_hash_table_iter_init (&iterator, self->shown);
  while (g_hash_table_iter_next (&iterator, &connection, NULL))
    g_signal_handlers_disconnect_by_data (connection, self);
  g_signal_handlers_disconnect_by_data (self->manager, self);
  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  g_clear_object (&self->skeleton);
  g_clear_object (&self->objects);
  g_clear_pointer (&self->shown, g_hash_table_unref);
  g_clear_object (&self->manager);
  g_clear_object (&self->kernel);
  g_free (self);
}
