/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What NetworkManager does while the service runs where a profile says nothing. */
#include "clat-defaults.h"

#include <linux/rtnetlink.h>

#include "clat-option-108.h"
#include "clat-replacement.h"

/* The probe of the kernel waits this long for a translator that is about to be set up: it
 * would delay the first IPv4, and is not needed afterwards. */
#define PROBE_DELAY_MS 1000

/* A host that cannot translate does not ask for option 108 (RFC 8925, 3.2), and leaves
 * the connections to NetworkManager's own CLAT. */
static gboolean
can_translate (ClatDefaults *self)
{
  g_autoptr (GError) error = NULL;
  ClatFeatures features;

  if (self->is_probed)
    return self->can_translate;

  self->is_probed = TRUE;
  self->can_translate = clat_kernel_probe (self->kernel, &features, &error)
                        && clat_features_suffice (&features);
  if (!self->can_translate)
    g_message ("the defaults of NetworkManager stay as they are: %s",
               error == NULL ? clat_features_explain (&features) : error->message);
  return self->can_translate;
}

static gboolean
suits_link (ClatDefaults *self, int ifindex)
{
  ClatHostLink link;

  return clat_kernel_get_link (self->kernel, ifindex, RT_TABLE_MAIN, &link)
         && link.kind != CLAT_LINK_KIND_UNSUPPORTED && *link.other_clat == '\0';
}

static void
add (ClatDefaults *self, const ClatNetworkDevice *device, ClatNetworkDefaults *defaults)
{
  gboolean asks = clat_option_108_suits_all (device->profiles, self->config);
  gboolean replaces = clat_replacement_is_wanted (device->profiles, self->config);

  if (!(asks || replaces) || !suits_link (self, device->ifindex) || !can_translate (self))
    return;
  if (asks)
    clat_network_defaults_add (defaults->option_108, device->interface);
  if (replaces)
    clat_network_defaults_add (defaults->without_clat, device->interface);
}

static void
set (ClatDefaults *self, ClatNetworkDefaults *defaults)
{
  g_clear_pointer (&self->set, clat_network_defaults_free);
  self->set = defaults;
  clat_network_manager_set_defaults (self->network_manager, defaults);
}

static gboolean
is_gone (gpointer interface, gpointer ifindex, gpointer data)
{
  ClatDefaults *self = data;
  ClatHostLink link;

  return !clat_kernel_get_link (self->kernel, GPOINTER_TO_INT (ifindex), RT_TABLE_MAIN,
                                &link);
}

static void
keep_set (ClatDefaults *self, GHashTable *set, GHashTable *before, GHashTable *judged)
{
  GHashTableIter iterator;
  gpointer interface;

  g_hash_table_iter_init (&iterator, before);
  while (g_hash_table_iter_next (&iterator, &interface, NULL))
    if (!g_hash_table_contains (judged, interface)
        && g_hash_table_contains (self->links, interface))
      clat_network_defaults_add (set, interface);
}

/* A NetworkManager that exits or starts does not show all devices and profiles: what was
 * set for the others stays while their interfaces exist. */
static void
keep (ClatDefaults *self, ClatNetworkDefaults *defaults, GHashTable *judged)
{
  g_hash_table_foreach_remove (self->links, is_gone, self);
  if (self->set == NULL)
    return;
  keep_set (self, defaults->option_108, self->set->option_108, judged);
  keep_set (self, defaults->without_clat, self->set->without_clat, judged);
}

static ClatState
get_state (ClatConnection *connection)
{
  return clat_connection_get_status (connection)->verdict.state;
}

/* A connection that is being activated may be about to ask for a lease, which does not
 * wait. */
static gboolean
is_about_to_translate (ClatConnection *connection)
{
  ClatState state = get_state (connection);

  return (state == CLAT_STATE_SEARCHING || state == CLAT_STATE_PREPARING)
         && clat_connection_get_profile (connection)->is_settled;
}

/* What works needs no probe. */
static void
note_translators (ClatDefaults *self)
{
  for (guint i = 0; i < self->connections->len; i++)
    if (get_state (self->connections->pdata[i]) == CLAT_STATE_ACTIVE)
      self->is_probed = self->can_translate = TRUE;
}

static gboolean
on_waited (gpointer data)
{
  ClatDefaults *self = data;

  self->waiting = 0;
  self->has_waited = TRUE;
  return self->function (self->data);
}

/* A CLAT of NetworkManager's own that may start has to be turned off at once. */
static gboolean
should_wait (ClatDefaults *self, const ClatNetworkSnapshot *snapshot)
{
  if (self->is_probed || self->has_waited || snapshot->has_clat)
    return FALSE;
  for (guint i = 0; i < self->connections->len; i++)
    if (is_about_to_translate (self->connections->pdata[i]))
      return TRUE;
  return FALSE;
}

void
clat_defaults_follow (ClatDefaults *self, const ClatNetworkSnapshot *snapshot)
{
  g_autoptr (GHashTable) judged = g_hash_table_new (g_str_hash, g_str_equal);
  ClatNetworkDefaults *defaults;

  if (!snapshot->has_defaults)
    return;

  note_translators (self);
  if (should_wait (self, snapshot))
    {
      if (self->waiting == 0)
        self->waiting = g_timeout_add (PROBE_DELAY_MS, on_waited, self);
      return;
    }

  defaults = clat_network_defaults_new ();
  for (guint i = 0; i < snapshot->devices->len; i++)
    {
      ClatNetworkDevice *device = snapshot->devices->pdata[i];

      if (device->profiles->len == 0)
        continue;
      add (self, device, defaults);
      g_hash_table_add (judged, device->interface);
      g_hash_table_replace (self->links, g_strdup (device->interface),
                            GINT_TO_POINTER (device->ifindex));
    }
  keep (self, defaults, judged);
  set (self, defaults);
}

void
clat_defaults_withdraw (ClatDefaults *self)
{
  g_clear_handle_id (&self->waiting, g_source_remove);
  set (self, clat_network_defaults_new ());
}

void
clat_defaults_init (ClatDefaults *self, ClatKernel *kernel, const ClatConfig *config,
                    ClatNetworkManager *network_manager, const GPtrArray *connections,
                    GSourceFunc function, gpointer data)
{
  *self = (ClatDefaults){
      .kernel = kernel,
      .config = config,
      .network_manager = network_manager,
      .connections = connections,
      .function = function,
      .data = data,
      .links = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
  };
}

void
clat_defaults_clear (ClatDefaults *self)
{
  g_clear_handle_id (&self->waiting, g_source_remove);
  g_clear_pointer (&self->links, g_hash_table_unref);
  g_clear_pointer (&self->set, clat_network_defaults_free);
}
