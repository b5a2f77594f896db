/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Has native IPv4 given up on IPv6-mostly networks, and taken back. */
#include "clat-ipv4-switch.h"

#include <string.h>

#include "clat-clock.h"
#include "clat-expiry.h"
#include "clat-option-108.h"

struct _ClatIpv4Switch
{
  ClatKernel *kernel;
  const ClatConfig *config;
  ClatNetworkManager *network_manager;
  ClatRememberedNetworks *without_nat64;
  GSourceFunc function;
  gpointer data;
  gulong offered; /* signal handler */

  int ifindex;
  char *uuid; /* of the profile */
  ClatIpv6Mostly rules;
  ClatIpv6MostlyInput input;
  ClatIpv4Wish wish;  /* as NetworkManager was told it */
  gboolean has_ended; /* native IPv4, after it was given up */
  gint64 lease_end;
  gint64 next;
};

/* DHCPv4 servers are like routers here, by their IPv4-mapped address; there is no prefix.
 */
static struct in6_addr
get_server (ClatIpv4Switch *self)
{
  struct in6_addr server = {.s6_addr = {[10] = 0xff, [11] = 0xff}};

  memcpy (server.s6_addr + 12, &self->rules.server, sizeof self->rules.server);
  return server;
}

/* The host was on this network before. */
static void
recall (ClatIpv4Switch *self)
{
  const ClatPrefix none = {0};
  struct in6_addr server = get_server (self);

  if (!self->input.can_translate
      && clat_remembered_networks_contain (self->without_nat64, self->uuid, &server,
                                           &none))
    clat_ipv6_mostly_recall (&self->rules);
}

static void
remember (ClatIpv4Switch *self)
{
  const ClatPrefix none = {0};
  struct in6_addr server = get_server (self);

  if (self->rules.lacks_nat64)
    clat_remembered_networks_add (self->without_nat64, self->uuid, &server, &none);
}

static void
on_offered (ClatKernel *kernel, gpointer answer, gpointer data)
{
  const ClatDhcp4Answer *offered = answer;
  ClatIpv4Switch *self = data;

  if (offered->ifindex != self->ifindex)
    return;
  clat_ipv6_mostly_receive (&self->rules, &offered->offer, &self->input,
                            clat_clock_now ());
  recall (self);
  self->function (self->data);
}

static gboolean
is_allowed (ClatIpv4Switch *self, const ClatProfile *profile,
            const ClatSituation *situation)
{
  return clat_option_108_suits_profile (profile, self->config) && situation->is_connected
         && situation->is_supported && !situation->is_delegated
         && situation->other_clat == NULL;
}

static ClatIpv6MostlyInput
get_input (ClatIpv4Switch *self, const ClatProfile *profile,
           const ClatSituation *situation, gint64 now)
{
  ClatIpv6MostlyInput input = {
      .is_allowed = is_allowed (self, profile, situation),
      .can_translate = situation->pref64 != NULL
                       && clat_situation_judge (situation).state != CLAT_STATE_FAILED,
      .has_native_ipv4 = situation->has_native_ipv4,
      .is_asked = profile->asks_option_108,
  };

  if (profile->dhcp4_expiry != 0)
    input.lease_end = now + profile->dhcp4_expiry * G_USEC_PER_SEC - g_get_real_time ();
  if (situation->has_native_ipv4 && self->rules.phase == CLAT_IPV6_MOSTLY_YES)
    input.is_lease_used = clat_kernel_is_ipv4_used (self->kernel, profile->ifindex);
  return input;
}

void
clat_ipv4_switch_forget (ClatIpv4Switch *self)
{
  clat_ipv6_mostly_forget (&self->rules);
  self->wish = CLAT_IPV4_AS_IS;
  self->has_ended = FALSE;
}

/* Native IPv4 is back. Where NetworkManager asks for option 108 itself, its network has
 * taken back what it said. Else somebody else may have had IPv4 configured again, such as
 * "nmcli device reapply". */
static void
follow_return (ClatIpv4Switch *self, const ClatProfile *profile, gint64 now)
{
  clat_ipv4_switch_forget (self);
  if (profile->asks_option_108)
    clat_ipv6_mostly_deny (&self->rules, now);
}

static void
notice_return (ClatIpv4Switch *self, const ClatProfile *profile,
               const ClatSituation *situation, gint64 now)
{
  if (self->wish != CLAT_IPV4_OFF || !situation->is_connected)
    self->has_ended = FALSE;
  else if (!situation->has_native_ipv4)
    self->has_ended = TRUE;
  else if (self->has_ended)
    follow_return (self, profile, now);
}

