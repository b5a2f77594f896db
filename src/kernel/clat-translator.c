/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One translator in the kernel: observes it and follows the plan. */
#include "clat-translator.h"

#include <string.h>

#include "clat-announcement.h"
#include "clat-bpf.h"
#include "clat-echo.h"
#include "clat-link.h"
#include "clat-names.h"
#include "clat-netns.h"
#include "clat-observe.h"
#include "clat-plan.h"
#include "clat-pref64-map.h"
#include "clat-redirect.h"
#include "clat-tc.h"
#include "clat-translator-steps.h"
#include "clat-uplink.h"

/* More steps than any plan has: a step has no effect, or another program undoes it. */
#define MAX_STEPS 32

ClatTranslator *
clat_translator_new (const char *name, ClatRtnl *rtnl, ClatRaCache *ra_cache,
                     const ClatFdStore *store, GSourceFunc function, gpointer data)
{
  ClatTranslator *self = g_new0 (ClatTranslator, 1);

  g_strlcpy (self->name, name, sizeof self->name);
  self->host = rtnl;
  self->ra_cache = ra_cache;
  self->function = function;
  self->data = data;
  self->slow = clat_slow_path_new (self->name, store, function, data);
  return self;
}

void
clat_translator_free (ClatTranslator *self)
{
  g_clear_pointer (&self->plat_reports, clat_plat_reports_free);
  g_clear_pointer (&self->host_ping, clat_host_ping_free);
  g_clear_pointer (&self->namespace, clat_namespace_free);
  clat_slow_path_free (self->slow);
  g_free (self);
}

/* Takes over the namespace of our name if there is one, and restores the name if another
 * program has removed it. */
