/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of the NAT64 of one connection's network. */
#include "clat-discovery.h"

#include "clat-clock.h"
#include "clat-dns.h"
#include "clat-resolvers.h"
#include "clat-solicitor.h"

#define RETAIN_SECONDS G_GINT64_CONSTANT (1800)

/* How long after a solicitation the first DNS query waits for an advertisement, which is
 * preferred to DNS (RFC 9872): most routers answer faster, and a query that was not
 * needed does no harm. */
#define ROUTER_WAIT_MS 100

struct _ClatDiscovery
{
  const ClatConfig *config;
  const ClatProfile *profile;
  GSourceFunc function;
  gpointer data;

  ClatPref64Table *pref64s;
  gint64 stale_until; /* end of what may be of another network; 0: none */
  ClatSolicitor *solicitor;
  gint64 solicited;        /* when routers were last solicited */
  gboolean has_router;     /* one has advertised */
  ClatResolvers resolvers; /* that routers announce */
  ClatDns *dns;
};

static void
on_resolved (const GArray *prefixes, gint64 expiry, gpointer data)
{
  ClatDiscovery *self = data;

  clat_pref64_table_replace (self->pref64s, CLAT_PREF64_SOURCE_DNS, prefixes, expiry,
                             clat_clock_now ());
  self->function (self->data);
}

ClatDiscovery *
clat_discovery_new (ClatKernel *kernel, const ClatConfig *config, GSourceFunc function,
                    gpointer data)
{
  ClatDiscovery *self = g_new0 (ClatDiscovery, 1);

  self->config = config;
  self->function = function;
  self->data = data;
  self->pref64s = clat_pref64_table_new (config->dns_first);
  self->solicitor = clat_solicitor_new (kernel);
  self->dns = clat_dns_new (on_resolved, self);
  return self;
}

void
clat_discovery_free (ClatDiscovery *self)
{
  clat_dns_free (self->dns);
  clat_solicitor_free (self->solicitor);
  clat_pref64_table_free (self->pref64s);
  g_free (self);
}

/* A prefix in the profile is more specific than one in the configuration file. */
void
clat_discovery_set_profile (ClatDiscovery *self, const ClatProfile *profile)
{
  const ClatPrefix *prefix =
      profile->prefix.length != 0
          ? &profile->prefix
          : clat_config_find_prefix (self->config, profile->interface, profile->uuid,
                                     profile->id);
  g_autoptr (GArray) prefixes = g_array_new (FALSE, FALSE, sizeof (ClatPrefix));

  self->profile = profile;
  if (prefix != NULL)
    g_array_append_vals (prefixes, prefix, 1);
  clat_pref64_table_replace (self->pref64s, CLAT_PREF64_SOURCE_CONFIGURATION, prefixes,
                             CLAT_NEVER, clat_clock_now ());
}

void
clat_discovery_refresh_dns (ClatDiscovery *self)
{
  clat_dns_refresh (self->dns);
}

void
clat_discovery_refresh (ClatDiscovery *self)
{
  clat_discovery_refresh_dns (self);
  self->solicited = clat_clock_now ();
  clat_solicitor_start (self->solicitor, self->profile->ifindex);
}

void
clat_discovery_reconfigure (ClatDiscovery *self, const ClatConfig *before)
{
  const ClatConfig *config = self->config;
  gint64 now = clat_clock_now ();

  clat_pref64_table_set_dns_first (self->pref64s, config->dns_first, now);
  if (!config->discovers_by_ra)
    clat_pref64_table_retire (self->pref64s, CLAT_PREF64_SOURCE_RA, now);
  if (!config->discovers_by_dns)
    {
      clat_pref64_table_retire (self->pref64s, CLAT_PREF64_SOURCE_DNS, now);
      clat_dns_forget (self->dns);
    }

  clat_discovery_set_profile (self, self->profile);
  if ((config->discovers_by_ra && !before->discovers_by_ra)
      || (config->discovers_by_dns && !before->discovers_by_dns))
    clat_discovery_refresh (self);
}

/* Routers answer a solicitation within three seconds and a half, also those that have
 * just advertised (RFC 4861, 6.2.6). */
static void
begin_stale_period (ClatDiscovery *self, gint64 now)
{
  self->stale_until = now + CLAT_DISCOVERY_STALE_SECONDS * G_USEC_PER_SEC;
}

/* Without a record, the rest of its lifetime is not known. This is the usual lifetime
 * (RFC 8781, 4.1). */
