/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What NetworkManager is made to do: its defaults, and IPv4 of active connections. */
#include "clat-nm-control.h"

#include <stdio.h>

#include "clat-nm-device.h"
#include "clat-nm-drop-in.h"
#include "clat-nm-ipv4.h"

struct _ClatNmControl
{
  NMClient *client;
  ClatNmControlFunc function;
  gpointer data;

  ClatNmDropIn *drop_in;
  ClatNmIpv4 *ipv4;
  /* Names of interfaces. */
  GHashTable *waiting;  /* to be given up when the defaults are loaded */
  GHashTable *given_up; /* whose address has not been seen to vanish yet */
  GHashTable *ending;   /* whose CLAT has to end, as soon as it is seen */
  GHashTable *restarts; /* where DHCPv4 is about to start again */
};

static gboolean
is_at_least (NMClient *client, unsigned int wanted)
{
  const char *version = nm_client_get_version (client);
  unsigned int major, minor;

  /* NOLINTNEXTLINE(cert-err34-c): a version has no number that is too long. */
  return version != NULL && sscanf (version, "%u.%u", &major, &minor) == 2
         && (major > 1 || minor >= wanted);
}

/* An older one rejects a setting that it does not know. */
static gboolean
knows_option_108 (NMClient *client)
{
  return is_at_least (client, 52);
}

static gboolean
has_clat (NMClient *client)
{
  return is_at_least (client, 58);
}

static void
note_restart (ClatNmControl *self, const char *interface)
{
  g_hash_table_add (self->restarts, g_strdup (interface));
}

static void
restart_dhcp (ClatNmControl *self, NMDevice *device)
{
  NMActiveConnection *active = nm_device_get_active_connection (device);
  NMRemoteConnection *profile =
      active == NULL ? NULL : nm_active_connection_get_connection (active);

  if (profile != NULL)
    clat_nm_ipv4_restart (self->ipv4, nm_object_get_path (NM_OBJECT (device)),
                          nm_connection_get_path (NM_CONNECTION (profile)));
}

/* Once on each interface, whatever the reasons: a restart ends what the one before has
 * begun, DHCPv4 and NetworkManager's own CLAT. */
static void
restart_noted (ClatNmControl *self)
{
  GHashTableIter iterator;
  gpointer interface;

  g_hash_table_iter_init (&iterator, self->restarts);
  while (g_hash_table_iter_next (&iterator, &interface, NULL))
    {
      NMDevice *device = clat_nm_device_find (self->client, interface);

      if (device != NULL)
        restart_dhcp (self, device);
    }
  g_hash_table_remove_all (self->restarts);
}

/* IPv4 is given up by DHCPv4 that asks for option 108. */
static void
give_up (ClatNmControl *self, const char *interface)
{
  g_hash_table_add (self->given_up, g_strdup (interface));
  note_restart (self, interface);
}

/* DHCPv4 does not ask any more: it starts again where it may be waiting. With it starts
 * NetworkManager's own CLAT, if it may be used again; one that is about to end may still
 * have its address. */
static void
take_back (ClatNmControl *self, const char *interface)
{
  NMDevice *device = clat_nm_device_find (self->client, interface);
  /* What is given up now may still have its address. */
  gboolean is_given_up = g_hash_table_remove (self->given_up, interface);

  if (device != NULL && (is_given_up || !clat_nm_device_has_native_ipv4 (device)))
    note_restart (self, interface);
}

/* NetworkManager's own CLAT may just have come up, and not be known here yet. */
static void
end_clat (ClatNmControl *self, const char *interface)
{
  g_hash_table_add (self->ending, g_strdup (interface));
}

static void
end_clats (ClatNmControl *self)
{
  GHashTableIter iterator;
  gpointer interface;

  g_hash_table_iter_init (&iterator, self->ending);
  while (g_hash_table_iter_next (&iterator, &interface, NULL))
    {
      NMDevice *device = clat_nm_device_find (self->client, interface);

      if (device == NULL || !clat_nm_device_has_clat (device))
        continue;
      note_restart (self, interface);
      g_hash_table_iter_remove (&iterator);
    }
}

typedef void (*InterfaceFunc) (ClatNmControl *self, const char *interface);

/* For the interfaces of one set that are not in the other, which may be NULL. */
static void
call_for_each (ClatNmControl *self, GHashTable *set, GHashTable *other,
               InterfaceFunc function)
{
  GHashTableIter iterator;
  gpointer interface;

  g_hash_table_iter_init (&iterator, set);
  while (g_hash_table_iter_next (&iterator, &interface, NULL))
    if (other == NULL || !g_hash_table_contains (other, interface))
      function (self, interface);
}

static void
on_defaults_loaded (const ClatNetworkDefaults *before, const ClatNetworkDefaults *now,
                    gpointer data)
{
  ClatNmControl *self = data;

  call_for_each (self, before->option_108, now->option_108, take_back);
  call_for_each (self, before->without_clat, now->without_clat, take_back);
  call_for_each (self, now->without_clat, before->without_clat, end_clat);
  call_for_each (self, self->waiting, NULL, give_up);
  g_hash_table_remove_all (self->waiting);
  end_clats (self);
  restart_noted (self);
  self->function (self->data);
}

