/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One translator in the kernel: carries out the steps of the plan. */
#include "clat-translator.h"

#include <string.h>

#include "clat-bpf.h"
#include "clat-default-route.h"
#include "clat-host-ipv4.h"
#include "clat-ipv6-address.h"
#include "clat-link.h"
#include "clat-names.h"
#include "clat-namespace.h"
#include "clat-observe.h"
#include "clat-plan.h"
#include "clat-rule.h"
#include "clat-slow-path.h"
#include "clat-sysctl.h"
#include "clat-tc.h"
#include "clat-uplink.h"

/* More steps than any plan has: then a step did not do what it should. */
#define MAX_STEPS 32

struct _ClatTranslator
{
  char name[IFNAMSIZ];
  ClatRtnl *host;        /* lent */
  ClatRaCache *ra_cache; /* lent */
  GSourceFunc function;
  gpointer data;

  ClatNamespace *namespace; /* NULL while there is none */
  ClatSlowPath *slow;
  gboolean lacks_fast_path;
  int redirected; /* the link that packets are taken from, 0: none */
};

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
  g_clear_pointer (&self->namespace, clat_namespace_free);
  clat_slow_path_free (self->slow);
  g_free (self);
}

/* Takes over the namespace of our name if there is one; gives it its name back if
 * somebody has taken that away. */
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
  if (observed->actual.slow == CLAT_SLOW_PATH_NONE && observed->slow.ifindex != 0)
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
    self->redirected = observed->redirect.parent;
  observed->actual.lacks_fast_path = self->lacks_fast_path;
  observe_slow_path (self, observed);
  return TRUE;
}

static gboolean
make_namespace (ClatTranslator *self, GError **error)
{
  self->namespace = clat_namespace_make (self->name, self->function, self->data, error);
  return self->namespace != NULL;
}

static gboolean
add_ipv6 (ClatTranslator *self, const ClatWanted *wanted, const ClatObserved *observed,
          GError **error)
{
  ClatIpv6 ipv6;

  return !clat_plan_ipv6_to_add (wanted, &observed->actual, &ipv6)
         || clat_ipv6_address_add (clat_namespace_get_rtnl (self->namespace),
                                   observed->uplink.ifindex, &ipv6, error);
}

static gboolean
remove_ipv6 (ClatTranslator *self, const ClatWanted *wanted, const ClatObserved *observed,
             GError **error)
{
  ClatIpv6 ipv6;

  return !clat_plan_ipv6_to_remove (wanted, &observed->actual, &ipv6)
         || clat_ipv6_address_remove (clat_namespace_get_rtnl (self->namespace),
                                      observed->uplink.ifindex, &ipv6, error);
}

static gboolean
set_gateway (ClatTranslator *self, const ClatWanted *wanted, const ClatObserved *observed,
             GError **error)
{
  const struct in6_addr *old = &observed->actual.gateway;
  struct in6_addr new = clat_plan_gateway (wanted);
  ClatRtnl *rtnl = clat_namespace_get_rtnl (self->namespace);

  return (IN6_IS_ADDR_UNSPECIFIED (old)
          || clat_gateway_remove (rtnl, observed->uplink.ifindex, old, error))
         && (IN6_IS_ADDR_UNSPECIFIED (&new)
             || clat_gateway_add (rtnl, observed->uplink.ifindex, &new, error));
}

/* Also when the pair has gone by itself: the program on the link stays. */
static gboolean
release_link (ClatTranslator *self, GError **error)
{
  if (!clat_redirect_release (self->host, self->redirected, error))
    return FALSE;
  self->redirected = 0;
  return TRUE;
}

static gboolean
remove_uplink (ClatTranslator *self, const ClatObserved *observed, GError **error)
{
  return release_link (self, error)
         && clat_link_remove (clat_namespace_get_rtnl (self->namespace),
                              observed->uplink.ifindex, error);
}

