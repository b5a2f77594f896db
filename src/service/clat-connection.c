/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a connection is outside of a pass: created with what a previous instance left,
 * changed by its profile and by requests, each of which has a pass follow.
 */
#include "clat-connection.h"

#include <string.h>

#include "clat-clock.h"
#include "clat-connection-pass.h"
#include "clat-host-interface.h"

struct _ClatConnection
{
  GObject parent_instance;

  ClatConnectionParts parts;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ClatConnection, clat_connection, G_TYPE_OBJECT)

static void
schedule (ClatConnection *self)
{
  clat_schedule_pass (&self->parts.schedule);
}

static void
emit_changed (gpointer data)
{
  g_signal_emit (data, signals[SIGNAL_CHANGED], 0);
}

static void
on_kernel_changed (ClatKernel *kernel, gpointer data)
{
  schedule (data);
}

static void
on_advertised (ClatKernel *kernel, gpointer advertised, gpointer data)
{
  const ClatAdvertisement *advertisement = advertised;
  ClatConnection *self = data;

  if (advertisement->ifindex == self->parts.profile->ifindex)
    clat_discovery_receive (self->parts.discovery, advertisement);
}

static gboolean
on_event (gpointer data)
{
  schedule (data);
  return G_SOURCE_REMOVE;
}

const ClatProfile *
clat_connection_get_profile (ClatConnection *self)
{
  return self->parts.profile;
}

const ClatStatus *
clat_connection_get_status (ClatConnection *self)
{
  return &self->parts.status;
}

const char *
clat_connection_get_name (ClatConnection *self)
{
  return self->parts.name;
}

void
clat_connection_withdraw (ClatConnection *self)
{
  self->parts.is_withdrawn = TRUE;
  /* The service may be about to end: it must be tried now. */
  clat_retry_forget (self->parts.retry);
  clat_connection_run_pass (&self->parts);
}

void
clat_connection_refresh (ClatConnection *self)
{
  clat_retry_forget (self->parts.retry);
  clat_discovery_refresh (self->parts.discovery);
  clat_connection_forget_plat (&self->parts);
  schedule (self);
}

void
clat_connection_reconfigure (ClatConnection *self, const ClatConfig *before)
{
  clat_retry_forget (self->parts.retry);
  clat_discovery_reconfigure (self->parts.discovery, before);
  schedule (self);
}

void
clat_connection_resume (ClatConnection *self)
{
  self->parts.is_withdrawn = FALSE;
  self->parts.sharing.shares = FALSE;
  clat_connection_refresh (self);
}

/* What DNS servers said before may have been a captive portal's. */
static void
follow_online (ClatConnection *self, const ClatProfile *profile)
{
  ClatDnsStatus status = clat_discovery_get_dns_status (self->parts.discovery);

  if (profile->is_online && !self->parts.profile->is_online
      && status != CLAT_DNS_STATUS_FOUND && status != CLAT_DNS_STATUS_UNKNOWN)
    clat_discovery_refresh_dns (self->parts.discovery);
}

void
clat_connection_set_profile (ClatConnection *self, ClatProfile *profile)
{
  gboolean connects = profile->is_connected && !self->parts.profile->is_connected;
  gboolean ends = !profile->is_connected && self->parts.profile->is_connected;
  char name[IFNAMSIZ];

  /* A NetworkManager that has just started does not know the existing routes yet. */
  if (!profile->has_metric && self->parts.profile->has_metric)
    {
      profile->has_metric = TRUE;
      profile->metric = self->parts.profile->metric;
    }

  if (clat_profile_equal (self->parts.profile, profile))
    {
      clat_profile_free (profile);
      return;
    }

  /* The interface was renamed: the namespace with the old name is removed first. */
  clat_host_interface_name (name, profile->interface, profile->ifindex);
  if (!g_str_equal (name, self->parts.name))
    {
      clat_connection_withdraw (self);
      g_strlcpy (self->parts.name, name, sizeof self->parts.name);
      self->parts.is_withdrawn = FALSE;
    }

  /* NetworkManager has restarted. */
  if (!g_str_equal (self->parts.profile->active_path, profile->active_path))
    clat_ipv4_switch_forget (self->parts.ipv4_switch);

  follow_online (self, profile);
  clat_profile_free (self->parts.profile);
  self->parts.profile = profile;
  clat_discovery_set_profile (self->parts.discovery, profile);
  if (connects)
    clat_connection_resume (self);
  /* At once: the next connection of the interface may be waiting, and has the same name.
   */
  if (ends)
    clat_connection_run_pass (&self->parts);
  else
    schedule (self);
  emit_changed (self);
}

