/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The NAT64 prefixes known on one interface, with source and lifetime, and the prefix in
 * use. */
#include "clat-pref64.h"

#include <string.h>

#include "clat-absence.h"

typedef struct
{
  ClatPref64 pref64;
  gboolean is_stale;    /* the network may be another one now */
  ClatAbsence absence;  /* from its router's advertisements */
  gboolean was_used;    /* is or was the prefix in use: old connections may have it */
  gboolean is_retained; /* only for them */
} Entry;

struct _ClatPref64Table
{
  Entry entries[CLAT_PREF64_MAX]; /* oldest first */
  guint count;
  int best; /* index of the prefix in use, -1: none */
  ClatRouters *routers;
  gboolean dns_first;
};

const char *
clat_pref64_source_to_string (ClatPref64Source source)
{
  switch (source)
    {
    case CLAT_PREF64_SOURCE_NONE:
      return "";
    case CLAT_PREF64_SOURCE_DNS:
      return "dns";
    case CLAT_PREF64_SOURCE_RA:
      return "ra";
    case CLAT_PREF64_SOURCE_CONFIGURATION:
      return "configuration";
    case CLAT_PREF64_SOURCE_NETWORKMANAGER:
      return "networkmanager";
    }
  g_return_val_if_reached ("");
}

ClatPref64Table *
clat_pref64_table_new (gboolean dns_first)
{
  ClatPref64Table *self = g_new0 (ClatPref64Table, 1);

  self->best = -1;
  self->routers = clat_routers_new ();
  self->dns_first = dns_first;
  return self;
}

void
clat_pref64_table_free (ClatPref64Table *self)
{
  clat_routers_free (self->routers);
  g_free (self);
}

static int
find (ClatPref64Table *self, const ClatPref64 *wanted)
{
  for (guint i = 0; i < self->count; i++)
    {
      const ClatPref64 *entry = &self->entries[i].pref64;

      if (entry->source == wanted->source
          && IN6_ARE_ADDR_EQUAL (&entry->router, &wanted->router)
          && clat_prefix_equal (&entry->prefix, &wanted->prefix))
        return i;
    }
  return -1;
}

static void
drop_entry (ClatPref64Table *self, guint index)
{
  memmove (&self->entries[index], &self->entries[index + 1],
           (self->count - index - 1) * sizeof *self->entries);
  self->count--;

  if (self->best == (int)index)
    self->best = -1;
  else if (self->best > (int)index)
    self->best--;
}

static void
make_room (ClatPref64Table *self)
{
  int victim = -1;

  for (guint i = 0; i < self->count; i++)
    if ((int)i != self->best
        && (victim < 0
            || self->entries[i].pref64.expiry < self->entries[victim].pref64.expiry))
      victim = i;
  drop_entry (self, victim);
}

static int
get_rank (ClatPref64Table *self, ClatPref64Source source)
{
  gboolean is_dns = source == CLAT_PREF64_SOURCE_DNS;
  gboolean is_ra = source == CLAT_PREF64_SOURCE_RA;

  if (self->dns_first && (is_dns || is_ra))
    return is_dns ? CLAT_PREF64_SOURCE_RA : CLAT_PREF64_SOURCE_DNS;
  return source;
}

#define N_MERITS 4

static gboolean
is_superseded (const Entry *entry)
{
  return entry->is_stale || clat_absence_is_exchange (&entry->absence);
}

/* The first merit in which two entries differ decides. */
static void
weigh (ClatPref64Table *self, const Entry *entry, gint64 now, int merits[N_MERITS])
{
  const struct in6_addr *router = &entry->pref64.router;

  merits[0] = get_rank (self, entry->pref64.source);
  merits[1] = clat_routers_is_alive (self->routers, router, now);
  merits[2] = !is_superseded (entry);
  merits[3] = clat_routers_get_preference (self->routers, router);
}

static gboolean
is_better (ClatPref64Table *self, const Entry *a, const Entry *b, gint64 now)
{
  int of_a[N_MERITS], of_b[N_MERITS];

  weigh (self, a, now, of_a);
  weigh (self, b, now, of_b);
  for (guint i = 0; i < N_MERITS; i++)
    if (of_a[i] != of_b[i])
      return of_a[i] > of_b[i];
  return FALSE;
}

static void
pick_best (ClatPref64Table *self, gint64 now)
{
  for (guint i = 0; i < self->count; i++)
    if (!self->entries[i].is_retained
        && (self->best < 0
            || is_better (self, &self->entries[i], &self->entries[self->best], now)))
      self->best = i;
  if (self->best >= 0)
    self->entries[self->best].was_used = TRUE;
}

static gboolean
differs (const ClatPref64 *before, const ClatPref64 *after)
{
  if (before->source == CLAT_PREF64_SOURCE_NONE || after == NULL)
    return before->source != CLAT_PREF64_SOURCE_NONE || after != NULL;

  return before->source != after->source || before->expiry != after->expiry
         || !IN6_ARE_ADDR_EQUAL (&before->router, &after->router)
         || !clat_prefix_equal (&before->prefix, &after->prefix);
}

