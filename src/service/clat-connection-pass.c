/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "clat-connection-pass.h"

#include "clat-clock.h"

/* A fault in what is only prepared does not concern the user yet. */
static void
note_fault (ClatConnectionParts *self, ClatGoal goal, GError *error)
{
  self->actual = (ClatActual){0};
  clat_retry_begin (self->retry, goal, error);
  g_log (G_LOG_DOMAIN,
         goal == CLAT_GOAL_PREPARATION ? G_LOG_LEVEL_DEBUG : G_LOG_LEVEL_WARNING,
         "%s (%s): %s; next try after %u s", self->profile->id, self->profile->interface,
         error->message, clat_retry_get_pause (self->retry));
}

static void
apply (ClatConnectionParts *self, ClatGoal goal, const ClatWanted *wanted)
{
  GError *error = NULL;
  gboolean applied =
      clat_kernel_apply (self->common->kernel, self->name, wanted, &self->actual, &error);

  self->is_clean = applied && !self->actual.has_namespace;
  if (!applied)
    note_fault (self, goal, error);
  else if (!wanted->translator || wanted->prefix.length == 0 || wanted->drains
           || clat_connection_is_complete (self))
    clat_retry_forget (self->retry);
}

/* Applies as much of the goal as the kernel allows now. Which IPv6 address the uplink has
 * becomes known by applying, and may change the pairs: then it is applied again. */
static void
pursue (ClatConnectionParts *self, const ClatPass *pass, ClatGoal goal)
{
  ClatWanted wanted = clat_connection_get_wanted (self, pass, goal);

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
      wanted = clat_connection_get_wanted (self, pass, goal);
      apply (self, goal, &wanted);
    }
}

static void
note_waiting (ClatConnectionParts *self, gboolean wants, gint64 now)
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
set_alarm (ClatConnectionParts *self, const ClatPass *pass)
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
log_state (ClatConnectionParts *self, const ClatStatus *status)
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
set_status (ClatConnectionParts *self, ClatStatus status)
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
  self->changed (self->data);
}

static ClatStatus
describe (ClatConnectionParts *self, const ClatSituation *situation, gint64 now)
{
  return clat_status_describe (situation, &self->actual, &self->pairs.list, self->name,
                               &self->plat.verdict, &self->status, now);
}

/* Whether a NAT64 prefix is the only thing that is missing, for a CLAT in the place of
 * native IPv4, too, if that may be given up. */
static gboolean
lacks_only_prefix (ClatConnectionParts *self, ClatSituation situation)
{
  situation.pref64 = NULL;
  if (clat_ipv4_switch_is_allowed (self->ipv4_switch))
    situation.has_native_ipv4 = FALSE;
  return clat_situation_judge (&situation).reason == CLAT_REASON_NO_NAT64;
}

ClatPass
clat_connection_begin_pass (ClatConnectionParts *self)
{
  ClatPass pass = {
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
show_preparing (ClatConnectionParts *self, const ClatSituation *situation, gint64 now)
{
  if (clat_situation_judge (situation).state == CLAT_STATE_PREPARING
      && !situation->is_complete && self->status.verdict.state != CLAT_STATE_FAILED)
    set_status (self, describe (self, situation, now));
}

/* The translator as it was read last is judged before it is decided what is wanted. New
 * programs are judged in the pass that their notification starts. */
static void
follow_plat (ClatConnectionParts *self, gint64 now)
{
  clat_plat_monitor_update (&self->plat, self->common->kernel, self->name, &self->actual,
                            clat_shared_addresses_get_current (&self->sharing.addresses),
                            self->common->config->plat_target, now);
  g_clear_pointer (&self->plat_text, g_free);
  if (self->plat.verdict.state == CLAT_PLAT_UNREACHABLE)
    self->plat_text = clat_plat_explain (&self->plat.verdict);
}

void
clat_connection_mark_kernel_stale (ClatConnectionParts *self)
{
  clat_kernel_mark_stale (self->common->kernel, self->name, self->profile->ifindex,
                          CLAT_DISCOVERY_STALE_SECONDS);
}

/* A carrier that returns may be that of another network: routers are solicited, and what
 * they announced before expires soon unless they announce it again. */
static void
follow_carrier (ClatConnectionParts *self, const ClatHostLink *link, gint64 now)
{
  if (link->carriers == self->carriers)
    return;

  self->carriers = link->carriers;
  clat_connection_mark_kernel_stale (self);
  clat_connection_forget_plat (self);
  clat_discovery_mark_stale (self->discovery, now);
  clat_ipv4_switch_forget (self->ipv4_switch);
}

static void
store_pref64s (ClatConnectionParts *self)
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
choose_goal (ClatConnectionParts *self, ClatPass *pass, const ClatSituation *situation)
{
  ClatGoal goal = clat_situation_goal (situation);

  pass->has_ipv4_to_give = clat_connection_pairs_lend (&self->pairs, goal);
  pass->ends_connections = clat_situation_ends_connections (situation);
  return pass->has_ipv4_to_give ? goal : CLAT_GOAL_NOTHING;
}

/* One pass. The situation is read twice: the first one decides what is wanted. Applying
 * that may change it (an address is chosen, a step fails), so what is shown is the second
 * one. */
void
clat_connection_run_pass (gpointer data)
{
  ClatConnectionParts *self = data;
  ClatPass pass = clat_connection_begin_pass (self);
  ClatSituation before, after;
  ClatGoal goal;

  if (pass.has_link)
    follow_carrier (self, &pass.link, pass.now);
  clat_discovery_expire (self->discovery, pass.now);
  follow_plat (self, pass.now);
  pass.wait = clat_connection_get_wait (self, &pass.link);
  before = clat_connection_get_situation (self, &pass);
  clat_drain_update (&self->drain, self->name, self->common->config->drain, &pass.link,
                     &self->actual, &self->pairs, &before, pass.now);
  goal = choose_goal (self, &pass, &before);

  clat_connection_update_sharing (self, &pass, goal);
  clat_connection_pairs_drop_old (&self->pairs, pass.now);
  show_preparing (self, &before, pass.now);
  pursue (self, &pass, goal);
  store_pref64s (self);
  clat_connection_pairs_note_old (&self->pairs, pass.now);
  if (clat_discovery_set_unreachable (self->discovery, self->actual.unreachable,
                                      self->actual.n_unreachable, pass.now))
    clat_schedule_pass (&self->schedule);
  note_waiting (self, goal == CLAT_GOAL_TRANSLATOR, pass.now);

  pass.wait = clat_connection_get_wait (self, &pass.link);
  after = clat_connection_get_situation (self, &pass);
  clat_ipv4_switch_follow (self->ipv4_switch, self->profile, &after, pass.now);
  after.lease_end = clat_ipv4_switch_get_lease_end (self->ipv4_switch);
  after.lacks_both = clat_ipv4_switch_lacks_both (self->ipv4_switch);
  clat_discovery_follow_dns (self->discovery, lacks_only_prefix (self, after));
  set_status (self, describe (self, &after, pass.now));
  set_alarm (self, &pass);
}