static void
discover (ClatIpv4Switch *self, const ClatProfile *profile)
{
  g_autoptr (GError) error = NULL;

  if (!clat_kernel_discover (self->kernel, profile->ifindex, &error))
    g_debug ("%s (%s): %s", profile->id, profile->interface, error->message);
}

static void
log_wish (ClatIpv4Switch *self, const ClatProfile *profile, ClatIpv4Wish wish, gint64 now)
{
  if (wish == CLAT_IPV4_OFF)
    g_message ("%s (%s): the network is IPv6-mostly (DHCPv4 option 108): native IPv4 is "
               "given up for %" G_GINT64_FORMAT " s",
               profile->id, profile->interface,
               (self->rules.next - now) / G_USEC_PER_SEC);
  else if (wish == CLAT_IPV4_REQUIRED)
    g_message ("%s (%s): the network is IPv6-mostly (DHCPv4 option 108), but nothing can "
               "be translated: native IPv4 is requested",
               profile->id, profile->interface);
  else if (self->wish == CLAT_IPV4_OFF)
    g_message ("%s (%s): native IPv4 is configured again", profile->id,
               profile->interface);
}

static void
set_wish (ClatIpv4Switch *self, const ClatProfile *profile, ClatIpv4Wish wish, gint64 now)
{
  if (wish == CLAT_IPV4_AS_IS || wish == self->wish)
    return;

  log_wish (self, profile, wish, now);
  self->wish = wish;
  clat_network_manager_set_ipv4 (self->network_manager, profile->active_path, wish);
}

/* A connection that is being activated can still fail for want of IPv4: it is not taken
 * then, but it may be required. One that ends has nothing to get back. */
static gboolean
can_change (const ClatProfile *profile, const ClatSituation *situation)
{
  return profile->is_connected
         && (profile->is_settled
             || (profile->asks_option_108 && !situation->has_native_ipv4));
}

void
clat_ipv4_switch_follow (ClatIpv4Switch *self, const ClatProfile *profile,
                         const ClatSituation *situation, gint64 now)
{
  ClatIpv4Wish wish;

  self->lease_end = 0;
  self->next = CLAT_NEVER;
  self->input.is_allowed = FALSE;
  if (!can_change (profile, situation))
    return;

  self->ifindex = profile->ifindex;
  g_free (self->uuid);
  self->uuid = g_strdup (profile->uuid);
  notice_return (self, profile, situation, now);
  self->input = get_input (self, profile, situation, now);
  if (clat_ipv6_mostly_advance (&self->rules, &self->input, now))
    discover (self, profile);
  remember (self);
  wish = clat_ipv6_mostly_get_wish (&self->rules, &self->input, now);
  /* Without native IPv4 NetworkManager has asked for the option itself, or a previous
   * instance has: changing the connection would only disturb it. */
  if (wish != CLAT_IPV4_OFF || situation->has_native_ipv4)
    set_wish (self, profile, wish, now);

  self->next = clat_ipv6_mostly_get_next (&self->rules, &self->input, now);
  if (clat_ipv6_mostly_awaits_lease (&self->rules, &self->input, now))
    self->lease_end = (g_get_real_time () + self->rules.lease_end - now) / G_USEC_PER_SEC;
}

gboolean
clat_ipv4_switch_is_allowed (ClatIpv4Switch *self)
{
  return self->input.is_allowed;
}

gboolean
clat_ipv4_switch_lacks_both (ClatIpv4Switch *self)
{
  return clat_ipv6_mostly_lacks_both (&self->rules, &self->input);
}

gint64
clat_ipv4_switch_get_lease_end (ClatIpv4Switch *self)
{
  return self->lease_end;
}

gint64
clat_ipv4_switch_get_next (ClatIpv4Switch *self)
{
  return self->next;
}

ClatIpv4Switch *
clat_ipv4_switch_new (ClatKernel *kernel, const ClatConfig *config,
                      ClatNetworkManager *network_manager,
                      ClatRememberedNetworks *without_nat64, GSourceFunc function,
                      gpointer data)
{
  ClatIpv4Switch *self = g_new0 (ClatIpv4Switch, 1);

  self->kernel = g_object_ref (kernel);
  self->config = config;
  self->network_manager = g_object_ref (network_manager);
  self->without_nat64 = without_nat64;
  self->function = function;
  self->data = data;
  self->next = CLAT_NEVER;
  self->offered = g_signal_connect (kernel, "offered", G_CALLBACK (on_offered), self);
  return self;
}

void
clat_ipv4_switch_free (ClatIpv4Switch *self)
{
  g_signal_handler_disconnect (self->kernel, self->offered);
  g_object_unref (self->kernel);
  g_object_unref (self->network_manager);
  g_free (self->uuid);
  g_free (self);
}
