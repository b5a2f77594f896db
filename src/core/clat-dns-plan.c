/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which DNS server of a connection to query for the NAT64 prefix, and when (RFC 7050, 3).
 * The servers are queried in rounds, one after the other until one names a prefix: not
 * every server of a connection needs to be a DNS64. The one that named the prefix in use
 * is queried first. */
#include "clat-dns-plan.h"

#include "clat-expiry.h"

/* Bounds of TTLs in seconds: shorter ones would mean a query every moment, longer ones
 * are not plausible. The bound of negative answers is from RFC 2308, 5. */
#define MIN_TTL          10
#define MAX_TTL          (24 * 60 * 60)
#define MAX_NEGATIVE_TTL (3 * 60 * 60)

/* Seconds before the TTL ends (RFC 7050, 3). */
#define REFRESH_SECONDS 10

/* Pauses before a server is queried again that has not answered, or has answered that
 * there is no prefix: 2, 4, 8, ... seconds. For a while they get no longer than that,
 * whatever the TTL of a negative answer: a server that has just started, or a captive
 * portal until somebody has logged in, gives wrong ones. */
#define MIN_PAUSE       2
#define MAX_EARLY_PAUSE 8
#define MAX_PAUSE       64
#define EARLY_SECONDS   300

/* A link that has just come up has no source address for a query until duplicate address
 * detection has ended, a second or two later. */
#define UNSENT_PAUSE_MS 100
#define MAX_UNSENT      100

#define SECOND ((gint64)G_USEC_PER_SEC)

typedef enum
{
  OUTCOME_UNKNOWN,
  OUTCOME_PREFIX,
  OUTCOME_NONE,
  OUTCOME_SILENCE,
  N_OUTCOMES
} Outcome;

typedef struct
{
  char *address;
  Outcome outcome;   /* of the last query */
  gint64 none_until; /* when to ask again after a negative answer */
  guint pause;       /* seconds, after the last one */
} Server;

struct _ClatDnsPlan
{
  Server servers[CLAT_DNS_PLAN_MAX];
  guint count;
  ClatDnsFound found;

  gint64 begun;            /* the first round */
  gint64 next;             /* when the round begins or has begun */
  guint current;           /* position in the order of this round */
  gboolean is_unreachable; /* a server did not answer in this round */
  guint pause;             /* seconds, after the last round without an answer */
  guint n_unsent;          /* in a row */
};

ClatDnsPlan *
clat_dns_plan_new (void)
{
  ClatDnsPlan *self = g_new0 (ClatDnsPlan, 1);

  self->next = CLAT_NEVER;
  return self;
}

void
clat_dns_plan_free (ClatDnsPlan *self)
{
  clat_dns_found_clear (&self->found);
  for (guint i = 0; i < self->count; i++)
    g_free (self->servers[i].address);
  g_free (self);
}

void
clat_dns_plan_adopt (ClatDnsPlan *self, const ClatPrefix *prefix, const char *server,
                     gint64 ttl_end)
{
  clat_dns_found_adopt (&self->found, prefix, server, ttl_end);
}

static Server *
find (ClatDnsPlan *self, const char *address)
{
  for (guint i = 0; i < self->count; i++)
    if (g_strcmp0 (self->servers[i].address, address) == 0)
      return &self->servers[i];
  return NULL;
}

static gboolean
has_servers (ClatDnsPlan *self, const char *const *servers)
{
  for (guint i = 0; i < self->count; i++)
    if (servers[i] == NULL || !g_str_equal (servers[i], self->servers[i].address))
      return FALSE;
  return self->count == CLAT_DNS_PLAN_MAX || servers[self->count] == NULL;
}

static void
schedule (ClatDnsPlan *self, gint64 next)
{
  self->next = next;
  self->current = 0;
  self->is_unreachable = FALSE;
}

gboolean
clat_dns_plan_set_servers (ClatDnsPlan *self, const char *const *servers)
{
  Server kept[CLAT_DNS_PLAN_MAX];
  guint count = 0;

  if (has_servers (self, servers))
    return FALSE;

  for (guint i = 0; servers[i] != NULL && count < CLAT_DNS_PLAN_MAX; i++)
    {
      const Server *known = find (self, servers[i]);

      kept[count] = known == NULL ? (Server){0} : *known;
      kept[count++].address = g_strdup (servers[i]);
    }
  for (guint i = 0; i < self->count; i++)
    g_free (self->servers[i].address);
  memcpy (self->servers, kept, count * sizeof *kept);
  self->count = count;
  if (find (self, self->found.provider) == NULL)
    g_clear_pointer (&self->found.provider, g_free);
  schedule (self, CLAT_NEVER);
  return TRUE;
}

void
clat_dns_plan_begin (ClatDnsPlan *self, gint64 time)
{
  self->pause = 0;
  self->n_unsent = 0;
  self->begun = time;
  schedule (self, time);
}

void
clat_dns_plan_refresh (ClatDnsPlan *self)
{
  for (guint i = 0; i < self->count; i++)
    self->servers[i] = (Server){.address = self->servers[i].address};
}

void
clat_dns_plan_forget (ClatDnsPlan *self)
{
  clat_dns_plan_refresh (self);
  clat_dns_found_clear (&self->found);
}

/* The server in that position of a round. */
static Server *
get_in_order (ClatDnsPlan *self, guint position)
{
  Server *provider = find (self, self->found.provider);
  guint of_provider = provider == NULL ? self->count : provider - self->servers;

  if (provider != NULL && position == 0)
    return provider;
  return &self->servers[position <= of_provider && provider != NULL ? position - 1
                                                                    : position];
}

