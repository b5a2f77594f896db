/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One connection: puts together what is known of it, decides, and has the kernel brought
 * to what is wanted. Whatever happens, the answer is the same: look at all of it again.
 */
#include "clat-connection.h"

#include <arpa/inet.h>
#include <string.h>

#include "clat-clock.h"
#include "clat-dns.h"

/* Duplicate address detection takes a second for each try, routers answer within half of
 * one (RFC 4861, 6.2.6): after this long something is missing. */
#define OVERDUE_SECONDS 10

/* What an earlier life left must be heard of again within this time: routers answer a
 * solicitation within a few seconds, also those that have just advertised. */
#define ADOPTION_SECONDS 5

/* Pauses after failures: 1, 2, 4, ... seconds. */
#define MAX_RETRY_PAUSE 64

struct _ClatConnection
{
  GObject parent_instance;

  const ClatCommon *common;
  ClatProfile *profile;
  char name[IFNAMSIZ];
  ClatPref64Table *pref64s;
  gint64 adopted_until; /* what an earlier life left; 0: nothing */
  ClatDns *dns;
  gboolean is_withdrawn;

  gboolean has_ipv4; /* lent from the pool */
  struct in_addr ipv4;

  GError *fault; /* of the last try; cleared when it is time for the next */
  guint retry_pause;
  gint64 waiting_since; /* for an address or a route, 0: it is not */

  ClatActual actual;
  ClatStatus status;

  guint reconciling; /* sources */
  guint retry;
  guint alarm;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ClatConnection, clat_connection, G_TYPE_OBJECT)

static gboolean reconcile (gpointer data);

/* All events come here; what arrives together is looked at once. */
static void
schedule (ClatConnection *self)
{
  if (self->reconciling == 0)
    self->reconciling = g_idle_add_full (G_PRIORITY_DEFAULT, reconcile, self, NULL);
}