static void
retain (ClatDiscovery *self, const ClatPrefix *prefix, const struct in6_addr *router,
        const ClatPref64Record *record, gint64 now)
{
  const ClatPref64 *known = clat_pref64_record_find (record, prefix);
  const ClatPref64 assumed = {
      .prefix = *prefix,
      .source = CLAT_PREF64_SOURCE_RA,
      .router = *router,
      .expiry = now + RETAIN_SECONDS * G_USEC_PER_SEC,
  };
  const ClatPref64 *pref64 = known == NULL ? &assumed : known;

  if (pref64->expiry > now && !clat_pref64_table_has (self->pref64s, prefix))
    clat_pref64_table_retain (self->pref64s, pref64, now);
}

static void
adopt_stale (ClatDiscovery *self, const ClatPairs *pairs, gint64 now)
{
  ClatPref64 pref64 = {.prefix = pairs->pairs[0].prefix,
                       .source = CLAT_PREF64_SOURCE_RA,
                       .router = pairs->next_hops[0]};

  begin_stale_period (self, now);
  pref64.expiry = self->stale_until;
  clat_pref64_table_update (self->pref64s, &pref64, now);
}

/* FALSE if it was not from DNS, or has expired. */
static gboolean
adopt_from_dns (ClatDiscovery *self, const ClatPrefix *prefix,
                const ClatPref64Record *record)
{
  const ClatPref64 *known = clat_pref64_record_find (record, prefix);

  if (known == NULL || known->source != CLAT_PREF64_SOURCE_DNS
      || !self->config->discovers_by_dns)
    return FALSE;
  clat_dns_adopt (self->dns, prefix, record->dns_server, known->expiry);
  return clat_pref64_table_has (self->pref64s, prefix);
}

void
clat_discovery_adopt (ClatDiscovery *self, const ClatPairs *pairs,
                      const ClatPref64Record *record, gint64 now)
{
  if (!adopt_from_dns (self, &pairs->pairs[0].prefix, record))
    adopt_stale (self, pairs, now);
  for (guint i = 1; i < pairs->count; i++)
    retain (self, &pairs->pairs[i].prefix, &pairs->next_hops[i], record, now);
}

/* That of a pair. A configured prefix is not for the next instance, whose configuration
 * may be another one. */
static ClatPref64
describe (ClatDiscovery *self, const ClatPrefix *prefix)
{
  const ClatPref64 *known = clat_pref64_table_find (self->pref64s, prefix);

  return known == NULL || known->source == CLAT_PREF64_SOURCE_CONFIGURATION
             ? (ClatPref64){0}
             : *known;
}

/* A prefix that is stale has been dropped from what DNS has named. */
static void
add_dns (ClatDiscovery *self, ClatPref64Record *record)
{
  const ClatDnsFound *found = clat_dns_get_found (self->dns);
  ClatPref64 *first = &record->pref64s[0];

  if (found->prefixes == NULL || !clat_prefix_equal (&found->in_use, &first->prefix))
    {
      first->source = CLAT_PREF64_SOURCE_NONE;
      return;
    }
  first->expiry = found->ttl_end;
  if (found->provider != NULL)
    g_strlcpy (record->dns_server, found->provider, sizeof record->dns_server);
}

ClatPref64Record
clat_discovery_make_record (ClatDiscovery *self, const ClatPairs *pairs)
{
  ClatPref64Record record = {0};

  for (guint i = 0; i < pairs->count; i++)
    record.pref64s[i] = describe (self, &pairs->pairs[i].prefix);
  if (record.pref64s[0].source == CLAT_PREF64_SOURCE_DNS)
    add_dns (self, &record);
  return record;
}

void
clat_discovery_mark_stale (ClatDiscovery *self, gint64 now)
{
  begin_stale_period (self, now);
  clat_pref64_table_mark_stale (self->pref64s, self->stale_until);
  clat_resolvers_mark_stale (&self->resolvers, self->stale_until);
  clat_dns_forget (self->dns);
  clat_discovery_refresh (self);
}

/* Whether the prefix in use has not been announced again. */
static gboolean
is_stale (ClatDiscovery *self)
{
  const ClatPref64 *best = clat_pref64_table_get_best (self->pref64s);

  return best != NULL && best->expiry == self->stale_until;
}

/* Routers are solicited until the prefix in use is known to be of this network, and to be
 * one that its router still announces. The advertisement of that router may have been
 * lost: a link drops packets just after its carrier has come. */
