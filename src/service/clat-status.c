/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The status of a connection, as D-Bus shows it. */
#include "clat-status.h"

#include <arpa/inet.h>

#include "clat-plan.h"

void
clat_status_clear (ClatStatus *self)
{
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->ipv4, g_free);
  g_clear_pointer (&self->ipv6, g_free);
  g_clear_pointer (&self->gateway, g_free);
  g_clear_pointer (&self->old_ipv4s, g_strfreev);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->plat_text, g_free);
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

/* All routes have the same. */
static char *
gateway_to_string (const ClatActual *actual)
{
  if (actual->n_routes == 0 || actual->routes[0].gateway.s_addr == 0)
    return g_strdup ("");
  return ipv4_to_string (actual->routes[0].gateway);
}

static char **
old_ipv4s_to_strv (const ClatPairs *pairs)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 1; i < pairs->count; i++)
    {
      g_autofree char *text = ipv4_to_string (pairs->pairs[i].ipv4);

      g_strv_builder_add (builder, text);
    }
  return g_strv_builder_end (builder);
}

static ClatTranslatorKind
get_translator (const ClatActual *actual)
{
  if (actual->n_routes == 0)
    return CLAT_TRANSLATOR_NONE;
  if (actual->datapath.slow_path_only)
    return CLAT_TRANSLATOR_USERSPACE;
  return actual->datapath.direct != 0 ? CLAT_TRANSLATOR_BPF_DIRECT : CLAT_TRANSLATOR_BPF;
}

/* That of a CLAT that is not ours, if there is one, else ours. */
static char *
get_ipv4 (const ClatSituation *situation, const ClatActual *actual,
          const ClatPairs *pairs)
{
  if (clat_situation_is_delegated (situation))
    return ipv4_to_string (situation->delegated_ipv4);
  return actual->n_ipv4s > 0 ? ipv4_to_string (pairs->pairs[0].ipv4) : g_strdup ("");
}

/* NetworkManager shows that of its own CLAT. Of another program's it is not known. */
static char *
get_ipv6 (const ClatSituation *situation, const ClatActual *actual)
{
  if (situation->is_delegated && !IN6_IS_ADDR_UNSPECIFIED (&situation->delegated_ipv6))
    return ipv6_to_string (&situation->delegated_ipv6);
  return actual->addressing == CLAT_ADDRESSING_READY ? ipv6_to_string (&actual->ipv6)
                                                     : g_strdup ("");
}

/* If NetworkManager's own CLAT has another one than we have found, that one. */
static ClatPref64
get_pref64 (const ClatSituation *situation)
{
  ClatPref64 found = {0};

  if (situation->pref64 != NULL)
    found = *situation->pref64;
  if (!situation->is_delegated || situation->delegated_prefix.length == 0
      || clat_prefix_equal (&situation->delegated_prefix, &found.prefix))
    return found;
  return (ClatPref64){
      .prefix = situation->delegated_prefix,
      .source = CLAT_PREF64_SOURCE_NETWORKMANAGER,
      .expiry = CLAT_NEVER,
  };
}

ClatStatus
clat_status_describe (const ClatSituation *situation, const ClatActual *actual,
                      const ClatPairs *pairs, const char *name,
                      const ClatPlatVerdict *plat, const ClatStatus *before, gint64 now)
{
  ClatStatus status = {
      .mode = situation->mode,
      .ipv6_mostly = situation->ipv6_mostly,
      .verdict = clat_situation_judge (situation),
      .text = clat_situation_explain (situation),
      .ipv4 = get_ipv4 (situation, actual, pairs),
      .pref64 = get_pref64 (situation),
      .ipv6 = get_ipv6 (situation, actual),
      .gateway = gateway_to_string (actual),
      .old_ipv4s = old_ipv4s_to_strv (pairs),
      .name = g_strdup (actual->has_namespace ? name : ""),
      .uplink = actual->uplink,
      .translator = get_translator (actual),
      .slow = actual->slow,
      .mtu = actual->n_routes > 0 ? clat_plan_route_mtu (actual) : 0,
      .plat = *plat,
      .plat_text = actual->n_routes > 0 ? clat_plat_explain (plat) : g_strdup (""),
  };

  if (status.verdict.state == CLAT_STATE_ACTIVE)
    status.active_since = before->active_since != 0 ? before->active_since : now;
  return status;
}

gboolean
clat_status_equal (const ClatStatus *a, const ClatStatus *b)
{
  return a->mode == b->mode && a->ipv6_mostly == b->ipv6_mostly
         && a->verdict.state == b->verdict.state && a->verdict.reason == b->verdict.reason
         && g_strcmp0 (a->text, b->text) == 0 && a->pref64.source == b->pref64.source
         && a->pref64.expiry == b->pref64.expiry
         && IN6_ARE_ADDR_EQUAL (&a->pref64.router, &b->pref64.router)
         && clat_prefix_equal (&a->pref64.prefix, &b->pref64.prefix)
         && g_strv_equal ((const char *const *)a->old_ipv4s,
                          (const char *const *)b->old_ipv4s)
         && g_strcmp0 (a->ipv4, b->ipv4) == 0 && g_strcmp0 (a->ipv6, b->ipv6) == 0
         && g_strcmp0 (a->gateway, b->gateway) == 0 && g_strcmp0 (a->name, b->name) == 0
         && a->uplink == b->uplink && a->translator == b->translator && a->slow == b->slow
         && a->mtu == b->mtu && a->plat.state == b->plat.state
         && a->plat.since == b->plat.since && g_strcmp0 (a->plat_text, b->plat_text) == 0
         && a->active_since == b->active_since;
}
