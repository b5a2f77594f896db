/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Takes IPv4 off applied connections of NetworkManager, and puts it back. */
#include "clat-nm-ipv4.h"

#include "clat-nm-applied.h"

#define NAME             "org.freedesktop.NetworkManager"
#define DEVICE_INTERFACE NAME ".Device"

/* Of Reapply. With PRESERVE_EXTERNAL_IP, NetworkManager 1.42 mistakes its own IPv6
 * addresses for those of another program, and the connection fails. */
#define FLAGS_NONE 0

#define ANSWER_TIMEOUT_MS 5000
#define FLUSH_SECONDS     5

/* Somebody else may change the applied connection between reading and writing it. */
#define MAX_TRIES 3

struct _ClatNmIpv4
{
  GDBusConnection *bus;
  GHashTable *changes; /* by the path of the device */
  guint n_running;
};

/* What is to be done to a device. */
typedef struct
{
  ClatNmIpv4 *owner; /* lent */
  char *device;
  char *profile;
  ClatIpv4Wish wish;
  gboolean restarts;   /* DHCPv4, whatever the wish */
  gboolean is_restart; /* that is running */
  gboolean is_running;
  gboolean is_again; /* another wish came meanwhile */
  guint n_tries;
  GCancellable *cancellable;

  GVariant *applied;
  guint64 version;
} Change;

static void run (Change *self);

static void
change_free (gpointer data)
{
  Change *self = data;

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_clear_pointer (&self->applied, g_variant_unref);
  g_free (self->device);
  g_free (self->profile);
  g_free (self);
}

static void
end (Change *self)
{
  g_clear_pointer (&self->applied, g_variant_unref);
  self->is_running = FALSE;
  self->owner->n_running--;
  if (self->is_again)
    run (self);
}

static void
fail (Change *self, const GError *error)
{
  if (++self->n_tries < MAX_TRIES)
    {
      self->is_again = TRUE;
      self->restarts |= self->is_restart;
    }
  else
    g_warning ("NetworkManager cannot %s IPv4: %s",
               self->wish == CLAT_IPV4_OFF ? "give up" : "configure", error->message);
  end (self);
}

/* NULL if the call failed or was cancelled; then self may be freed already, unless error
 * is of another kind. */
static GVariant *
finish (GObject *bus, GAsyncResult *result, GError **error)
{
  return g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, error);
}

static void
on_reapplied (GObject *bus, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = finish (bus, result, &error);
  Change *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (answer == NULL)
    fail (self, error);
  else
    end (self);
}

static void
call (Change *self, const char *path, const char *interface, const char *method,
      GVariant *arguments, const char *type, GAsyncReadyCallback callback)
{
  g_dbus_connection_call (self->owner->bus, NAME, path, interface, method, arguments,
                          type == NULL ? NULL : G_VARIANT_TYPE (type),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, ANSWER_TIMEOUT_MS,
                          self->cancellable, callback, self);
}

static void
reapply (Change *self, GVariant *connection)
{
  call (self, self->device, DEVICE_INTERFACE, "Reapply",
        g_variant_new ("(@a{sa{sv}}tu)", connection, self->version, (guint32)FLAGS_NONE),
        NULL, on_reapplied);
}

static void
restore (Change *self, GVariant *profile)
{
  g_autoptr (GVariant) with =
      g_variant_ref_sink (clat_nm_applied_with_ipv4 (self->applied, profile));
  GVariant *required =
      self->wish == CLAT_IPV4_REQUIRED ? clat_nm_applied_without_option_108 (with) : NULL;

  reapply (self, required != NULL ? required : with);
}

static void
restart (Change *self, GVariant *profile)
{
  GVariant *changed = clat_nm_applied_with_new_dhcp (self->applied, profile);

  if (changed != NULL)
    reapply (self, changed);
  else
    end (self);
}