static gboolean
make_veth (ClatTranslator *self, const ClatObserved *observed, GError **error)
{
  int netns = clat_netns_get_fd (clat_namespace_get_netns (self->namespace));
  ClatRtnl *rtnl = clat_namespace_get_rtnl (self->namespace);
  g_autofree char *rp_filter = g_strdup_printf ("ipv4/conf/%s/rp_filter", self->name);
  ClatLink veth, inner;

  if (!clat_link_add_veth (self->host, self->name, CLAT_NAME_INNER, netns,
                           clat_plan_veth_mtu (&observed->actual), error)
      || !clat_link_get (self->host, self->name, &veth, error)
      || !clat_link_get (rtnl, CLAT_NAME_INNER, &inner, error))
    return FALSE;

  /* Only IPv4 of the host goes in: no IPv6 of its own at either end, and no address
   * resolution, because whatever is sent there is taken. Replies come from everywhere:
   * with strict reverse path filtering a second connection would lose them. */
  return clat_link_refuse_ipv6 (self->host, veth.ifindex, error)
         && clat_link_refuse_ipv6 (rtnl, inner.ifindex, error)
         && clat_sysctl_set (rp_filter, "2", error)
         && clat_link_set_group (self->host, veth.ifindex, CLAT_RULE_LINK_GROUP, error)
         && clat_link_set_flags (rtnl, inner.ifindex, IFF_UP, error)
         && clat_link_set_flags (self->host, veth.ifindex, IFF_UP | IFF_NOARP, error);
}

static gboolean
bring_up_one (ClatRtnl *rtnl, const ClatLink *link, GError **error)
{
  return link->ifindex == 0 || link->flags & IFF_UP
         || clat_link_set_flags (rtnl, link->ifindex, IFF_UP, error);
}

static gboolean
bring_up (ClatTranslator *self, const ClatWanted *wanted, const ClatObserved *observed,
          GError **error)
{
  ClatRtnl *rtnl = clat_namespace_get_rtnl (self->namespace);

  return (observed->uplink.flags & IFF_UP
          || clat_uplink_bring_up (self->namespace, observed->uplink.ifindex,
                                   wanted->parent, self->ra_cache, error))
         && bring_up_one (self->host, &observed->redirect.outside, error)
         && bring_up_one (rtnl, &observed->slow, error)
         && bring_up_one (rtnl, &observed->inner, error)
         && (!observed->actual.has_veth
             || bring_up_one (self->host, &observed->veth, error));
}

static gboolean
set_veth_mtu (ClatTranslator *self, const ClatObserved *observed, GError **error)
{
  guint mtu = clat_plan_veth_mtu (&observed->actual);

  return clat_link_set_mtu (clat_namespace_get_rtnl (self->namespace),
                            observed->inner.ifindex, mtu, error)
         && clat_link_set_mtu (self->host, observed->veth.ifindex, mtu, error);
}

/* Tries without the fast path if the kernel does not take it: then the programs are
 * small. */
static gboolean
load_programs (ClatTranslator *self, ClatBpf *bpf, struct clat_datapath *configured,
               guint32 predecessor, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (clat_bpf_load (bpf, configured, predecessor, &local_error))
    return TRUE;
  if (configured->slow_path_only || configured->slow == 0)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  configured->slow_path_only = TRUE;
  if (!clat_bpf_load (bpf, configured, predecessor, error))
    return FALSE;

  /* Not before: where nothing can be loaded it is not for their size. */
  g_warning ("%s: no fast path: %s", self->name, local_error->message);
  self->lacks_fast_path = TRUE;
  return TRUE;
}

static struct clat_datapath
encode_datapath (const ClatDatapath *datapath, const ClatObserved *observed)
{
  const ClatTranslation *translation = &datapath->translation;
  struct clat_datapath configured = {
      .prefix_length = translation->prefix.length,
      .n_pairs = translation->n_pairs,
      .uplink = observed->uplink.ifindex,
      .inner = observed->inner.ifindex,
      .slow = observed->slow.ifindex,
      .slow_path_only = datapath->takes_nothing,
      .mtu6 = translation->mtu6,
      .mtu4 = translation->mtu6, /* as clat-xlat is configured */
      .lowest_ipv6_mtu = translation->lowest_ipv6_mtu,
      .reassembles = translation->reassembles,
  };

  memcpy (configured.prefix, &translation->prefix.address, sizeof configured.prefix);
  for (guint i = 0; i < translation->n_pairs; i++)
    {
      struct clat_pair *pair = &configured.pairs[i];

      pair->ipv4 = translation->pairs[i].ipv4.s_addr;
      memcpy (pair->ipv6, &translation->pairs[i].ipv6, sizeof pair->ipv6);
      memcpy (pair->next_hop, &datapath->next_hops[i], sizeof pair->next_hop);
    }
  memcpy (configured.inner_mac, observed->inner.mac, sizeof configured.inner_mac);
  memcpy (configured.host_mac, observed->veth.mac, sizeof configured.host_mac);
  return configured;
}