/* The longest pause, in seconds, if the answer may be cached that long. */
static guint
get_longest_pause (ClatDnsPlan *self, guint32 ttl, gint64 now)
{
  return now < self->begun + EARLY_SECONDS * SECOND
             ? MAX_EARLY_PAUSE
             : CLAMP (ttl, MAX_PAUSE, MAX_NEGATIVE_TTL);
}

static gint64
get_first_end (ClatDnsPlan *self)
{
  gint64 first = CLAT_NEVER;

  for (guint i = 0; i < self->count; i++)
    first = MIN (first, self->servers[i].none_until);
  return first;
}

static void
end_round (ClatDnsPlan *self, gint64 now)
{
  gint64 rival_time = clat_dns_found_get_rival_time (&self->found);
  gint64 next = get_first_end (self);

  if (self->is_unreachable || next <= now)
    {
      self->pause =
          CLAMP (self->pause * 2, MIN_PAUSE, get_longest_pause (self, MAX_PAUSE, now));
      next = now + self->pause * SECOND;
    }
  if (rival_time > now)
    next = MIN (next, rival_time);
  schedule (self, next);
}

const char *
clat_dns_plan_get_server (ClatDnsPlan *self, gint64 now)
{
  if (now < self->next)
    return NULL;

  while (self->current < self->count
         && get_in_order (self, self->current)->none_until > now)
    self->current++;
  if (self->current < self->count)
    return get_in_order (self, self->current)->address;

  end_round (self, now);
  return NULL;
}

static void
note_accepted (ClatDnsPlan *self, Server *server, guint32 ttl, gint64 now)
{
  guint32 refresh = MAX (ttl - REFRESH_SECONDS, ttl / 2);

  self->pause = 0;
  server->none_until = server->pause = 0;
  schedule (self, now + refresh * SECOND);
}

static void
note_none (ClatDnsPlan *self, Server *server, guint32 ttl, gint64 now)
{
  /* The prefix in use has just been denied: what is said now may be as little lasting as
   * at the beginning. */
  if (self->found.provider != NULL && server->pause == 0)
    self->begun = now;

  server->outcome = OUTCOME_NONE;
  server->pause =
      CLAMP (server->pause * 2, MIN_PAUSE, get_longest_pause (self, ttl, now));
  server->none_until = now + server->pause * SECOND;
  self->current++;
}

void
clat_dns_plan_note_answer (ClatDnsPlan *self, const GArray *prefixes, guint32 ttl,
                           gint64 now)
{
  guint32 bounded = CLAMP (ttl, MIN_TTL, MAX_TTL);
  Server *server;

  g_return_if_fail (self->current < self->count);

  server = get_in_order (self, self->current);
  server->outcome = OUTCOME_PREFIX;
  self->n_unsent = 0;
  switch (clat_dns_found_judge (&self->found, server->address, prefixes,
                                now + bounded * SECOND, now))
    {
    case CLAT_DNS_ACCEPTED:
      note_accepted (self, server, bounded, now);
      break;
    case CLAT_DNS_ASK_AGAIN:
      schedule (self, now + self->found.n_denials * SECOND);
      break;
    case CLAT_DNS_NEGATIVE:
      note_none (self, server, ttl, now);
      break;
    case CLAT_DNS_IGNORED:
      self->current++;
      break;
    }
  /* Ends the round if this was the last server. */
  clat_dns_plan_get_server (self, now);
}

void
clat_dns_plan_note_silence (ClatDnsPlan *self, gint64 now)
{
  Server *server;

  g_return_if_fail (self->current < self->count);

  server = get_in_order (self, self->current++);
  server->outcome = OUTCOME_SILENCE;
  clat_dns_found_note_silence (&self->found, server->address);
  self->n_unsent = 0;
  self->is_unreachable = TRUE;
  clat_dns_plan_get_server (self, now);
}

void
clat_dns_plan_note_unsent (ClatDnsPlan *self, gint64 now)
{
  guint n_unsent = self->n_unsent + 1;

  if (n_unsent <= MAX_UNSENT)
    schedule (self, now + UNSENT_PAUSE_MS * SECOND / 1000);
  else
    clat_dns_plan_note_silence (self, now);
  self->n_unsent = n_unsent;
}

void
clat_dns_plan_note_no_servers (ClatDnsPlan *self)
{
  clat_dns_found_note_silence (&self->found, NULL);
}

const ClatDnsFound *
clat_dns_plan_get_found (ClatDnsPlan *self)
{
  return &self->found;
}

ClatDnsStatus
clat_dns_plan_get_status (ClatDnsPlan *self, gint64 now)
{
  guint n_servers[N_OUTCOMES] = {0};

  if (clat_dns_found_get_expiry (&self->found) > now)
    return clat_dns_found_is_unconfirmed (&self->found) ? CLAT_DNS_STATUS_SILENT
                                                        : CLAT_DNS_STATUS_FOUND;

  for (guint i = 0; i < self->count; i++)
    n_servers[self->servers[i].outcome]++;
  if (n_servers[OUTCOME_NONE] + n_servers[OUTCOME_SILENCE] < MAX (self->count, 1))
    return CLAT_DNS_STATUS_UNKNOWN;
  if (n_servers[OUTCOME_SILENCE] == 0)
    return CLAT_DNS_STATUS_NONE;
  return n_servers[OUTCOME_NONE] == 0 ? CLAT_DNS_STATUS_SILENT : CLAT_DNS_STATUS_PARTIAL;
}

gint64
clat_dns_plan_get_next (ClatDnsPlan *self)
{
  return self->count > 0 ? self->next : CLAT_NEVER;
}