static void
on_profile (GObject *bus, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = finish (bus, result, &error);
  g_autoptr (GVariant) profile = NULL;
  Change *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (answer == NULL)
    {
      fail (self, error);
      return;
    }

  profile = g_variant_get_child_value (answer, 0);
  if (clat_nm_applied_lacks_ipv4 (self->applied))
    restore (self, profile);
  else
    restart (self, profile);
}

static void
change (Change *self)
{
  GVariant *changed = NULL;

  if (self->is_restart
      || (self->wish != CLAT_IPV4_OFF && clat_nm_applied_lacks_ipv4 (self->applied)))
    {
      call (self, self->profile, NAME ".Settings.Connection", "GetSettings", NULL,
            "(a{sa{sv}})", on_profile);
      return;
    }

  if (self->wish == CLAT_IPV4_OFF)
    changed = clat_nm_applied_without_ipv4 (self->applied);
  else if (self->wish == CLAT_IPV4_REQUIRED)
    changed = clat_nm_applied_without_option_108 (self->applied);
  if (changed == NULL)
    end (self);
  else
    reapply (self, changed);
}

static void
on_applied (GObject *bus, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = finish (bus, result, &error);
  Change *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (answer == NULL)
    {
      /* The device is not active any more: nothing is applied to it. */
      g_debug ("%s: %s", self->device, error->message);
      end (self);
      return;
    }

  g_variant_get (answer, "(@a{sa{sv}}t)", &self->applied, &self->version);
  change (self);
}

static void
run (Change *self)
{
  self->is_again = FALSE;
  self->is_restart = self->restarts;
  self->restarts = FALSE;
  self->is_running = TRUE;
  self->owner->n_running++;
  call (self, self->device, DEVICE_INTERFACE, "GetAppliedConnection",
        g_variant_new ("(u)", 0u), "(a{sa{sv}}t)", on_applied);
}

static Change *
get_change (ClatNmIpv4 *self, const char *device)
{
  Change *change = g_hash_table_lookup (self->changes, device);

  if (change != NULL)
    return change;

  change = g_new0 (Change, 1);
  change->owner = self;
  change->device = g_strdup (device);
  change->cancellable = g_cancellable_new ();
  g_hash_table_insert (self->changes, change->device, change);
  return change;
}

static void
begin (ClatNmIpv4 *self, const char *device, const char *profile, ClatIpv4Wish wish,
       gboolean restarts)
{
  Change *change = get_change (self, device);

  g_free (change->profile);
  change->profile = g_strdup (profile);
  change->wish = wish;
  /* One that is still to come is not replaced by the wish that IPv4 is on. */
  change->restarts = restarts || (change->restarts && wish != CLAT_IPV4_OFF);
  change->n_tries = 0;
  if (change->is_running)
    change->is_again = TRUE;
  else
    run (change);
}

void
clat_nm_ipv4_set (ClatNmIpv4 *self, const char *device, const char *profile,
                  ClatIpv4Wish wish)
{
  begin (self, device, profile, wish, FALSE);
}

void
clat_nm_ipv4_restart (ClatNmIpv4 *self, const char *device, const char *profile)
{
  begin (self, device, profile, CLAT_IPV4_ON, TRUE);
}

static gboolean
on_too_late (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

void
clat_nm_ipv4_flush (ClatNmIpv4 *self)
{
  gboolean is_late = FALSE;
  guint timeout = g_timeout_add_seconds (FLUSH_SECONDS, on_too_late, &is_late);

  while (self->n_running > 0 && !is_late)
    g_main_context_iteration (NULL, TRUE);
  if (!is_late)
    g_source_remove (timeout);
}

ClatNmIpv4 *
clat_nm_ipv4_new (GDBusConnection *bus)
{
  ClatNmIpv4 *self = g_new0 (ClatNmIpv4, 1);

  self->bus = g_object_ref (bus);
  self->changes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, change_free);
  return self;
}

void
clat_nm_ipv4_free (ClatNmIpv4 *self)
{
  g_hash_table_unref (self->changes);
  g_object_unref (self->bus);
  g_free (self);
}