static ClatPref64
copy_best (ClatPref64Table *self)
{
  return self->best < 0 ? (ClatPref64){0} : self->entries[self->best].pref64;
}

/* TRUE if a prefix was withdrawn. */
static gboolean
put (ClatPref64Table *self, const ClatPref64 *pref64, gint64 now)
{
  int index = find (self, pref64);

  if (pref64->expiry <= now)
    {
      if (index >= 0)
        drop_entry (self, index);
      return index >= 0;
    }

  if (index < 0)
    {
      if (self->count == CLAT_PREF64_MAX)
        make_room (self);
      index = self->count++;
      self->entries[index] = (Entry){0};
    }
  self->entries[index].pref64 = *pref64;
  self->entries[index].is_stale = FALSE;
  self->entries[index].is_retained = FALSE;
  clat_absence_end (&self->entries[index].absence);
  return FALSE;
}

gboolean
clat_pref64_table_update (ClatPref64Table *self, const ClatPref64 *pref64, gint64 now)
{
  ClatPref64 before = copy_best (self);

  put (self, pref64, now);
  pick_best (self, now);
  return differs (&before, clat_pref64_table_get_best (self));
}

void
clat_pref64_table_retain (ClatPref64Table *self, const ClatPref64 *pref64, gint64 now)
{
  Entry *entry;

  put (self, pref64, now);
  entry = &self->entries[find (self, pref64)];
  entry->was_used = entry->is_retained = TRUE;
}

static gboolean
announces (const ClatRa *ra, const ClatPrefix *prefix)
{
  for (guint i = 0; i < ra->n_pref64s; i++)
    if (clat_prefix_equal (&ra->pref64s[i].prefix, prefix))
      return TRUE;
  return FALSE;
}

/* An advertisement without PREF64 leaves the prefixes of earlier ones valid. */
static gboolean
announces_any (const ClatRa *ra)
{
  for (guint i = 0; i < ra->n_pref64s; i++)
    if (ra->pref64s[i].lifetime > 0)
      return TRUE;
  return FALSE;
}

static void
note_absent (ClatPref64Table *self, const struct in6_addr *router, const ClatRa *ra,
             gint64 now)
{
  for (guint i = 0; i < self->count; i++)
    {
      Entry *entry = &self->entries[i];

      if (entry->pref64.source == CLAT_PREF64_SOURCE_RA
          && IN6_ARE_ADDR_EQUAL (&entry->pref64.router, router)
          && !announces (ra, &entry->pref64.prefix))
        clat_absence_note (&entry->absence, now);
    }
}

/* Records the router's lifetime, preference and networks. TRUE if they changed and the
 * prefix in use is from this router. */
static gboolean
receive_router (ClatPref64Table *self, const struct in6_addr *router, const ClatRa *ra,
                gint64 now)
{
  struct in6_addr used = copy_best (self).router;
  gboolean is_other = clat_routers_receive (self->routers, router, ra, &used, now);

  /* Another router may have been dropped to make room: its prefixes go with it. */
  for (guint i = self->count; i > 0; i--)
    {
      const Entry *entry = &self->entries[i - 1];

      if (entry->pref64.source == CLAT_PREF64_SOURCE_RA && (int)i - 1 != self->best
          && !entry->is_retained
          && !clat_routers_has (self->routers, &entry->pref64.router))
        drop_entry (self, i - 1);
    }
  return is_other && IN6_ARE_ADDR_EQUAL (router, &used);
}

gboolean
clat_pref64_table_receive (ClatPref64Table *self, const struct in6_addr *router,
                           const ClatRa *ra, gint64 now)
{
  ClatPref64 before = copy_best (self);
  gboolean is_other = receive_router (self, router, ra, now);
  gboolean withdraws = FALSE;

  if (announces_any (ra))
    note_absent (self, router, ra, now);

  for (guint i = 0; i < ra->n_pref64s; i++)
    {
      ClatPref64 pref64 = {
          .prefix = ra->pref64s[i].prefix,
          .source = CLAT_PREF64_SOURCE_RA,
          .router = *router,
          .expiry = now + ra->pref64s[i].lifetime * (gint64)G_USEC_PER_SEC,
      };

      withdraws |= put (self, &pref64, now);
    }

  pick_best (self, now);
  return differs (&before, clat_pref64_table_get_best (self)) || is_other || withdraws;
}

gboolean
clat_pref64_table_set_unreachable (ClatPref64Table *self, const struct in6_addr *routers,
                                   guint count, gint64 now)
{
  ClatPref64 before = copy_best (self);

  if (!clat_routers_set_unreachable (self->routers, routers, count))
    return FALSE;
  pick_best (self, now);
  return differs (&before, clat_pref64_table_get_best (self));
}

static gboolean
is_among (const GArray *prefixes, const ClatPrefix *prefix)
{
  for (guint i = 0; i < prefixes->len; i++)
    if (clat_prefix_equal (&g_array_index (prefixes, ClatPrefix, i), prefix))
      return TRUE;
  return FALSE;
}

