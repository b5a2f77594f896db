/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One connection: gathers its situation, has the rules judge it, and has the kernel
 * brought to what is wanted. There is one reaction to every event: a pass over all of it.
 */
#include "clat-connection.h"

#include <string.h>

#include "clat-address-wait.h"
#include "clat-clock.h"
#include "clat-connection-pairs.h"
#include "clat-discovery.h"
#include "clat-drain.h"
#include "clat-host-interface.h"
#include "clat-ipv4-switch.h"
#include "clat-plat-monitor.h"
#include "clat-pref64-store.h"
#include "clat-retry.h"
#include "clat-route-metric.h"
#include "clat-schedule.h"
#include "clat-sharing.h"

struct _ClatConnection
{
  GObject parent_instance;

  const ClatCommon *common;
  ClatProfile *profile;
  char name[IFNAMSIZ];
  ClatDiscovery *discovery;
  ClatIpv4Switch *ipv4_switch;
  guint carriers; /* as of the last pass */
  gboolean is_withdrawn;

  ClatConnectionPairs pairs;
  ClatDrain drain;

  ClatPlatMonitor plat;
  char *plat_text; /* of an unreachable NAT64, else NULL */

  ClatRetry *retry;
  gint64 waiting_since; /* for an address or a route; 0: not waiting */
  ClatSharing sharing;

  ClatActual actual;
  gboolean is_clean; /* the kernel is known to have nothing of ours */
  ClatPref64Store store;
  ClatStatus status;

  ClatSchedule schedule;
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
  clat_schedule_pass (&self->schedule);
}

/* The prefix in use, NULL if none is known. */
static const ClatPref64 *
get_pref64 (ClatConnection *self)
{
  return clat_pref64_table_get_best (clat_discovery_get_table (self->discovery));
}

static ClatAddressWait
get_wait (ClatConnection *self, const ClatHostLink *link)
{
  return (ClatAddressWait){
      .slaac = link->slaac,
      .waiting_since = self->waiting_since,
      .routers_solicited = clat_discovery_get_solicited (self->discovery),
  };
}

/* The connection's interface and the time, as one pass of reconciling sees them. */
typedef struct
{
  gint64 now;
  gboolean has_link;
  ClatHostLink link;
  ClatAddressWait wait;
  gboolean has_ipv4_to_give; /* as far as this pass knows */
  gboolean ends_connections;
} Pass;

/* Whether packets pass: a default route leads to the translator, or with never-default
 * the route of its own table. */
static gboolean
is_complete (ClatConnection *self)
{
  return self->profile->never_default ? self->actual.n_routes > 0
                                      : clat_actual_has_route (&self->actual);
}

/* On Ethernet packets need a next hop, on other links the interface is enough. */
static gboolean
lacks_router (ClatConnection *self, const Pass *pass)
{
  return pass->link.kind == CLAT_LINK_KIND_ETHERNET
         && IN6_IS_ADDR_UNSPECIFIED (&pass->link.static_ipv6.gateway)
         && !clat_discovery_has_default_router (self->discovery, pass->now);
}

static ClatSituation
get_situation (ClatConnection *self, const Pass *pass)
{
  const ClatHostLink *link = &pass->link;

  return (ClatSituation){
      .mode = clat_profile_get_mode (self->profile, self->common->config),
      .is_ipv4_clat_no = self->profile->is_ipv4_clat_no,
      .ipv6_mostly =
          clat_profile_follows_option_108 (self->profile, self->common->config),
      .is_connected =
          self->profile->is_connected && !self->is_withdrawn && pass->has_link,
      .is_settled = self->profile->is_settled,
      .has_router = clat_discovery_has_router (self->discovery),
      .is_supported = link->kind != CLAT_LINK_KIND_UNSUPPORTED,
      .has_native_ipv4 = link->has_native_ipv4,
      .lease_end = clat_ipv4_switch_get_lease_end (self->ipv4_switch),
      .is_delegated = link->is_delegated,
      .other_clat = *link->other_clat == '\0' ? NULL : link->other_clat,
      .delegated_ipv4 = link->delegated_ipv4,
      .delegated_ipv6 = self->profile->delegated_ipv6,
      .delegated_prefix = self->profile->delegated_prefix,
      .pref64 = get_pref64 (self),
      .dns = clat_discovery_get_dns_status (self->discovery),
      .has_ipv4_to_give = pass->has_ipv4_to_give,
      .addressing = self->actual.addressing,
      .lacks_router = lacks_router (self, pass),
      .is_draining = self->drain.until != 0,
      .is_overdue = clat_address_wait_is_overdue (&pass->wait, pass->now),
      .is_complete = is_complete (self),
      .is_shared = self->actual.uplink == CLAT_UPLINK_SHARED,
      .is_never_default = self->profile->never_default,
      .is_limited = self->actual.slow == CLAT_SLOW_PATH_BROKEN,
      .plat_fault = self->plat_text,
      .fault = clat_retry_get_fault (self->retry),
      .retry_pause = clat_retry_get_pause (self->retry),
  };
}