gboolean
clat_connection_read_counters (ClatConnection *self,
                               struct clat_counters counters[CLAT_N_DIRECTIONS],
                               GError **error)
{
  if (!self->parts.actual.has_datapath)
    {
      memset (counters, 0, CLAT_N_DIRECTIONS * sizeof *counters);
      return TRUE;
    }
  return clat_kernel_read_counters (self->parts.common->kernel, self->parts.name,
                                    counters, error);
}

/* The translator of a previous instance stays as it is until the network has had time to
 * confirm its prefix, so that established connections survive. */
static void
adopt (ClatConnection *self)
{
  ClatPref64Record record;

  clat_kernel_inspect (self->parts.common->kernel, self->parts.name, &self->parts.actual);
  self->parts.sharing.shares = self->parts.actual.uplink == CLAT_UPLINK_SHARED;
  self->parts.sharing.since = self->parts.carriers;
  if (!clat_connection_pairs_adopt (&self->parts.pairs, &self->parts.actual))
    return;

  record = clat_pref64_store_read (self->parts.common->kernel, self->parts.name,
                                   self->parts.carriers);
  clat_discovery_adopt (self->parts.discovery, &self->parts.pairs.list, &record,
                        clat_clock_now ());
  g_message ("%s (%s): taking over the translator of a previous instance",
             self->parts.profile->id, self->parts.profile->interface);
}

static void
clat_connection_finalize (GObject *object)
{
  ClatConnection *self = CLAT_CONNECTION (object);

  clat_schedule_clear (&self->parts.schedule);
  g_clear_pointer (&self->parts.retry, clat_retry_free);
  clat_connection_pairs_clear (&self->parts.pairs);
  g_clear_pointer (&self->parts.plat_text, g_free);
  clat_status_clear (&self->parts.status);
  g_clear_pointer (&self->parts.ipv4_switch, clat_ipv4_switch_free);
  g_clear_pointer (&self->parts.discovery, clat_discovery_free);
  g_clear_pointer (&self->parts.profile, clat_profile_free);
  G_OBJECT_CLASS (clat_connection_parent_class)->finalize (object);
}

static void
clat_connection_class_init (ClatConnectionClass *class)
{
  G_OBJECT_CLASS (class)->finalize = clat_connection_finalize;
  signals[SIGNAL_CHANGED] =
      g_signal_new ("changed", CLAT_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 0);
}

static void
clat_connection_init (ClatConnection *self)
{
  self->parts.changed = emit_changed;
  self->parts.data = self;
  clat_schedule_init (&self->parts.schedule, clat_connection_run_pass, &self->parts);
}

ClatConnection *
clat_connection_new (const ClatCommon *common, ClatProfile *profile)
{
  ClatConnection *self = g_object_new (CLAT_TYPE_CONNECTION, NULL);

  self->parts.common = common;
  self->parts.pairs =
      (ClatConnectionPairs){.kernel = common->kernel, .pool = common->pool};
  self->parts.profile = profile;
  self->parts.discovery =
      clat_discovery_new (common->kernel, common->config, on_event, self);
  self->parts.ipv4_switch =
      clat_ipv4_switch_new (common->kernel, common->config, common->network_manager,
                            common->without_nat64, on_event, self);
  self->parts.retry = clat_retry_new (on_event, self);
  clat_host_interface_name (self->parts.name, profile->interface, profile->ifindex);
  self->parts.carriers = clat_connection_begin_pass (&self->parts).link.carriers;
  g_signal_connect_object (common->kernel, "changed", G_CALLBACK (on_kernel_changed),
                           self, 0);
  g_signal_connect_object (common->kernel, "advertised", G_CALLBACK (on_advertised), self,
                           0);

  clat_connection_mark_kernel_stale (&self->parts);
  clat_discovery_set_profile (self->parts.discovery, profile);
  clat_discovery_refresh (self->parts.discovery);
  adopt (self);
  clat_connection_run_pass (&self->parts);
  return self;
}
