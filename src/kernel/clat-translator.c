/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One translator in the kernel: carries out the steps of the plan. */
#include "clat-translator.h"

#include <string.h>

#include "clat-bpf.h"
#include "clat-default-route.h"
#include "clat-filter.h"
#include "clat-found.h"
#include "clat-hostside.h"
#include "clat-ipv6.h"
#include "clat-link.h"
#include "clat-rule.h"
#include "clat-slow.h"
#include "clat-space.h"
#include "clat-sysctl.h"

/* More steps than any plan has: then a step did not do what it should. */
#define MAX_STEPS 32

struct _ClatTranslator
{
  char name[IFNAMSIZ];
  ClatRtnl *host;   /* lent */
  ClatHeard *heard; /* lent */
  GSourceFunc function;
  gpointer data;

  ClatSpace *space; /* NULL while there is none */
  ClatSlow *slow;
  gboolean lacks_fast_path;
  int redirected; /* the link that packets are taken from, 0: none */
};

ClatTranslator *
clat_translator_new (const char *name, ClatRtnl *rtnl, ClatHeard *heard,
                     const ClatStore *store, GSourceFunc function, gpointer data)
{
  ClatTranslator *self = g_new0 (ClatTranslator, 1);

  g_strlcpy (self->name, name, sizeof self->name);
  self->host = rtnl;
  self->heard = heard;
  self->function = function;
  self->data = data;
  self->slow = clat_slow_new (self->name, store, function, data);
  return self;
}

void
clat_translator_free (ClatTranslator *self)
{
  g_clear_pointer (&self->space, clat_space_free);
  clat_slow_free (self->slow);
  g_free (self);
}

/* Takes over the namespace of our name if there is one; gives it its name back if
 * somebody has taken that away. */