static NMActiveConnection *
find_active (ClatNmControl *self, const char *path)
{
  const GPtrArray *actives = nm_client_get_active_connections (self->client);

  for (guint i = 0; i < actives->len; i++)
    if (g_strcmp0 (nm_object_get_path (actives->pdata[i]), path) == 0)
      return actives->pdata[i];
  return NULL;
}

gboolean
clat_nm_control_asks_option_108 (ClatNmControl *self, NMDevice *device)
{
  return clat_nm_drop_in_asks (self->drop_in, nm_device_get_iface (device));
}

static void
give_up_when_loaded (ClatNmControl *self, const char *interface)
{
  if (clat_nm_drop_in_is_loading (self->drop_in))
    {
      g_hash_table_add (self->waiting, g_strdup (interface));
      return;
    }
  give_up (self, interface);
  restart_noted (self);
}

void
clat_nm_control_set_ipv4 (ClatNmControl *self, const char *active_path, ClatIpv4Wish wish)
{
  NMActiveConnection *active = find_active (self, active_path);
  NMRemoteConnection *profile =
      active == NULL ? NULL : nm_active_connection_get_connection (active);
  const GPtrArray *devices =
      active == NULL ? NULL : nm_active_connection_get_devices (active);

  if (profile == NULL || devices->len == 0)
    return;

  if (wish == CLAT_IPV4_OFF && clat_nm_control_asks_option_108 (self, devices->pdata[0]))
    give_up_when_loaded (self, nm_device_get_iface (devices->pdata[0]));
  else
    clat_nm_ipv4_set (self->ipv4, nm_object_get_path (devices->pdata[0]),
                      nm_connection_get_path (NM_CONNECTION (profile)),
                      wish == CLAT_IPV4_REQUIRED && !knows_option_108 (self->client)
                          ? CLAT_IPV4_ON
                          : wish);
}

gboolean
clat_nm_control_has_defaults (ClatNmControl *self)
{
  return knows_option_108 (self->client);
}

gboolean
clat_nm_control_has_clat (ClatNmControl *self)
{
  return has_clat (self->client);
}

static gboolean
lacks_ipv4 (gpointer interface, gpointer value, gpointer data)
{
  ClatNmControl *self = data;
  NMDevice *device = clat_nm_device_find (self->client, interface);

  return device == NULL || !clat_nm_device_has_native_ipv4 (device);
}

static gboolean
is_missing (gpointer interface, gpointer value, gpointer set)
{
  return !g_hash_table_contains (set, interface);
}

static void
add_all (GHashTable *set, GHashTable *others)
{
  GHashTableIter iterator;
  gpointer interface;

  g_hash_table_iter_init (&iterator, others);
  while (g_hash_table_iter_next (&iterator, &interface, NULL))
    clat_network_defaults_add (set, interface);
}

void
clat_nm_control_set_defaults (ClatNmControl *self, const ClatNetworkDefaults *defaults)
{
  g_autoptr (ClatNetworkDefaults) known = clat_network_defaults_new ();

  g_hash_table_foreach_remove (self->given_up, lacks_ipv4, self);
  if (knows_option_108 (self->client))
    add_all (known->option_108, defaults->option_108);
  if (has_clat (self->client))
    add_all (known->without_clat, defaults->without_clat);
  g_hash_table_foreach_remove (self->ending, is_missing, known->without_clat);
  clat_nm_drop_in_set (self->drop_in, known);
  if (clat_nm_drop_in_is_loading (self->drop_in))
    return;
  end_clats (self);
  restart_noted (self);
}

void
clat_nm_control_flush (ClatNmControl *self)
{
  clat_nm_drop_in_flush (self->drop_in);
  clat_nm_ipv4_flush (self->ipv4);
}

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

ClatNmControl *
clat_nm_control_new (NMClient *client, ClatNmControlFunc function, gpointer data)
{
  GDBusConnection *bus = nm_client_get_dbus_connection (client);
  ClatNmControl *self = g_new0 (ClatNmControl, 1);

  self->client = g_object_ref (client);
  self->function = function;
  self->data = data;
  self->drop_in = clat_nm_drop_in_new (bus, on_defaults_loaded, self);
  self->ipv4 = clat_nm_ipv4_new (bus);
  self->waiting = new_set ();
  self->given_up = new_set ();
  self->ending = new_set ();
  self->restarts = new_set ();
  return self;
}

void
clat_nm_control_free (ClatNmControl *self)
{
  clat_nm_drop_in_free (self->drop_in);
  clat_nm_ipv4_free (self->ipv4);
  g_hash_table_unref (self->waiting);
  g_hash_table_unref (self->given_up);
  g_hash_table_unref (self->ending);
  g_hash_table_unref (self->restarts);
  g_object_unref (self->client);
  g_free (self);
}