static const ClatAddressSetting *
get_address_setting (ClatConnection *self)
{
  const ClatProfile *profile = self->profile;

  return profile->has_address
             ? &profile->address
             : clat_config_find_address (self->common->config, profile->interface,
                                         profile->uuid, profile->id);
}

static void
forget_plat (ClatConnection *self)
{
  clat_plat_monitor_forget (&self->plat, self->common->kernel, self->name);
}

/* Also as found out earlier. */
static gboolean
is_filtered (ClatConnection *self)
{
  const ClatPref64 *pref64 = get_pref64 (self);
  ClatRememberedNetworks *networks = self->common->filtered;

  if (pref64 == NULL)
    return FALSE;
  if (self->plat.is_filtered && self->actual.address == CLAT_ADDRESS_OWN)
    clat_remembered_networks_add (networks, self->profile->uuid, &pref64->router,
                                  &pref64->prefix);
  return clat_remembered_networks_contain (networks, self->profile->uuid, &pref64->router,
                                           &pref64->prefix);
}

static ClatAddressNeed
get_address_need (ClatConnection *self, const Pass *pass, ClatGoal goal)
{
  return (ClatAddressNeed){
      .choice = get_address_setting (self)->choice,
      .is_wanted = goal == CLAT_GOAL_TRANSLATOR,
      .has_static_prefix = pass->link.static_ipv6.n_addresses > 0,
      .lacks_slaac = clat_address_wait_lacks_slaac (&pass->wait, pass->now),
      .is_overdue = clat_address_wait_is_overdue (&pass->wait, pass->now),
      .is_filtered = is_filtered (self),
      .addressing = self->actual.addressing,
  };
}

static void
update_sharing (ClatConnection *self, const Pass *pass, ClatGoal goal)
{
  ClatAddressNeed need = get_address_need (self, pass, goal);

  if (!clat_sharing_update (&self->sharing, &pass->link, &need, pass->now))
    return;
  forget_plat (self);
  g_message ("%s (%s): the network %s: sharing that of the host", self->profile->id,
             self->profile->interface,
             need.is_filtered
                 ? "passes nothing of an IPv6 address of the translator's own"
                 : "gives the translator no IPv6 address");
}

static ClatWanted
get_wanted (ClatConnection *self, const Pass *pass, ClatGoal goal)
{
  const ClatHostLink *link = &pass->link;
  const ClatPref64 *pref64 = get_pref64 (self);
  ClatWanted wanted = {
      .translator = TRUE,
      .ends_connections = pass->ends_connections,
      .parent = self->profile->ifindex,
      .parent_mtu = link->mtu,
      .lower = link->lower,
      .redirects = link->kind != CLAT_LINK_KIND_ETHERNET,
      /* An access point drops frames whose source is not an associated station. */
      .keeps_mac = self->profile->is_wifi,
      .static_ipv6 = link->static_ipv6,
      .lacks_slaac = clat_address_wait_lacks_slaac (&pass->wait, pass->now),
      .settings = self->common->config->settings,
      .vrf = link->vrf,
      .table = link->vrf != 0 ? link->vrf_table : self->profile->table,
      .metric = clat_route_metric_choose (self->profile->metric, link->has_native_ipv4,
                                          link->native_metric),
      .penalty = self->plat.verdict.state == CLAT_PLAT_UNREACHABLE
                     ? CLAT_ROUTE_METRIC_PENALTY
                     : 0,
      .drains = goal == CLAT_GOAL_DRAIN,
      .never_default = self->profile->never_default,
  };

  if (goal == CLAT_GOAL_NOTHING)
    return (ClatWanted){.ends_connections = pass->ends_connections};

  g_strlcpy (wanted.name, self->name, sizeof wanted.name);
  clat_secret_derive (self->common->secret, self->profile->uuid, wanted.identifier);
  clat_sharing_choose_address (&self->sharing, get_address_setting (self), link, &wanted);
  if (goal == CLAT_GOAL_PREPARATION)
    return wanted;

  wanted.prefix = pref64->prefix;
  wanted.router = pref64->router;
  wanted.n_announced =
      clat_pref64_table_get_networks (clat_discovery_get_table (self->discovery),
                                      &pref64->router, pass->now, wanted.announced);
  wanted.only_announced =
      wanted.n_announced > 0 && clat_discovery_is_renewed (self->discovery, pass->now);
  wanted.n_pairs = self->pairs.list.count;
  wanted.ipv4_gateway = clat_connection_pairs_get_gateway (&self->pairs);
  memcpy (wanted.pairs, self->pairs.list.pairs, sizeof wanted.pairs);
  memcpy (wanted.next_hops, self->pairs.list.next_hops, sizeof wanted.next_hops);
  return wanted;
}