static gboolean
on_retry (gpointer data)
{
  ClatConnection *self = data;

  self->retry = 0;
  g_clear_error (&self->fault);
  schedule (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_alarm (gpointer data)
{
  ClatConnection *self = data;

  self->alarm = 0;
  schedule (self);
  return G_SOURCE_REMOVE;
}

static ClatMode
get_mode (ClatConnection *self)
{
  return self->profile->has_mode ? self->profile->mode : self->common->config->mode;
}

static gboolean
is_overdue (ClatConnection *self, gint64 now)
{
  return self->waiting_since != 0
         && now - self->waiting_since >= OVERDUE_SECONDS * G_USEC_PER_SEC;
}

static ClatSituation
get_situation (ClatConnection *self, const ClatHostLink *link, gint64 now)
{
  return (ClatSituation){
      .mode = get_mode (self),
      .is_connected = self->profile->is_connected && !self->is_withdrawn,
      .is_ethernet = link->is_ethernet,
      .has_native_ipv4 = link->has_native_ipv4,
      .is_delegated = link->is_delegated,
      .pref64 = clat_pref64_table_get_best (self->pref64s),
      .dns_has_none = clat_dns_has_none (self->dns),
      .has_ipv4_to_give = TRUE,
      .addressing = self->actual.addressing,
      .is_overdue = is_overdue (self, now),
      .is_complete = self->actual.has_route,
      .is_limited = self->actual.slow == CLAT_SLOW_BROKEN,
      .fault = self->fault,
      .retry_pause = self->retry_pause,
  };
}

static gboolean
is_used (struct in_addr address, gpointer data)
{
  return clat_kernel_has_ipv4 (data, address);
}

/* Keeps what is lent as long as a translator is wanted. */
static void
borrow_ipv4 (ClatConnection *self, gboolean wants)
{
  if (wants && !self->has_ipv4)
    {
      self->has_ipv4 =
          clat_pool_take (self->common->pool, is_used, self->common->kernel, &self->ipv4);
    }
  else if (!wants && self->has_ipv4)
    {
      clat_pool_give_back (self->common->pool, self->ipv4);
      self->has_ipv4 = FALSE;
    }
}

/* Next to native IPv4 the CLAT comes second. */
static guint32
choose_metric (ClatConnection *self, const ClatHostLink *link)
{
  if (link->has_native_ipv4 && self->profile->metric <= link->native_metric)
    return link->native_metric + 1;
  return self->profile->metric;
}

static ClatWanted
get_wanted (ClatConnection *self, const ClatHostLink *link)
{
  ClatWanted wanted = {
      .translator = TRUE,
      .parent = self->profile->ifindex,
      .parent_mtu = link->mtu,
      .prefix = clat_pref64_table_get_best (self->pref64s)->prefix,
      .ipv4 = self->ipv4,
      .settings = self->common->config->settings,
      .table = self->profile->table,
      .metric = choose_metric (self, link),
  };

  g_strlcpy (wanted.name, self->name, sizeof wanted.name);
  clat_secret_derive (self->common->secret, self->profile->uuid, wanted.identifier);
  return wanted;
}

static void
note_fault (ClatConnection *self, GError *error)
{
  self->retry_pause = CLAMP (self->retry_pause * 2, 1, MAX_RETRY_PAUSE);
  g_warning ("%s (%s): %s; next try after %u s", self->profile->id,
             self->profile->interface, error->message, self->retry_pause);
  self->fault = error;
  self->actual = (ClatActual){0};
  self->retry = g_timeout_add_seconds (self->retry_pause, on_retry, self);
}

static void
forget_fault (ClatConnection *self)
{
  g_clear_handle_id (&self->retry, g_source_remove);
  g_clear_error (&self->fault);
  self->retry_pause = 0;
}

static void
apply (ClatConnection *self, const ClatWanted *wanted)
{
  GError *error = NULL;

  if (!clat_kernel_apply (self->common->kernel, self->name, wanted, &self->actual,
                          &error))
    note_fault (self, error);
  else if (!wanted->translator || self->actual.has_route)
    forget_fault (self);
}

/* Nothing is there, nothing is wanted: do not ask the kernel each time. */
static gboolean
is_idle (ClatConnection *self, gboolean wants)
{
  return !wants && !self->actual.has_namespace && self->fault == NULL;
}

static void
note_waiting (ClatConnection *self, gboolean wants, gint64 now)
{
  gboolean waits =
      wants && self->fault == NULL && self->actual.addressing != CLAT_ADDRESSING_READY;

  if (!waits)
    self->waiting_since = 0;
  else if (self->waiting_since == 0)
    self->waiting_since = now;
}

/* When something is to be looked at though nothing happens. */
static void
set_alarm (ClatConnection *self, gint64 now)
{
  gint64 next = clat_pref64_table_get_next_expiry (self->pref64s);

  g_clear_handle_id (&self->alarm, g_source_remove);
  if (self->waiting_since != 0 && !is_overdue (self, now))
    next = MIN (next, self->waiting_since + OVERDUE_SECONDS * G_USEC_PER_SEC);
  if (next != CLAT_NEVER)
    self->alarm = clat_clock_call_at (next, on_alarm, self);
}

static void
clear_status (ClatStatus *status)
{
  g_clear_pointer (&status->text, g_free);
  g_clear_pointer (&status->ipv4, g_free);
  g_clear_pointer (&status->ipv6, g_free);
  g_clear_pointer (&status->name, g_free);
}

static char *
ipv4_to_string (struct in_addr address)
{
  char text[INET_ADDRSTRLEN];

  return g_strdup (inet_ntop (AF_INET, &address, text, sizeof text));
}

static char *
ipv6_to_string (const struct in6_addr *address)
{
  char text[INET6_ADDRSTRLEN];

  return g_strdup (inet_ntop (AF_INET6, address, text, sizeof text));
}

static ClatStatus
describe (ClatConnection *self, const ClatSituation *situation, gint64 now)
{
  const ClatActual *actual = &self->actual;
  ClatStatus status = {
      .mode = situation->mode,
      .verdict = clat_situation_judge (situation),
      .text = clat_situation_explain (situation),
      .ipv4 = actual->has_ipv4 ? ipv4_to_string (actual->ipv4) : g_strdup (""),
      .ipv6 = actual->addressing == CLAT_ADDRESSING_READY ? ipv6_to_string (&actual->ipv6)
                                                          : g_strdup (""),
      .name = g_strdup (actual->has_namespace ? self->name : ""),
      .uplink = actual->uplink,
      .translator = !actual->has_route               ? CLAT_TRANSLATOR_NONE
                    : actual->datapath.takes_nothing ? CLAT_TRANSLATOR_USERSPACE
                                                     : CLAT_TRANSLATOR_BPF,
      .slow = actual->slow,
      .mtu = actual->has_route ? actual->route.mtu : 0,
  };

  if (situation->pref64 != NULL)
    status.pref64 = *situation->pref64;
  if (status.verdict.state == CLAT_STATE_ACTIVE)
    status.active_since =
        self->status.active_since != 0 ? self->status.active_since : now;
  return status;
}

static gboolean
statuses_equal (const ClatStatus *a, const ClatStatus *b)
{
  return a->mode == b->mode && a->verdict.state == b->verdict.state
         && a->verdict.reason == b->verdict.reason && g_strcmp0 (a->text, b->text) == 0
         && a->pref64.source == b->pref64.source && a->pref64.expiry == b->pref64.expiry
         && IN6_ARE_ADDR_EQUAL (&a->pref64.router, &b->pref64.router)
         && clat_prefix_equal (&a->pref64.prefix, &b->pref64.prefix)
         && g_strcmp0 (a->ipv4, b->ipv4) == 0 && g_strcmp0 (a->ipv6, b->ipv6) == 0
         && g_strcmp0 (a->name, b->name) == 0 && a->uplink == b->uplink
         && a->translator == b->translator && a->slow == b->slow && a->mtu == b->mtu
         && a->active_since == b->active_since;
}

static void
log_state (ClatConnection *self, const ClatStatus *status)
{
  if (self->status.text != NULL && status->verdict.state == self->status.verdict.state
      && status->verdict.reason == self->status.verdict.reason)
    return;
  g_message ("%s (%s): %s: %s", self->profile->id, self->profile->interface,
             clat_state_to_string (status->verdict.state), status->text);
}

/* The one place where the status is written. */
static void
set_status (ClatConnection *self, ClatStatus status)
{
  if (self->status.text != NULL && statuses_equal (&self->status, &status))
    {
      clear_status (&status);
      return;
    }

  log_state (self, &status);
  clear_status (&self->status);
  self->status = status;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
on_resolved (const GArray *prefixes, gint64 expiry, gpointer data)
{
  ClatConnection *self = data;

  clat_pref64_table_replace (self->pref64s, CLAT_PREF64_SOURCE_DNS, prefixes, expiry,
                             clat_clock_now ());
  schedule (self);
}

/* Whether somebody who is more to be trusted than DNS names a prefix, in this life. */
static gboolean
has_better_than_dns (ClatConnection *self)
{
  const ClatPref64 *best = clat_pref64_table_get_best (self->pref64s);

  return best != NULL && best->source > CLAT_PREF64_SOURCE_DNS
         && best->expiry != self->adopted_until;
}

/* Asks only where a prefix is all that is missing (RFC 7050, 3; RFC 8781, 5.1). */
static void
follow_dns (ClatConnection *self, ClatSituation situation)
{
  if (has_better_than_dns (self))
    {
      g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (ClatPrefix));

      clat_pref64_table_replace (self->pref64s, CLAT_PREF64_SOURCE_DNS, none, 0, 0);
      clat_dns_rest (self->dns);
      return;
    }

  situation.pref64 = NULL;
  if (self->common->config->discovers_by_dns
      && clat_situation_judge (&situation).reason == CLAT_REASON_NO_NAT64)
    clat_dns_ask (self->dns, self->profile->ifindex,
                  (const char *const *)self->profile->nameservers);
  else
    clat_dns_rest (self->dns);
}

/* Wants nothing of a link that is not there; the rest of the situation does not matter.
 */
static ClatHostLink
get_link (ClatConnection *self, gboolean *exists)
{
  ClatHostLink link = {.is_ethernet = TRUE};

  *exists = clat_kernel_get_link (self->common->kernel, self->profile->ifindex, &link);
  return link;
}

static void
look_again (ClatConnection *self)
{
  static const ClatWanted nothing = {0};
  gint64 now = clat_clock_now ();
  ClatSituation situation;
  ClatHostLink link;
  gboolean exists, wants;

  clat_pref64_table_expire (self->pref64s, now);
  link = get_link (self, &exists);
  situation = get_situation (self, &link, now);
  wants = exists && clat_situation_wants_translator (&situation);
  borrow_ipv4 (self, wants);

  if (wants && self->has_ipv4 && self->fault == NULL)
    {
      ClatWanted wanted = get_wanted (self, &link);

      apply (self, &wanted);
    }
  else if (!is_idle (self, wants) && !(wants && self->fault != NULL))
    {
      apply (self, &nothing);
    }

  note_waiting (self, wants && self->has_ipv4, now);
  situation = get_situation (self, &link, now);
  situation.is_connected = situation.is_connected && exists;
  situation.has_ipv4_to_give = !wants || self->has_ipv4;
  follow_dns (self, situation);
  set_status (self, describe (self, &situation, now));
  set_alarm (self, now);
}

static gboolean
reconcile (gpointer data)
{
  ClatConnection *self = data;

  self->reconciling = 0;
  look_again (self);
  return G_SOURCE_REMOVE;
}

/* "clat-wlan0", or by number where that would be longer than the kernel takes. */
static void
choose_name (const ClatProfile *profile, char name[IFNAMSIZ])
{
  if (g_snprintf (name, IFNAMSIZ, "clat-%s", profile->interface) >= IFNAMSIZ)
    g_snprintf (name, IFNAMSIZ, "clat-%d", profile->ifindex);
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

  if (advertisement->ifindex == self->profile->ifindex
      && self->common->config->discovers_by_ra
      && clat_pref64_table_hear (self->pref64s, &advertisement->router,
                                 advertisement->pref64s, clat_clock_now ()))
    schedule (self);
}

static void
solicit (ClatConnection *self)
{
  g_autoptr (GError) error = NULL;

  if (!clat_kernel_solicit (self->common->kernel, self->profile->ifindex, &error))
    g_debug ("%s: %s", self->profile->interface, error->message);
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
  look_again (self);
}

void
clat_connection_resume (ClatConnection *self)
{
  self->is_withdrawn = FALSE;
  clat_dns_forget (self->dns);
  solicit (self);
  schedule (self);
}

static gboolean
profiles_equal (const ClatProfile *a, const ClatProfile *b)
{
  return g_str_equal (a->active_path, b->active_path) && g_str_equal (a->uuid, b->uuid)
         && g_str_equal (a->id, b->id) && g_str_equal (a->interface, b->interface)
         && a->ifindex == b->ifindex && a->has_mode == b->has_mode && a->mode == b->mode
         && a->is_connected == b->is_connected && a->table == b->table
         && g_strv_equal ((const char *const *)a->nameservers,
                          (const char *const *)b->nameservers)
         && a->has_metric == b->has_metric && a->metric == b->metric;
}

void
clat_connection_set_profile (ClatConnection *self, ClatProfile *profile)
{
  gboolean connects = profile->is_connected && !self->profile->is_connected;
  char name[IFNAMSIZ];

  /* While NetworkManager starts it does not know the routes that are there. */
  if (!profile->has_metric && self->profile->has_metric)
    {
      profile->has_metric = TRUE;
      profile->metric = self->profile->metric;
    }

  if (profiles_equal (self->profile, profile))
    {
      clat_profile_free (profile);
      return;
    }

  /* An interface that was renamed: what bears the old name goes first. */
  choose_name (profile, name);
  if (!g_str_equal (name, self->name))
    {
      clat_connection_withdraw (self);
      g_strlcpy (self->name, name, sizeof self->name);
      self->is_withdrawn = FALSE;
    }

  clat_profile_free (self->profile);
  self->profile = profile;
  if (connects)
    clat_connection_resume (self);
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

/* What an earlier life of the service left goes on as it is until the network has had
 * time to say whether it is still right: who is connected through it stays so. */
static void
adopt (ClatConnection *self)
{
  const ClatTranslation *translation = &self->actual.datapath.translation;
  gint64 now = clat_clock_now ();
  ClatPref64 pref64;

  clat_kernel_inspect (self->common->kernel, self->name, &self->actual);
  if (!self->actual.has_route || translation->prefix.length == 0
      || !clat_pool_take_this (self->common->pool, translation->ipv4))
    return;

  self->has_ipv4 = TRUE;
  self->ipv4 = translation->ipv4;
  pref64 = (ClatPref64){
      .prefix = translation->prefix,
      .source = CLAT_PREF64_SOURCE_RA,
      .router = self->actual.datapath.next_hop,
      .expiry = now + ADOPTION_SECONDS * G_USEC_PER_SEC,
  };
  self->adopted_until = pref64.expiry;
  clat_pref64_table_update (self->pref64s, &pref64, now);
}

static void
clat_connection_finalize (GObject *object)
{
  ClatConnection *self = CLAT_CONNECTION (object);

  g_clear_handle_id (&self->reconciling, g_source_remove);
  g_clear_handle_id (&self->alarm, g_source_remove);
  forget_fault (self);
  if (self->has_ipv4)
    clat_pool_give_back (self->common->pool, self->ipv4);
  clear_status (&self->status);
  g_clear_pointer (&self->dns, clat_dns_free);
  g_clear_pointer (&self->pref64s, clat_pref64_table_free);
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
  self->pref64s = clat_pref64_table_new ();
  self->dns = clat_dns_new (on_resolved, self);
}

ClatConnection *
clat_connection_new (const ClatCommon *common, ClatProfile *profile)
{
  ClatConnection *self = g_object_new (CLAT_TYPE_CONNECTION, NULL);

  self->common = common;
  self->profile = profile;
  choose_name (profile, self->name);
  g_signal_connect_object (common->kernel, "changed", G_CALLBACK (on_kernel_changed),
                           self, 0);
  g_signal_connect_object (common->kernel, "advertised", G_CALLBACK (on_advertised), self,
                           0);

  adopt (self);
  look_again (self);
  solicit (self);
  return self;
}