static gboolean
adopt_namespace (ClatTranslator *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (self->namespace == NULL)
    self->namespace = clat_namespace_open (self->name, self->host, self->function,
                                           self->data, &local_error);
  if (self->namespace != NULL)
    clat_netns_keep_name (clat_namespace_get_netns (self->namespace), self->name,
                          &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

static void
observe_slow_path (ClatTranslator *self, ClatObserved *observed)
{
  observed->actual.slow = clat_slow_path_get_state (self->slow);
  observed->actual.slow_translation = *clat_slow_path_get_translation (self->slow);
  if (observed->actual.slow == CLAT_SLOW_PATH_NONE && observed->links.slow.ifindex != 0)
    observed->actual.slow = CLAT_SLOW_PATH_ORPHANED;
}

static gboolean
observe (ClatTranslator *self, const ClatWanted *wanted, ClatObserved *observed,
         GError **error)
{
  if (!adopt_namespace (self, error)
      || !clat_observe (observed, self->name, self->host, self->namespace, wanted, error))
    return FALSE;

  if (observed->redirect.parent != 0)
    self->redirected_link = observed->redirect.parent;
  observed->actual.lacks_fast_path = self->lacks_fast_path;
  observed->actual.lacks_direct |= self->lacks_direct;
  observe_slow_path (self, observed);
  return TRUE;
}

/* The routers know the address before it is used; neighbours follow its MAC address. */
static void
announce (ClatTranslator *self, const ClatWanted *wanted, const ClatObserved *observed,
          ClatStep next)
{
  g_autoptr (GError) error = NULL;

  if (clat_plan_may_advertise (&observed->actual, next)
      && !clat_announcement_update (&self->announcement, self->namespace, self->host,
                                    wanted->parent, observed, &error))
    g_debug ("%s: %s", self->name, error->message);
}

/* Follows the plan until it is complete, or has to wait. */
static gboolean
follow_plan (ClatTranslator *self, const ClatWanted *wanted, ClatActual *actual,
             GError **error)
{
  for (guint i = 0; i < MAX_STEPS; i++)
    {
      ClatStep step;
      ClatObserved observed;

      if (!observe (self, wanted, &observed, error))
        return FALSE;

      step = clat_plan_next (wanted, &observed.actual);
      announce (self, wanted, &observed, step);
      if (step == CLAT_STEP_NONE || step == CLAT_STEP_WAIT)
        {
          *actual = observed.actual;
          return TRUE;
        }

      g_debug ("%s: %s", self->name, clat_step_to_string (step));
      if (!clat_translator_carry_out (self, step, wanted, &observed, error))
        {
          g_prefix_error (error, "%s: %s: ", self->name, clat_step_to_string (step));
          return FALSE;
        }
    }

  g_set_error_literal (error, CLAT_ERROR, CLAT_ERROR_KERNEL,
                       "what is set up does not stay: another program may undo it");
  return FALSE;
}

gboolean
clat_translator_apply (ClatTranslator *self, const ClatWanted *wanted, ClatActual *actual,
                       GError **error)
{
  static const ClatWanted nothing = {0};
  g_autoptr (GError) undo_error = NULL;
  ClatActual rest;

  if (follow_plan (self, wanted, actual, error))
    return TRUE;

  if (!follow_plan (self, &nothing, &rest, &undo_error))
    g_warning ("%s: not all could be taken away: %s", self->name, undo_error->message);
  return FALSE;
}

void
clat_translator_inspect (ClatTranslator *self, ClatActual *actual)
{
  static const ClatWanted nothing = {0};
  g_autoptr (GError) error = NULL;
  ClatObserved observed = {0};

  if (!observe (self, &nothing, &observed, &error))
    g_warning ("%s: %s", self->name, error->message);
  *actual = observed.actual;
}

void
clat_translator_mark_stale (ClatTranslator *self, int link, guint seconds)
{
  g_autoptr (GError) error = NULL;

  clat_announcement_repeat (&self->announcement);
  if (self->namespace != NULL
      && !clat_uplink_inject (self->namespace, self->ra_cache, link, seconds, &error))
    g_debug ("%s: %s", self->name, error->message);
}

void
clat_translator_receive (ClatTranslator *self, int link)
{
  g_autoptr (GError) error = NULL;

  if (self->namespace != NULL && self->redirected_link == link
      && !clat_uplink_inject (self->namespace, self->ra_cache, link,
                              CLAT_RA_CACHE_FULL_LIFETIME, &error))
    g_debug ("%s: %s", self->name, error->message);
}

/* The program that translates IPv4 to IPv6; id 0 if it is not attached. */
static gboolean
find_program (ClatTranslator *self, guint32 *program, GError **error)
{
  ClatLink inner;

  if (self->namespace == NULL)
    {
      g_set_error_literal (error, CLAT_ERROR, CLAT_ERROR_GONE, "there is no translator");
      return FALSE;
    }
  return clat_link_get (clat_namespace_get_rtnl (self->namespace), CLAT_NAME_INNER,
                        &inner, error)
         && clat_tc_get (clat_namespace_get_rtnl (self->namespace), inner.ifindex,
                         program, error);
}

gboolean
clat_translator_read_plat (ClatTranslator *self, ClatPlatEvidence *evidence)
{
  guint32 program;

  if (!find_program (self, &program, NULL) || !clat_plat_maps_read (program, evidence))
    return FALSE;

  if (self->host_ping != NULL)
    evidence->n_host_answers = clat_host_ping_count_answers (self->host_ping);
  if (self->plat_reports != NULL
      && !clat_plat_reports_is_of (self->plat_reports, program))
    g_clear_pointer (&self->plat_reports, clat_plat_reports_free);
  if (self->plat_reports == NULL)
    self->plat_reports = clat_plat_reports_new (program, self->function, self->data);
  return TRUE;
}

void
clat_translator_set_plat (ClatTranslator *self, const ClatPlatVerdict *verdict,
                          guint reports)
{
  guint32 program;

  if (find_program (self, &program, NULL))
    clat_plat_maps_write (program, verdict, reports);
}

void
clat_translator_forget_plat (ClatTranslator *self)
{
  guint32 program;

  if (find_program (self, &program, NULL))
    clat_plat_maps_forget (program);
}

gboolean
clat_translator_read_pref64s (ClatTranslator *self, ClatPref64Record *record)
{
  guint32 program;

  return find_program (self, &program, NULL) && clat_pref64_map_read (program, record);
}

void
clat_translator_store_pref64s (ClatTranslator *self, const ClatPref64Record *record)
{
  guint32 program;

  if (find_program (self, &program, NULL))
    clat_pref64_map_write (program, record);
}

/* Packets that programs sent faster than the veth pair could pass them on. */
static guint64
count_lost_on_veth (ClatTranslator *self, ClatRtnl *rtnl)
{
  ClatLink inner, veth;

  return clat_link_get (rtnl, CLAT_NAME_INNER, &inner, NULL)
                 && clat_link_get_by_index (self->host, inner.parent, &veth, NULL)
             ? veth.tx_dropped
             : 0;
}

gboolean
clat_translator_ping_router (ClatTranslator *self, const struct in6_addr *source,
                             const struct in6_addr *router, GError **error)
{
  ClatLink uplink;
  gboolean sent;
  int home;

  if (self->namespace == NULL
      || !clat_link_get (clat_namespace_get_rtnl (self->namespace), CLAT_NAME_UPLINK,
                         &uplink, error))
    return FALSE;

  home = clat_netns_enter (clat_namespace_get_netns (self->namespace), error);
  if (home < 0)
    return FALSE;
  sent = clat_echo_send_ipv6 (uplink.ifindex, source, router, error);
  clat_netns_leave (home);
  return sent;
}

gboolean
clat_translator_ping_router_from_host (ClatTranslator *self, int ifindex,
                                       const struct in6_addr *source,
                                       const struct in6_addr *router, GError **error)
{
  if (self->host_ping != NULL
      && !clat_host_ping_is_for (self->host_ping, ifindex, source, router))
    g_clear_pointer (&self->host_ping, clat_host_ping_free);
  if (self->host_ping == NULL)
    self->host_ping = clat_host_ping_new (ifindex, source, router, error);
  return self->host_ping != NULL && clat_host_ping_send (self->host_ping, error);
}

gboolean
clat_translator_read_counters (ClatTranslator *self,
                               struct clat_counters counters[CLAT_N_DIRECTIONS],
                               GError **error)
{
  ClatRtnl *rtnl;
  guint32 program;

  if (!find_program (self, &program, error)
      || !clat_bpf_read_counters (program, counters, error))
    return FALSE;

  rtnl = clat_namespace_get_rtnl (self->namespace);
  counters[CLAT_4TO6].drops[XLAT_REASON_RESOURCES] += count_lost_on_veth (self, rtnl);
  clat_slow_path_add_counters (self->slow, rtnl, counters);
  return self->redirected_link == 0
         || clat_redirect_add_counters (self->host, self->redirected_link, counters,
                                        error);
}