static gboolean
adopt_space (ClatTranslator *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (self->space == NULL)
    self->space = clat_space_open (self->name, self->host, self->function, self->data,
                                   &local_error);
  if (self->space != NULL)
    clat_netns_keep_name (clat_space_get_netns (self->space), self->name, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

static void
read_slow (ClatTranslator *self, ClatFound *found)
{
  found->actual.slow = clat_slow_get_state (self->slow);
  found->actual.slow_translation = *clat_slow_get_translation (self->slow);
  if (found->actual.slow == CLAT_SLOW_NONE && found->slow.ifindex != 0)
    found->actual.slow = CLAT_SLOW_ORPHANED;
}

static gboolean
read_found (ClatTranslator *self, const ClatWanted *wanted, ClatFound *found,
            GError **error)
{
  if (!adopt_space (self, error)
      || !clat_found_read (found, self->name, self->host, self->space, wanted, error))
    return FALSE;

  if (found->redirect.parent != 0)
    self->redirected = found->redirect.parent;
  found->actual.lacks_fast_path = self->lacks_fast_path;
  read_slow (self, found);
  return TRUE;
}

static gboolean
make_space (ClatTranslator *self, GError **error)
{
  self->space = clat_space_make (self->name, self->function, self->data, error);
  return self->space != NULL;
}

static gboolean
add_ipv6 (ClatTranslator *self, const ClatWanted *wanted, const ClatFound *found,
          GError **error)
{
  ClatIpv6 ipv6;

  return !clat_plan_ipv6_to_add (wanted, &found->actual, &ipv6)
         || clat_ipv6_add (clat_space_get_rtnl (self->space), found->uplink.ifindex,
                           &ipv6, error);
}

static gboolean
remove_ipv6 (ClatTranslator *self, const ClatWanted *wanted, const ClatFound *found,
             GError **error)
{
  ClatIpv6 ipv6;

  return !clat_plan_ipv6_to_remove (wanted, &found->actual, &ipv6)
         || clat_ipv6_remove (clat_space_get_rtnl (self->space), found->uplink.ifindex,
                              &ipv6, error);
}

static gboolean
set_gateway (ClatTranslator *self, const ClatWanted *wanted, const ClatFound *found,
             GError **error)
{
  const struct in6_addr *old = &found->actual.gateway;
  struct in6_addr new = clat_plan_gateway (wanted);
  ClatRtnl *rtnl = clat_space_get_rtnl (self->space);

  return (IN6_IS_ADDR_UNSPECIFIED (old)
          || clat_gateway_remove (rtnl, found->uplink.ifindex, old, error))
         && (IN6_IS_ADDR_UNSPECIFIED (&new)
             || clat_gateway_add (rtnl, found->uplink.ifindex, &new, error));
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
remove_uplink (ClatTranslator *self, const ClatFound *found, GError **error)
{
  return release_link (self, error)
         && clat_link_remove (clat_space_get_rtnl (self->space), found->uplink.ifindex,
                              error);
}

static gboolean
make_veth (ClatTranslator *self, const ClatFound *found, GError **error)
{
  int netns = clat_netns_get_fd (clat_space_get_netns (self->space));
  ClatRtnl *rtnl = clat_space_get_rtnl (self->space);
  g_autofree char *rp_filter = g_strdup_printf ("ipv4/conf/%s/rp_filter", self->name);
  ClatLink veth, inner;

  if (!clat_link_add_veth (self->host, self->name, CLAT_SPACE_INNER, netns,
                           clat_plan_veth_mtu (&found->actual), error)
      || !clat_link_get (self->host, self->name, &veth, error)
      || !clat_link_get (rtnl, CLAT_SPACE_INNER, &inner, error))
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
raise_one (ClatRtnl *rtnl, const ClatLink *link, GError **error)
{
  return link->ifindex == 0 || link->flags & IFF_UP
         || clat_link_set_flags (rtnl, link->ifindex, IFF_UP, error);
}

static gboolean
raise_links (ClatTranslator *self, const ClatWanted *wanted, const ClatFound *found,
             GError **error)
{
  ClatRtnl *rtnl = clat_space_get_rtnl (self->space);

  return (found->uplink.flags & IFF_UP
          || clat_space_raise_uplink (self->space, found->uplink.ifindex, wanted->parent,
                                      self->heard, error))
         && raise_one (self->host, &found->redirect.outside, error)
         && raise_one (rtnl, &found->slow, error)
         && raise_one (rtnl, &found->inner, error)
         && (!found->actual.has_veth || raise_one (self->host, &found->veth, error));
}

static gboolean
set_veth_mtu (ClatTranslator *self, const ClatFound *found, GError **error)
{
  guint mtu = clat_plan_veth_mtu (&found->actual);

  return clat_link_set_mtu (clat_space_get_rtnl (self->space), found->inner.ifindex, mtu,
                            error)
         && clat_link_set_mtu (self->host, found->veth.ifindex, mtu, error);
}

/* Tries without the fast path if the kernel does not take it: then the programs are
 * small. */
static gboolean
load_programs (ClatTranslator *self, ClatBpf *bpf, struct clat_datapath *told,
               guint32 predecessor, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (clat_bpf_load (bpf, told, predecessor, &local_error))
    return TRUE;
  if (told->takes_nothing || told->slow == 0)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  told->takes_nothing = TRUE;
  if (!clat_bpf_load (bpf, told, predecessor, error))
    return FALSE;

  /* Not before: where nothing can be loaded it is not for their size. */
  g_warning ("%s: no fast path: %s", self->name, local_error->message);
  self->lacks_fast_path = TRUE;
  return TRUE;
}

static struct clat_datapath
tell_datapath (const ClatDatapath *datapath, const ClatFound *found)
{
  const ClatTranslation *translation = &datapath->translation;
  struct clat_datapath told = {
      .prefix_length = translation->prefix.length,
      .n_pairs = translation->n_pairs,
      .uplink = found->uplink.ifindex,
      .inner = found->inner.ifindex,
      .slow = found->slow.ifindex,
      .takes_nothing = datapath->takes_nothing,
      .mtu6 = translation->mtu6,
      .mtu4 = translation->mtu6, /* as clat-xlat is told */
      .lowest_ipv6_mtu = translation->lowest_ipv6_mtu,
      .reassembles = translation->reassembles,
  };

  memcpy (told.prefix, &translation->prefix.address, sizeof told.prefix);
  for (guint i = 0; i < translation->n_pairs; i++)
    {
      struct clat_pair *pair = &told.pairs[i];

      pair->ipv4 = translation->pairs[i].ipv4.s_addr;
      memcpy (pair->ipv6, &translation->pairs[i].ipv6, sizeof pair->ipv6);
      memcpy (pair->next_hop, &datapath->next_hops[i], sizeof pair->next_hop);
    }
  memcpy (told.inner_mac, found->inner.mac, sizeof told.inner_mac);
  memcpy (told.host_mac, found->veth.mac, sizeof told.host_mac);
  return told;
}

static gboolean
set_datapath (ClatTranslator *self, const ClatWanted *wanted, const ClatFound *found,
              GError **error)
{
  ClatDatapath datapath = clat_plan_datapath (wanted, &found->actual);
  struct clat_datapath told = tell_datapath (&datapath, found);
  g_auto (ClatBpf) bpf = {0};

  if (!load_programs (self, &bpf, &told, found->programs[CLAT_PROGRAM_INNER], error))
    return FALSE;

  /* Ways back first: what goes out can then come in. */
  return (found->slow.ifindex == 0
          || clat_filter_set (clat_space_get_rtnl (self->space), found->slow.ifindex,
                              bpf.programs[CLAT_PROGRAM_SLOW], "clat_slow", error))
         && clat_filter_set (clat_space_get_rtnl (self->space), found->uplink.ifindex,
                             bpf.programs[CLAT_PROGRAM_UPLINK], "clat_6to4", error)
         && clat_filter_set (clat_space_get_rtnl (self->space), found->inner.ifindex,
                             bpf.programs[CLAT_PROGRAM_INNER], "clat_4to6", error);
}

static gboolean
remove_route (ClatTranslator *self, const ClatWanted *wanted, const ClatFound *found,
              GError **error)
{
  ClatDefaultRoute route = {
      .ifindex = found->veth.ifindex,
      .route = *clat_plan_surplus_route (wanted, &found->actual),
  };

  return clat_default_route_remove (self->host, &route, error);
}

static gboolean
add_route (ClatTranslator *self, const ClatWanted *wanted, const ClatFound *found,
           GError **error)
{
  ClatDefaultRoute route = {.ifindex = found->veth.ifindex};

  return clat_plan_missing_route (wanted, &found->actual, &route.route)
         && clat_default_route_add (self->host, &route, error);
}

static gboolean
set_slow (ClatTranslator *self, const ClatWanted *wanted, const ClatFound *found,
          GError **error)
{
  ClatTranslation translation = clat_plan_translation (wanted, &found->actual);

  return clat_slow_start (self->slow, clat_space_get_netns (self->space),
                          clat_space_get_rtnl (self->space), &translation, error);
}

static gboolean
remove_datapath (ClatTranslator *self, const ClatFound *found, GError **error)
{
  return clat_filter_remove (clat_space_get_rtnl (self->space), found->inner.ifindex,
                             error)
         && clat_filter_remove (clat_space_get_rtnl (self->space), found->uplink.ifindex,
                                error);
}

static gboolean
remove_namespace (ClatTranslator *self, GError **error)
{
  g_clear_pointer (&self->space, clat_space_free);
  return release_link (self, error) && clat_netns_remove (self->name, error);
}

static gboolean
carry_out (ClatTranslator *self, ClatStep step, const ClatWanted *wanted,
           const ClatFound *found, GError **error)
{
  switch (step)
    {
    case CLAT_STEP_NONE:
    case CLAT_STEP_WAIT:
      return TRUE;
    case CLAT_STEP_REMOVE_STRAY_RULES:
      return clat_hostside_remove_stray_rules (self->host, error);
    case CLAT_STEP_REMOVE_ROUTE:
      return remove_route (self, wanted, found, error);
    case CLAT_STEP_REMOVE_IPV4:
      return clat_hostside_remove_ipv4 (self->host, found->veth.ifindex,
                                        *clat_plan_surplus_ipv4 (wanted, &found->actual),
                                        error);
    case CLAT_STEP_REMOVE_DATAPATH:
      return remove_datapath (self, found, error);
    case CLAT_STEP_REMOVE_SLOW:
      return clat_slow_stop (self->slow, clat_space_get_rtnl (self->space), error);
    case CLAT_STEP_REMOVE_VETH:
      return clat_link_remove (self->host, found->veth.ifindex, error);
    case CLAT_STEP_REMOVE_UPLINK:
      return remove_uplink (self, found, error);
    case CLAT_STEP_REMOVE_NAMESPACE:
      return remove_namespace (self, error);
    case CLAT_STEP_MAKE_NAMESPACE:
      return make_space (self, error);
    case CLAT_STEP_MAKE_UPLINK:
      return clat_space_make_uplink (self->space, wanted, self->host, error);
    case CLAT_STEP_RAISE_LINKS:
      return raise_links (self, wanted, found, error);
    case CLAT_STEP_SET_UPLINK_MTU:
      return clat_link_set_mtu (clat_space_get_rtnl (self->space), found->uplink.ifindex,
                                wanted->parent_mtu, error);
    case CLAT_STEP_ADD_IPV6:
      return add_ipv6 (self, wanted, found, error);
    case CLAT_STEP_REMOVE_IPV6:
      return remove_ipv6 (self, wanted, found, error);
    case CLAT_STEP_SET_GATEWAY:
      return set_gateway (self, wanted, found, error);
    case CLAT_STEP_SET_REDIRECT:
      return clat_redirect_set (&found->redirect, self->host,
                                clat_space_get_rtnl (self->space), error);
    case CLAT_STEP_MAKE_VETH:
      return make_veth (self, found, error);
    case CLAT_STEP_SET_VETH_MTU:
      return set_veth_mtu (self, found, error);
    case CLAT_STEP_SET_VRF:
      return clat_link_set_master (self->host, found->veth.ifindex, wanted->vrf, error);
    case CLAT_STEP_SET_SLOW:
      return set_slow (self, wanted, found, error);
    case CLAT_STEP_SET_DATAPATH:
      return set_datapath (self, wanted, found, error);
    case CLAT_STEP_ADD_IPV4:
      return clat_hostside_add_ipv4 (self->host, found->veth.ifindex, wanted,
                                     *clat_plan_missing_ipv4 (wanted, &found->actual),
                                     error);
    case CLAT_STEP_ADD_ROUTE:
      return add_route (self, wanted, found, error);
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
      ClatFound found;

      if (!read_found (self, wanted, &found, error))
        return FALSE;

      step = clat_plan_next (wanted, &found.actual);
      if (step == CLAT_STEP_NONE || step == CLAT_STEP_WAIT)
        {
          *actual = found.actual;
          return TRUE;
        }

      g_debug ("%s: %s", self->name, clat_step_to_string (step));
      if (!carry_out (self, step, wanted, &found, error))
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
  ClatFound found = {0};

  if (!read_found (self, &nothing, &found, &error))
    g_warning ("%s: %s", self->name, error->message);
  *actual = found.actual;
}

void
clat_translator_doubt (ClatTranslator *self, int link, guint seconds)
{
  g_autoptr (GError) error = NULL;

  if (self->space != NULL
      && !clat_space_hear (self->space, self->heard, link, seconds, &error))
    g_debug ("%s: %s", self->name, error->message);
}

void
clat_translator_hear (ClatTranslator *self, int link)
{
  g_autoptr (GError) error = NULL;

  if (self->space != NULL && self->redirected == link
      && !clat_space_hear (self->space, self->heard, link, CLAT_HEARD_AS_SAID, &error))
    g_debug ("%s: %s", self->name, error->message);
}

gboolean
clat_translator_read_counters (ClatTranslator *self,
                               struct clat_counters counters[CLAT_N_DIRECTIONS],
                               GError **error)
{
  ClatLink inner;
  guint32 program;

  if (self->space == NULL)
    {
      g_set_error_literal (error, CLAT_ERROR, CLAT_ERROR_GONE, "there is no translator");
      return FALSE;
    }
  if (!clat_link_get (clat_space_get_rtnl (self->space), CLAT_SPACE_INNER, &inner, error)
      || !clat_filter_get (clat_space_get_rtnl (self->space), inner.ifindex, &program,
                           error)
      || !clat_bpf_read_counters (program, counters, error))
    return FALSE;

  clat_slow_add_counters (self->slow, counters);
  return TRUE;
}
