/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of the plan, carried out in the kernel. */
#include "clat-translator-steps.h"

#include "clat-default-route.h"
#include "clat-host-ipv4.h"
#include "clat-ipv6-address.h"
#include "clat-link-change.h"
#include "clat-link.h"
#include "clat-names.h"
#include "clat-netns.h"
#include "clat-plan-details.h"
#include "clat-redirect.h"
#include "clat-refusal.h"
#include "clat-rule.h"
#include "clat-sock-diag.h"
#include "clat-sysctl.h"
#include "clat-translator-datapath.h"
#include "clat-uplink.h"

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
                                   observed->links.uplink.ifindex, &ipv6, error);
}

static gboolean
remove_ipv6 (ClatTranslator *self, const ClatWanted *wanted, const ClatObserved *observed,
             GError **error)
{
  ClatIpv6 ipv6;

  return !clat_plan_ipv6_to_remove (wanted, &observed->actual, &ipv6)
         || clat_ipv6_address_remove (clat_namespace_get_rtnl (self->namespace),
                                      observed->links.uplink.ifindex, &ipv6, error);
}

static gboolean
set_gateway (ClatTranslator *self, const ClatWanted *wanted, const ClatObserved *observed,
             GError **error)
{
  const struct in6_addr *old = &observed->actual.gateway;
  struct in6_addr new = clat_plan_gateway (wanted);
  ClatRtnl *rtnl = clat_namespace_get_rtnl (self->namespace);

  return (IN6_IS_ADDR_UNSPECIFIED (old)
          || clat_gateway_remove (rtnl, observed->links.uplink.ifindex, old, error))
         && (IN6_IS_ADDR_UNSPECIFIED (&new)
             || clat_gateway_add (rtnl, observed->links.uplink.ifindex, &new, error));
}

/* Also when the veth pair has vanished: the program on the link does not go with it. */
static gboolean
release_link (ClatTranslator *self, GError **error)
{
  if (!clat_redirect_release (self->host, self->redirected_link, error))
    return FALSE;
  self->redirected_link = 0;
  return TRUE;
}

static gboolean
remove_uplink (ClatTranslator *self, const ClatObserved *observed, GError **error)
{
  return release_link (self, error)
         && clat_link_remove (clat_namespace_get_rtnl (self->namespace),
                              observed->links.uplink.ifindex, error);
}

/* Replies to guests are forwarded: a newer NetworkManager that shares a connection
 * enables that on its own interfaces only. */
static gboolean
set_forwarding (ClatTranslator *self, GError **error)
{
  g_autofree char *forwarding = g_strdup_printf ("ipv4/conf/%s/forwarding", self->name);

  return clat_sysctl_set (forwarding, "1", error);
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

  /* Only the host's IPv4 packets enter: neither end needs IPv6, nor address resolution,
   * because the program accepts every frame. Replies come from any source address: with
   * strict reverse path filtering a second connection would lose them. Multicast is not
   * translated: without the flag, mDNS responders and the like ignore the interface. */
  return clat_link_refuse_ipv6 (self->host, veth.ifindex, error)
         && clat_link_refuse_ipv6 (rtnl, inner.ifindex, error)
         && clat_sysctl_set (rp_filter, "2", error) && set_forwarding (self, error)
         && clat_link_set_group (self->host, veth.ifindex, CLAT_RULE_LINK_GROUP, error)
         && clat_link_set_flags (rtnl, inner.ifindex, IFF_UP, error)
         && clat_link_clear_flags (self->host, veth.ifindex, IFF_MULTICAST, error)
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

  return (observed->links.uplink.flags & IFF_UP
          || clat_uplink_bring_up (self->namespace, observed->links.uplink.ifindex,
                                   wanted->parent, self->ra_cache, error))
         && bring_up_one (self->host, &observed->redirect.outside, error)
         && bring_up_one (rtnl, &observed->links.slow, error)
         && bring_up_one (rtnl, &observed->links.inner, error)
         && (!observed->actual.has_veth
             || bring_up_one (self->host, &observed->links.veth, error));
}

static gboolean
set_veth_mtu (ClatTranslator *self, const ClatObserved *observed, GError **error)
{
  guint mtu = clat_plan_veth_mtu (&observed->actual);

  return clat_link_set_mtu (clat_namespace_get_rtnl (self->namespace),
                            observed->links.inner.ifindex, mtu, error)
         && clat_link_set_mtu (self->host, observed->links.veth.ifindex, mtu, error);
}