static gboolean
set_datapath (ClatTranslator *self, const ClatWanted *wanted,
              const ClatObserved *observed, GError **error)
{
  ClatDatapath datapath = clat_plan_datapath (wanted, &observed->actual);
  struct clat_datapath configured = encode_datapath (&datapath, observed);
  g_auto (ClatBpf) bpf = {0};

  if (!load_programs (self, &bpf, &configured, observed->programs[CLAT_PROGRAM_INNER],
                      error))
    return FALSE;

  /* Ways back first: what goes out can then come in. */
  return (observed->slow.ifindex == 0
          || clat_tc_set (clat_namespace_get_rtnl (self->namespace),
                          observed->slow.ifindex, bpf.programs[CLAT_PROGRAM_SLOW],
                          "clat_slow", error))
         && clat_tc_set (clat_namespace_get_rtnl (self->namespace),
                         observed->uplink.ifindex, bpf.programs[CLAT_PROGRAM_UPLINK],
                         "clat_6to4", error)
         && clat_tc_set (clat_namespace_get_rtnl (self->namespace),
                         observed->inner.ifindex, bpf.programs[CLAT_PROGRAM_INNER],
                         "clat_4to6", error);
}

static gboolean
remove_route (ClatTranslator *self, const ClatWanted *wanted,
              const ClatObserved *observed, GError **error)
{
  ClatDefaultRoute route = {
      .ifindex = observed->veth.ifindex,
      .route = *clat_plan_surplus_route (wanted, &observed->actual),
  };

  return clat_default_route_remove (self->host, &route, error);
}

static gboolean
add_route (ClatTranslator *self, const ClatWanted *wanted, const ClatObserved *observed,
           GError **error)
{
  ClatDefaultRoute route = {.ifindex = observed->veth.ifindex};

  return clat_plan_missing_route (wanted, &observed->actual, &route.route)
         && clat_default_route_add (self->host, &route, error);
}

static gboolean
start_slow_path (ClatTranslator *self, const ClatWanted *wanted,
                 const ClatObserved *observed, GError **error)
{
  ClatTranslation translation = clat_plan_translation (wanted, &observed->actual);

  return clat_slow_path_start (self->slow, clat_namespace_get_netns (self->namespace),
                               clat_namespace_get_rtnl (self->namespace), &translation,
                               error);
}

static gboolean
remove_datapath (ClatTranslator *self, const ClatObserved *observed, GError **error)
{
  return clat_tc_remove (clat_namespace_get_rtnl (self->namespace),
                         observed->inner.ifindex, error)
         && clat_tc_remove (clat_namespace_get_rtnl (self->namespace),
                            observed->uplink.ifindex, error);
}

static gboolean
remove_namespace (ClatTranslator *self, GError **error)
{
  g_clear_pointer (&self->namespace, clat_namespace_free);
  return release_link (self, error) && clat_netns_remove (self->name, error);
}