static void
follow_solicitor (ClatDiscovery *self)
{
  gint64 next = clat_pref64_table_get_solicitation (self->pref64s);

  if (is_stale (self))
    return;
  if (next == CLAT_NEVER)
    clat_solicitor_stop (self->solicitor);
  else
    clat_solicitor_start_at (self->solicitor, self->profile->ifindex, next);
}

void
clat_discovery_receive (ClatDiscovery *self, const ClatAdvertisement *advertisement)
{
  gboolean is_first = !self->has_router;
  gboolean differs;

  self->has_router = TRUE;
  differs = self->config->discovers_by_ra
            && clat_pref64_table_receive (self->pref64s, &advertisement->router,
                                          &advertisement->ra, clat_clock_now ());
  follow_solicitor (self);
  differs |=
      clat_resolvers_receive (&self->resolvers, &advertisement->ra, clat_clock_now ());
  if (is_first || differs)
    self->function (self->data);
}

gboolean
clat_discovery_is_renewed (ClatDiscovery *self, gint64 now)
{
  const ClatPref64 *best = clat_pref64_table_get_best (self->pref64s);

  return now < self->stale_until && best != NULL && best->source == CLAT_PREF64_SOURCE_RA
         && !is_stale (self);
}

/* Whether a source that is preferred to DNS has named a prefix since this instance
 * started. */
static gboolean
has_better_than_dns (ClatDiscovery *self)
{
  return clat_pref64_table_is_better_than (self->pref64s, CLAT_PREF64_SOURCE_DNS)
         && !is_stale (self);
}

static void
add_all (GStrvBuilder *builder, char **servers)
{
  g_strv_builder_addv (builder, (const char **)servers);
}

/* The servers that the network itself names for the link; those of the profile only where
 * it names none (RFC 8880, 7.1). */
static char **
get_servers (ClatDiscovery *self)
{
  g_auto (GStrv) announced = clat_resolvers_to_strv (&self->resolvers);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (announced[0] == NULL && self->profile->network_nameservers[0] == NULL)
    return g_strdupv (self->profile->nameservers);
  add_all (builder, announced);
  add_all (builder, self->profile->network_nameservers);
  return g_strv_builder_end (builder);
}

/* A router that has advertised has named its prefix, or has none. */
static gint64
get_query_time (ClatDiscovery *self)
{
  gboolean may_wait = !self->config->dns_first && (!self->has_router || is_stale (self));

  return may_wait ? self->solicited + ROUTER_WAIT_MS * G_USEC_PER_SEC / 1000 : 0;
}

void
clat_discovery_follow_dns (ClatDiscovery *self, gboolean lacks_only_prefix)
{
  g_auto (GStrv) servers = get_servers (self);

  if (has_better_than_dns (self))
    {
      g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (ClatPrefix));

      clat_pref64_table_replace (self->pref64s, CLAT_PREF64_SOURCE_DNS, none, 0,
                                 clat_clock_now ());
      clat_dns_forget (self->dns);
    }
  else if (self->config->discovers_by_dns && lacks_only_prefix)
    {
      clat_dns_start (self->dns, self->profile->ifindex, (const char *const *)servers,
                      get_query_time (self));
    }
  else
    {
      clat_dns_stop (self->dns);
    }
}

gboolean
clat_discovery_set_unreachable (ClatDiscovery *self, const struct in6_addr *routers,
                                guint count, gint64 now)
{
  return clat_pref64_table_set_unreachable (self->pref64s, routers, count, now);
}

void
clat_discovery_expire (ClatDiscovery *self, gint64 now)
{
  clat_pref64_table_expire (self->pref64s, now);
  clat_resolvers_expire (&self->resolvers, now);
}

ClatPref64Table *
clat_discovery_get_table (ClatDiscovery *self)
{
  return self->pref64s;
}

gboolean
clat_discovery_has_router (ClatDiscovery *self)
{
  return self->has_router;
}

gboolean
clat_discovery_has_default_router (ClatDiscovery *self, gint64 now)
{
  return clat_pref64_table_has_default_router (self->pref64s, now);
}

ClatDnsStatus
clat_discovery_get_dns_status (ClatDiscovery *self)
{
  return clat_dns_get_status (self->dns);
}

gint64
clat_discovery_get_solicited (ClatDiscovery *self)
{
  return self->solicited;
}