static gboolean
add_ipv4 (ClatTranslator *self, const ClatWanted *wanted, const ClatObserved *observed,
          GError **error)
{
  ClatHostIpv4 ipv4;

  return !clat_plan_missing_ipv4 (wanted, &observed->actual, &ipv4)
         || clat_host_ipv4_add (self->host, observed->links.veth.ifindex, wanted, &ipv4,
                                error);
}

static gboolean
remove_route (ClatTranslator *self, const ClatWanted *wanted,
              const ClatObserved *observed, GError **error)
{
  ClatDefaultRoute route = {
      .ifindex = observed->links.veth.ifindex,
      .type = RTN_UNICAST,
      .route = *clat_plan_surplus_route (wanted, &observed->actual),
  };

  return clat_default_route_remove (self->host, &route, error);
}

/* Sockets are ended when their address has gone: before, their resets could leave by
 * another default route. */
static gboolean
remove_ipv4 (ClatTranslator *self, const ClatWanted *wanted, const ClatObserved *observed,
             GError **error)
{
  const ClatHostIpv4 *ipv4 = clat_plan_surplus_ipv4 (wanted, &observed->actual);

  if (!clat_host_ipv4_remove (self->host, observed->links.veth.ifindex, ipv4, error))
    return FALSE;
  if (clat_plan_has_ended (wanted, ipv4->address))
    clat_sock_diag_end (ipv4->address);
  return TRUE;
}

static gboolean
add_route (ClatTranslator *self, const ClatWanted *wanted, const ClatObserved *observed,
           GError **error)
{
  ClatDefaultRoute route = {.ifindex = observed->links.veth.ifindex, .type = RTN_UNICAST};

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
remove_namespace (ClatTranslator *self, GError **error)
{
  g_clear_pointer (&self->namespace, clat_namespace_free);
  return release_link (self, error) && clat_netns_remove (self->name, error);
}

gboolean
clat_translator_carry_out (ClatTranslator *self, ClatStep step, const ClatWanted *wanted,
                           const ClatObserved *observed, GError **error)
{
  switch (step)
    {
    case CLAT_STEP_NONE:
    case CLAT_STEP_WAIT:
      return TRUE;
    case CLAT_STEP_REMOVE_STRAY_RULES:
      return clat_host_ipv4_remove_stray_rules (self->host, error)
             && clat_refusal_remove_stray (self->host, error);
    case CLAT_STEP_REMOVE_ROUTE:
      return remove_route (self, wanted, observed, error);
    case CLAT_STEP_REMOVE_IPV4:
      return remove_ipv4 (self, wanted, observed, error);
    case CLAT_STEP_REMOVE_DATAPATH:
      return clat_translator_remove_datapath (self, observed, error);
    case CLAT_STEP_STOP_SLOW_PATH:
      return clat_slow_path_stop (self->slow, clat_namespace_get_rtnl (self->namespace),
                                  error);
    case CLAT_STEP_REMOVE_VETH:
      return clat_link_remove (self->host, observed->links.veth.ifindex, error);
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
                                observed->links.uplink.ifindex, wanted->parent_mtu,
                                error);
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
    case CLAT_STEP_CLEAR_MULTICAST:
      return clat_link_clear_flags (self->host, observed->links.veth.ifindex,
                                    IFF_MULTICAST, error);
    case CLAT_STEP_SET_FORWARDING:
      return set_forwarding (self, error);
    case CLAT_STEP_SET_VRF:
      return clat_link_set_master (self->host, observed->links.veth.ifindex, wanted->vrf,
                                   error);
    case CLAT_STEP_START_SLOW_PATH:
      return start_slow_path (self, wanted, observed, error);
    case CLAT_STEP_SET_DATAPATH:
      return clat_translator_set_datapath (self, wanted, observed, error);
    case CLAT_STEP_ADD_IPV4:
      return add_ipv4 (self, wanted, observed, error);
    case CLAT_STEP_ADD_ROUTE:
      return add_route (self, wanted, observed, error);
    case CLAT_STEP_ADD_REFUSAL:
      return clat_refusal_add (self->host, observed->links.veth.ifindex, wanted->parent,
                               error);
    case CLAT_STEP_REMOVE_REFUSAL:
      return clat_refusal_remove (self->host, observed->links.veth.ifindex, error);
    }
  g_return_val_if_reached (FALSE);
}
