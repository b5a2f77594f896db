/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "clat-connection-wanted.h"

#include <string.h>

#include "clat-route-metric.h"

/* The prefix in use, NULL if none is known. */
static const ClatPref64 *
get_pref64 (ClatConnectionParts *self)
{
  return clat_pref64_table_get_best (clat_discovery_get_table (self->discovery));
}

ClatAddressWait
clat_connection_get_wait (ClatConnectionParts *self, const ClatHostLink *link)
{
  return (ClatAddressWait){
      .slaac = link->slaac,
      .waiting_since = self->waiting_since,
      .routers_solicited = clat_discovery_get_solicited (self->discovery),
  };
}

gboolean
clat_connection_is_complete (ClatConnectionParts *self)
{
  return self->profile->never_default ? self->actual.n_routes > 0
                                      : clat_actual_has_route (&self->actual);
}

/* On Ethernet packets need a next hop, on other links the interface is enough. */
static gboolean
lacks_router (ClatConnectionParts *self, const ClatPass *pass)
{
  return pass->link.kind == CLAT_LINK_KIND_ETHERNET
         && IN6_IS_ADDR_UNSPECIFIED (&pass->link.static_ipv6.gateway)
         && !clat_discovery_has_default_router (self->discovery, pass->now);
}

ClatSituation
clat_connection_get_situation (ClatConnectionParts *self, const ClatPass *pass)
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
      .is_complete = clat_connection_is_complete (self),
      .is_shared = self->actual.uplink == CLAT_UPLINK_SHARED,
      .is_never_default = self->profile->never_default,
      .is_limited = self->actual.slow == CLAT_SLOW_PATH_BROKEN,
      .plat_fault = self->plat_text,
      .fault = clat_retry_get_fault (self->retry),
      .retry_pause = clat_retry_get_pause (self->retry),
  };
}

static const ClatAddressSetting *
get_address_setting (ClatConnectionParts *self)
{
  const ClatProfile *profile = self->profile;

  return profile->has_address
             ? &profile->address
             : clat_config_find_address (self->common->config, profile->interface,
                                         profile->uuid, profile->id);
}

void
clat_connection_forget_plat (ClatConnectionParts *self)
{
  clat_plat_monitor_forget (&self->plat, self->common->kernel, self->name);
}

/* Also as found out earlier. */
static gboolean
is_filtered (ClatConnectionParts *self)
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
get_address_need (ClatConnectionParts *self, const ClatPass *pass, ClatGoal goal)
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

void
clat_connection_update_sharing (ClatConnectionParts *self, const ClatPass *pass,
                                ClatGoal goal)
{
  ClatAddressNeed need = get_address_need (self, pass, goal);

  if (!clat_sharing_update (&self->sharing, &pass->link, &need, pass->now))
    return;
  clat_connection_forget_plat (self);
  g_message ("%s (%s): the network %s: sharing that of the host", self->profile->id,
             self->profile->interface,
             need.is_filtered
                 ? "passes nothing of an IPv6 address of the translator's own"
                 : "gives the translator no IPv6 address");
}

ClatWanted
clat_connection_get_wanted (ClatConnectionParts *self, const ClatPass *pass,
                            ClatGoal goal)
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