/* A fault in what is only prepared does not concern the user yet. */
static void
note_fault (ClatConnection *self, ClatGoal goal, GError *error)
{
  self->actual = (ClatActual){0};
  clat_retry_begin (self->retry, goal, error);
  g_log (G_LOG_DOMAIN,
         goal == CLAT_GOAL_PREPARATION ? G_LOG_LEVEL_DEBUG : G_LOG_LEVEL_WARNING,
         "%s (%s): %s; next try after %u s", self->profile->id, self->profile->interface,
         error->message, clat_retry_get_pause (self->retry));
}

static void
apply (ClatConnection *self, ClatGoal goal, const ClatWanted *wanted)
{
  GError *error = NULL;
  gboolean applied =
      clat_kernel_apply (self->common->kernel, self->name, wanted, &self->actual, &error);

  self->is_clean = applied && !self->actual.has_namespace;
  if (!applied)
    note_fault (self, goal, error);
  else if (!wanted->translator || wanted->prefix.length == 0 || wanted->drains
           || is_complete (self))
    clat_retry_forget (self->retry);
}

/* Applies as much of the goal as the kernel allows now. Which IPv6 address the uplink has
 * becomes known by applying, and may change the pairs: then it is applied again. */
static void
pursue (ClatConnection *self, const Pass *pass, ClatGoal goal)
{
  ClatWanted wanted = get_wanted (self, pass, goal);

  /* A goal that failed is not tried again before the pause is over; another goal is tried
   * at once. */
  if (clat_retry_has_failed (self->retry, goal))
    return;
  if (clat_retry_get_fault (self->retry) != NULL)
    clat_retry_forget (self->retry);

  /* The kernel need not be read again. */
  if (!wanted.translator && self->is_clean)
    return;

  apply (self, goal, &wanted);
  if (clat_retry_get_fault (self->retry) == NULL
      && clat_connection_pairs_follow (&self->pairs, &self->actual,
                                       clat_discovery_get_table (self->discovery)))
    {
      wanted = get_wanted (self, pass, goal);
      apply (self, goal, &wanted);
    }
}

static void
note_waiting (ClatConnection *self, gboolean wants, gint64 now)
{
  gboolean waits = wants && clat_retry_get_fault (self->retry) == NULL
                   && self->actual.addressing != CLAT_ADDRESSING_READY;

  if (!waits)
    self->waiting_since = 0;
  else if (self->waiting_since == 0)
    self->waiting_since = now;
}

/* The time of the next pass if no event comes before. */
static void
set_alarm (ClatConnection *self, const Pass *pass)
{
  gint64 now = pass->now;
  gint64 next =
      clat_pref64_table_get_next_expiry (clat_discovery_get_table (self->discovery), now);

  if (self->pairs.check != 0)
    next = MIN (next, self->pairs.check);
  next = MIN (next, clat_drain_get_next (&self->drain, now));
  next = MIN (next, clat_address_wait_get_next (&pass->wait, now));
  next = MIN (next, self->plat.next);
  next = MIN (next, clat_ipv4_switch_get_next (self->ipv4_switch));
  next = MIN (next, clat_shared_addresses_get_next (&self->sharing.addresses));
  clat_schedule_set_alarm (&self->schedule, next);
}