/* DNS, unlike a router or the configuration, does not withdraw a prefix: the last answer
 * with it was for its whole TTL. */
static void
retain_or_drop (ClatPref64Table *self, guint index, gint64 now)
{
  Entry *entry = &self->entries[index];

  if (entry->pref64.expiry <= now || !entry->was_used)
    {
      drop_entry (self, index);
      return;
    }
  entry->is_retained = TRUE;
  if (self->best == (int)index)
    self->best = -1;
}

gboolean
clat_pref64_table_replace (ClatPref64Table *self, ClatPref64Source source,
                           const GArray *prefixes, gint64 expiry, gint64 now)
{
  ClatPref64 before = copy_best (self);

  for (guint i = self->count; i > 0; i--)
    {
      const ClatPref64 *entry = &self->entries[i - 1].pref64;
      gboolean is_named = is_among (prefixes, &entry->prefix);

      if (entry->source != source || (is_named && (int)i - 1 == self->best))
        continue;
      if (is_named || source != CLAT_PREF64_SOURCE_DNS)
        drop_entry (self, i - 1);
      else
        retain_or_drop (self, i - 1, now);
    }

  for (guint i = 0; i < prefixes->len; i++)
    {
      ClatPref64 pref64 = {
          .prefix = g_array_index (prefixes, ClatPrefix, i),
          .source = source,
          .expiry = expiry,
      };

      put (self, &pref64, now);
    }

  pick_best (self, now);
  return differs (&before, clat_pref64_table_get_best (self));
}

void
clat_pref64_table_retire (ClatPref64Table *self, ClatPref64Source source, gint64 now)
{
  for (guint i = self->count; i > 0; i--)
    if (self->entries[i - 1].pref64.source == source)
      retain_or_drop (self, i - 1, now);
  pick_best (self, now);
}

void
clat_pref64_table_set_dns_first (ClatPref64Table *self, gboolean dns_first, gint64 now)
{
  self->dns_first = dns_first;
  pick_best (self, now);
}

void
clat_pref64_table_mark_stale (ClatPref64Table *self, gint64 until)
{
  for (guint i = 0; i < self->count; i++)
    {
      Entry *entry = &self->entries[i];

      if (entry->pref64.source == CLAT_PREF64_SOURCE_CONFIGURATION)
        continue;
      entry->pref64.expiry = MIN (entry->pref64.expiry, until);
      entry->is_stale = TRUE;
    }
  clat_routers_mark_stale (self->routers, until);
}

gboolean
clat_pref64_table_expire (ClatPref64Table *self, gint64 now)
{
  ClatPref64 before = copy_best (self);

  for (guint i = self->count; i > 0; i--)
    if (self->entries[i - 1].pref64.expiry <= now)
      drop_entry (self, i - 1);

  pick_best (self, now);
  return differs (&before, clat_pref64_table_get_best (self));
}

const ClatPref64 *
clat_pref64_table_get_best (ClatPref64Table *self)
{
  return self->best < 0 ? NULL : &self->entries[self->best].pref64;
}

const ClatPref64 *
clat_pref64_table_find (ClatPref64Table *self, const ClatPrefix *prefix)
{
  const ClatPref64 *best = clat_pref64_table_get_best (self), *last = NULL;

  if (best != NULL && clat_prefix_equal (&best->prefix, prefix))
    return best;
  for (guint i = 0; i < self->count; i++)
    {
      const ClatPref64 *entry = &self->entries[i].pref64;

      if (clat_prefix_equal (&entry->prefix, prefix)
          && (last == NULL || entry->expiry > last->expiry))
        last = entry;
    }
  return last;
}

gboolean
clat_pref64_table_has (ClatPref64Table *self, const ClatPrefix *prefix)
{
  return clat_pref64_table_find (self, prefix) != NULL;
}

gboolean
clat_pref64_table_is_better_than (ClatPref64Table *self, ClatPref64Source source)
{
  return self->best >= 0
         && get_rank (self, self->entries[self->best].pref64.source)
                > get_rank (self, source);
}

guint
clat_pref64_table_get_networks (ClatPref64Table *self, const struct in6_addr *router,
                                gint64 now, ClatNetwork networks[CLAT_RA_MAX])
{
  return clat_routers_get_networks (self->routers, router, now, networks);
}

gboolean
clat_pref64_table_has_default_router (ClatPref64Table *self, gint64 now)
{
  return clat_routers_has_default (self->routers, now);
}

gint64
clat_pref64_table_get_solicitation (ClatPref64Table *self)
{
  return self->best < 0
             ? CLAT_NEVER
             : clat_absence_get_solicitation (&self->entries[self->best].absence);
}

gint64
clat_pref64_table_get_next_expiry (ClatPref64Table *self, gint64 now)
{
  gint64 next = CLAT_NEVER;

  for (guint i = 0; i < self->count; i++)
    {
      const ClatPref64 *entry = &self->entries[i].pref64;

      next = MIN (next, entry->expiry);
      next = MIN (next, clat_routers_get_end (self->routers, &entry->router, now));
    }
  return next;
}