static gboolean
carry_out (ClatTranslator *self, ClatStep step, const ClatWanted *wanted,
           const ClatObserved *observed, GError **error)
{
  switch (step)
    {
    case CLAT_STEP_NONE:
    case CLAT_STEP_WAIT:
      return TRUE;
    case CLAT_STEP_REMOVE_STRAY_RULES:
      return clat_host_ipv4_remove_stray_rules (self->host, error);
    case CLAT_STEP_REMOVE_ROUTE:
      return remove_route (self, wanted, observed, error);
    case CLAT_STEP_REMOVE_IPV4:
      return clat_host_ipv4_remove (self->host, observed->veth.ifindex,
                                    *clat_plan_surplus_ipv4 (wanted, &observed->actual),
                                    error);
    case CLAT_STEP_REMOVE_DATAPATH:
      return remove_datapath (self, observed, error);
    case CLAT_STEP_STOP_SLOW_PATH:
      return clat_slow_path_stop (self->slow, clat_namespace_get_rtnl (self->namespace),
                                  error);
    case CLAT_STEP_REMOVE_VETH:
      return clat_link_remove (self->host, observed->veth.ifindex, error);
    case CLAT_STEP_REMOVE_UPLINK:
      return remove_uplink (self, observed, error);
    case CLAT_STEP_REMOVE_NAMESPACE:
      return remove_namespace (self, error);
    case CLAT_STEP_MAKE_NAMESPACE:
      return make_namespace (self, error);
    case CLAT_STEP_MAKE_UPLINK:
      return clat_uplink_make (self->namespace, wanted, self->host, error);
    case CLAT_STEP_BRING_UP:
      return bring_up (self, wanted, observed, error);
    case CLAT_STEP_SET_UPLINK_MTU:
      return clat_link_set_mtu (clat_namespace_get_rtnl (self->namespace),
                                observed->uplink.ifindex, wanted->parent_mtu, error);
    case CLAT_STEP_ADD_IPV6:
      return add_ipv6 (self, wanted, observed, error);
    case CLAT_STEP_REMOVE_IPV6:
      return remove_ipv6 (self, wanted, observed, error);
    case CLAT_STEP_SET_GATEWAY:
      return set_gateway (self, wanted, observed, error);
    case CLAT_STEP_SET_REDIRECT:
      return clat_redirect_set (&observed->redirect, self->host,
                                clat_namespace_get_rtnl (self->namespace), error);
    case CLAT_STEP_MAKE_VETH:
      return make_veth (self, observed, error);
    case CLAT_STEP_SET_VETH_MTU:
      return set_veth_mtu (self, observed, error);
    case CLAT_STEP_SET_VRF:
      return clat_link_set_master (self->host, observed->veth.ifindex, wanted->vrf,
                                   error);
    case CLAT_STEP_START_SLOW_PATH:
      return start_slow_path (self, wanted, observed, error);
    case CLAT_STEP_SET_DATAPATH:
      return set_datapath (self, wanted, observed, error);
    case CLAT_STEP_ADD_IPV4:
      return clat_host_ipv4_add (self->host, observed->veth.ifindex, wanted,
                                 *clat_plan_missing_ipv4 (wanted, &observed->actual),
                                 error);
    case CLAT_STEP_ADD_ROUTE:
      return add_route (self, wanted, observed, error);
    }
  g_return_val_if_reached (FALSE);
}

/* Follows the plan until nothing is left to do or has to be waited for. */
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
      if (step == CLAT_STEP_NONE || step == CLAT_STEP_WAIT)
        {
          *actual = observed.actual;
          return TRUE;
        }

      g_debug ("%s: %s", self->name, clat_step_to_string (step));
      if (!carry_out (self, step, wanted, &observed, error))
        {
          g_prefix_error (error, "%s: %s: ", self->name, clat_step_to_string (step));
          return FALSE;
        }
    }

  g_set_error_literal (error, CLAT_ERROR, CLAT_ERROR_KERNEL,
                       "the kernel undoes what is set up");
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

  if (self->namespace != NULL
      && !clat_uplink_inject (self->namespace, self->ra_cache, link, seconds, &error))
    g_debug ("%s: %s", self->name, error->message);
}

void
clat_translator_receive (ClatTranslator *self, int link)
{
  g_autoptr (GError) error = NULL;

  if (self->namespace != NULL && self->redirected == link
      && !clat_uplink_inject (self->namespace, self->ra_cache, link,
                              CLAT_RA_CACHE_FULL_LIFETIME, &error))
    g_debug ("%s: %s", self->name, error->message);
}

gboolean
clat_translator_read_counters (ClatTranslator *self,
                               struct clat_counters counters[CLAT_N_DIRECTIONS],
                               GError **error)
{
  ClatLink inner;
  guint32 program;

  if (self->namespace == NULL)
    {
      g_set_error_literal (error, CLAT_ERROR, CLAT_ERROR_GONE, "there is no translator");
      return FALSE;
    }
  if (!clat_link_get (clat_namespace_get_rtnl (self->namespace), CLAT_NAME_INNER, &inner,
                      error)
      || !clat_tc_get (clat_namespace_get_rtnl (self->namespace), inner.ifindex, &program,
                       error)
      || !clat_bpf_read_counters (program, counters, error))
    return FALSE;

  clat_slow_path_add_counters (self->slow, counters);
  return TRUE;
}