static void
log_state (ClatConnection *self, const ClatStatus *status)
{
  gboolean was_unreachable = self->status.plat.state == CLAT_PLAT_UNREACHABLE;

  if (self->status.text != NULL && status->verdict.state == self->status.verdict.state
      && was_unreachable == (status->plat.state == CLAT_PLAT_UNREACHABLE)
      && status->verdict.reason == self->status.verdict.reason)
    return;
  g_message ("%s (%s): %s: %s", self->profile->id, self->profile->interface,
             clat_state_to_string (status->verdict.state), status->text);
}

/* The one place where the status is written. */
static void
set_status (ClatConnection *self, ClatStatus status)
{
  if (self->status.text != NULL && clat_status_equal (&self->status, &status))
    {
      clat_status_clear (&status);
      return;
    }

  log_state (self, &status);
  if (status.verdict.state == CLAT_STATE_ACTIVE
      && self->status.verdict.state != CLAT_STATE_ACTIVE)
    clat_network_manager_check_connectivity (self->common->network_manager);
  clat_status_clear (&self->status);
  self->status = status;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static ClatStatus
describe (ClatConnection *self, const ClatSituation *situation, gint64 now)
{
  return clat_status_describe (situation, &self->actual, &self->pairs.list, self->name,
                               &self->plat.verdict, &self->status, now);
}

/* Whether a NAT64 prefix is the only thing that is missing, for a CLAT in the place of
 * native IPv4, too, if that may be given up. */
static gboolean
lacks_only_prefix (ClatConnection *self, ClatSituation situation)
{
  situation.pref64 = NULL;
  if (clat_ipv4_switch_is_allowed (self->ipv4_switch))
    situation.has_native_ipv4 = FALSE;
  return clat_situation_judge (&situation).reason == CLAT_REASON_NO_NAT64;
}

/* Without a link nothing is wanted, whatever the rest of the situation. */
static Pass
begin_pass (ClatConnection *self)
{
  Pass pass = {
      .now = clat_clock_now (),
      .link = {.kind = CLAT_LINK_KIND_ETHERNET},
      .has_ipv4_to_give = TRUE,
  };

  pass.has_link = clat_kernel_get_link (self->common->kernel, self->profile->ifindex,
                                        self->profile->table, &pass.link);
  return pass;
}

/* Setting up is shown on D-Bus before it begins: it may be complete within this pass. */
static void
show_preparing (ClatConnection *self, const ClatSituation *situation, gint64 now)
{
  if (clat_situation_judge (situation).state == CLAT_STATE_PREPARING
      && !situation->is_complete && self->status.verdict.state != CLAT_STATE_FAILED)
    set_status (self, describe (self, situation, now));
}

/* The translator as it was read last is judged before it is decided what is wanted. New
 * programs are judged in the pass that their notification starts. */
static void
follow_plat (ClatConnection *self, gint64 now)
{
  clat_plat_monitor_update (&self->plat, self->common->kernel, self->name, &self->actual,
                            clat_shared_addresses_get_current (&self->sharing.addresses),
                            self->common->config->plat_target, now);
  g_clear_pointer (&self->plat_text, g_free);
  if (self->plat.verdict.state == CLAT_PLAT_UNREACHABLE)
    self->plat_text = clat_plat_explain (&self->plat.verdict);
}

/* Earlier advertisements on the link may have been those of another network. */
static void
mark_kernel_stale (ClatConnection *self)
{
  clat_kernel_mark_stale (self->common->kernel, self->name, self->profile->ifindex,
                          CLAT_DISCOVERY_STALE_SECONDS);
}

/* A carrier that returns may be that of another network: routers are solicited, and what
 * they announced before expires soon unless they announce it again. */
static void
follow_carrier (ClatConnection *self, const ClatHostLink *link, gint64 now)
{
  if (link->carriers == self->carriers)
    return;

  self->carriers = link->carriers;
  mark_kernel_stale (self);
  forget_plat (self);
  clat_discovery_mark_stale (self->discovery, now);
  clat_ipv4_switch_forget (self->ipv4_switch);
}

static void
store_pref64s (ClatConnection *self)
{
  ClatPref64Record record;

  if (!self->actual.has_datapath || self->pairs.list.count == 0)
    return;
  record = clat_discovery_make_record (self->discovery, &self->pairs.list);
  record.carriers = self->carriers;
  clat_pref64_store_update (&self->store, self->common->kernel, self->name, &self->actual,
                            &record);
}

static ClatGoal
choose_goal (ClatConnection *self, Pass *pass, const ClatSituation *situation)
{
  ClatGoal goal = clat_situation_goal (situation);

  pass->has_ipv4_to_give = clat_connection_pairs_lend (&self->pairs, goal);
  pass->ends_connections = clat_situation_ends_connections (situation);
  return pass->has_ipv4_to_give ? goal : CLAT_GOAL_NOTHING;
}

/* One pass. The situation is read twice: the first one decides what is wanted. Applying
 * that may change it (an address is chosen, a step fails), so what is shown is the second
 * one. */
static void
run_pass (gpointer data)
{
  ClatConnection *self = data;
  Pass pass = begin_pass (self);
  ClatSituation before, after;
  ClatGoal goal;

  if (pass.has_link)
    follow_carrier (self, &pass.link, pass.now);
  clat_discovery_expire (self->discovery, pass.now);
  follow_plat (self, pass.now);
  pass.wait = get_wait (self, &pass.link);
  before = get_situation (self, &pass);
  clat_drain_update (&self->drain, self->name, self->common->config->drain, &pass.link,
                     &self->actual, &self->pairs, &before, pass.now);
  goal = choose_goal (self, &pass, &before);

  update_sharing (self, &pass, goal);
  clat_connection_pairs_drop_old (&self->pairs, pass.now);
  show_preparing (self, &before, pass.now);
  pursue (self, &pass, goal);
  store_pref64s (self);
  clat_connection_pairs_note_old (&self->pairs, pass.now);
  if (clat_discovery_set_unreachable (self->discovery, self->actual.unreachable,
                                      self->actual.n_unreachable, pass.now))
    schedule (self);
  note_waiting (self, goal == CLAT_GOAL_TRANSLATOR, pass.now);

  pass.wait = get_wait (self, &pass.link);
  after = get_situation (self, &pass);
  clat_ipv4_switch_follow (self->ipv4_switch, self->profile, &after, pass.now);
  after.lease_end = clat_ipv4_switch_get_lease_end (self->ipv4_switch);
  after.lacks_both = clat_ipv4_switch_lacks_both (self->ipv4_switch);
  clat_discovery_follow_dns (self->discovery, lacks_only_prefix (self, after));
  set_status (self, describe (self, &after, pass.now));
  set_alarm (self, &pass);
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

  if (advertisement->ifindex == self->profile->ifindex)
    clat_discovery_receive (self->discovery, advertisement);
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
  return self->profile;
}

const ClatStatus *
clat_connection_get_status (ClatConnection *self)
{
  return &self->status;
}

const char *
clat_connection_get_name (ClatConnection *self)
{
  return self->name;
}

void
clat_connection_withdraw (ClatConnection *self)
{
  self->is_withdrawn = TRUE;
  /* The service may be about to end: it must be tried now. */
  clat_retry_forget (self->retry);
  run_pass (self);
}

void
clat_connection_refresh (ClatConnection *self)
{
  clat_retry_forget (self->retry);
  clat_discovery_refresh (self->discovery);
  forget_plat (self);
  schedule (self);
}

void
clat_connection_reconfigure (ClatConnection *self, const ClatConfig *before)
{
  clat_retry_forget (self->retry);
  clat_discovery_reconfigure (self->discovery, before);
  schedule (self);
}

void
clat_connection_resume (ClatConnection *self)
{
  self->is_withdrawn = FALSE;
  self->sharing.shares = FALSE;
  clat_connection_refresh (self);
}

/* What DNS servers said before may have been a captive portal's. */
static void
follow_online (ClatConnection *self, const ClatProfile *profile)
{
  ClatDnsStatus status = clat_discovery_get_dns_status (self->discovery);

  if (profile->is_online && !self->profile->is_online && status != CLAT_DNS_STATUS_FOUND
      && status != CLAT_DNS_STATUS_UNKNOWN)
    clat_discovery_refresh_dns (self->discovery);
}

void
clat_connection_set_profile (ClatConnection *self, ClatProfile *profile)
{
  gboolean connects = profile->is_connected && !self->profile->is_connected;
  gboolean ends = !profile->is_connected && self->profile->is_connected;
  char name[IFNAMSIZ];

  /* A NetworkManager that has just started does not know the existing routes yet. */
  if (!profile->has_metric && self->profile->has_metric)
    {
      profile->has_metric = TRUE;
      profile->metric = self->profile->metric;
    }

  if (clat_profile_equal (self->profile, profile))
    {
      clat_profile_free (profile);
      return;
    }

  /* The interface was renamed: the namespace with the old name is removed first. */
  clat_host_interface_name (name, profile->interface, profile->ifindex);
  if (!g_str_equal (name, self->name))
    {
      clat_connection_withdraw (self);
      g_strlcpy (self->name, name, sizeof self->name);
      self->is_withdrawn = FALSE;
    }

  /* NetworkManager has restarted. */
  if (!g_str_equal (self->profile->active_path, profile->active_path))
    clat_ipv4_switch_forget (self->ipv4_switch);

  follow_online (self, profile);
  clat_profile_free (self->profile);
  self->profile = profile;
  clat_discovery_set_profile (self->discovery, profile);
  if (connects)
    clat_connection_resume (self);
  /* At once: the next connection of the interface may be waiting, and has the same name.
   */
  if (ends)
    run_pass (self);
  else
    schedule (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

gboolean
clat_connection_read_counters (ClatConnection *self,
                               struct clat_counters counters[CLAT_N_DIRECTIONS],
                               GError **error)
{
  if (!self->actual.has_datapath)
    {
      memset (counters, 0, CLAT_N_DIRECTIONS * sizeof *counters);
      return TRUE;
    }
  return clat_kernel_read_counters (self->common->kernel, self->name, counters, error);
}

/* The translator of a previous instance stays as it is until the network has had time to
 * confirm its prefix, so that established connections survive. */
static void
adopt (ClatConnection *self)
{
  ClatPref64Record record;

  clat_kernel_inspect (self->common->kernel, self->name, &self->actual);
  self->sharing.shares = self->actual.uplink == CLAT_UPLINK_SHARED;
  self->sharing.since = self->carriers;
  if (!clat_connection_pairs_adopt (&self->pairs, &self->actual))
    return;

  record = clat_pref64_store_read (self->common->kernel, self->name, self->carriers);
  clat_discovery_adopt (self->discovery, &self->pairs.list, &record, clat_clock_now ());
  g_message ("%s (%s): taking over the translator of a previous instance",
             self->profile->id, self->profile->interface);
}

static void
clat_connection_finalize (GObject *object)
{
  ClatConnection *self = CLAT_CONNECTION (object);

  clat_schedule_clear (&self->schedule);
  g_clear_pointer (&self->retry, clat_retry_free);
  clat_connection_pairs_clear (&self->pairs);
  g_clear_pointer (&self->plat_text, g_free);
  clat_status_clear (&self->status);
  g_clear_pointer (&self->ipv4_switch, clat_ipv4_switch_free);
  g_clear_pointer (&self->discovery, clat_discovery_free);
  g_clear_pointer (&self->profile, clat_profile_free);
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
  clat_schedule_init (&self->schedule, run_pass, self);
}

ClatConnection *
clat_connection_new (const ClatCommon *common, ClatProfile *profile)
{
  ClatConnection *self = g_object_new (CLAT_TYPE_CONNECTION, NULL);

  self->common = common;
  self->pairs = (ClatConnectionPairs){.kernel = common->kernel, .pool = common->pool};
  self->profile = profile;
  self->discovery = clat_discovery_new (common->kernel, common->config, on_event, self);
  self->ipv4_switch =
      clat_ipv4_switch_new (common->kernel, common->config, common->network_manager,
                            common->without_nat64, on_event, self);
  self->retry = clat_retry_new (on_event, self);
  clat_host_interface_name (self->name, profile->interface, profile->ifindex);
  self->carriers = begin_pass (self).link.carriers;
  g_signal_connect_object (common->kernel, "changed", G_CALLBACK (on_kernel_changed),
                           self, 0);
  g_signal_connect_object (common->kernel, "advertised", G_CALLBACK (on_advertised), self,
                           0);

  mark_kernel_stale (self);
  clat_discovery_set_profile (self->discovery, profile);
  clat_discovery_refresh (self->discovery);
  adopt (self);
  run_pass (self);
  return self;
}
