/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which DNS server of a connection to query for the NAT64 prefix, and when (RFC 7050, 3).
 * The servers are queried in rounds, one after the other until one returns a prefix: not
 * every server of a connection needs to be a DNS64. */
#include "clat-dns-plan.h"

#include "clat-routers.h"

/* Time for a router to announce a prefix, which is preferred to DNS (RFC 9872), also one
 * that answers a solicitation late. */
#define DELAY_SECONDS 2

/* Bounds of TTLs in seconds: shorter ones would mean a query every moment, longer ones
 * are not plausible. The bound of negative answers is from RFC 2308, 5. */
#define MIN_TTL          10
#define MAX_TTL          (24 * 60 * 60)
#define MAX_NEGATIVE_TTL (3 * 60 * 60)

/* Seconds before the TTL ends (RFC 7050, 3). */
#define REFRESH_SECONDS 10

/* Pauses after rounds in which a server did not answer: 2, 4, 8, ... seconds. */
#define MIN_PAUSE 2
#define MAX_PAUSE 64

#define SECOND ((gint64)G_USEC_PER_SEC)

typedef struct
{
  char *address;
  gint64 none_until; /* end of its negative answer */
} Server;

struct _ClatDnsPlan
{
  Server servers[CLAT_DNS_PLAN_MAX];
  guint count;

  gint64 next;             /* when the round begins or has begun */
  guint current;           /* index of the server to query */
  gboolean is_unreachable; /* a server did not answer in this round */
  gboolean has_none;       /* all servers answered that there is no prefix */
  guint pause;             /* seconds, after the last round without an answer */
};

ClatDnsPlan *
clat_dns_plan_new (void)
{
  ClatDnsPlan *self = g_new0 (ClatDnsPlan, 1);

  self->next = CLAT_NEVER;
  return self;
}

static void
drop_servers (ClatDnsPlan *self)
{
  for (guint i = 0; i < self->count; i++)
    g_free (self->servers[i].address);
  *self = (ClatDnsPlan){.next = CLAT_NEVER};
}

void
clat_dns_plan_free (ClatDnsPlan *self)
{
  drop_servers (self);
  g_free (self);
}

static gboolean
has_servers (ClatDnsPlan *self, const char *const *servers)
{
  for (guint i = 0; i < self->count; i++)
    if (servers[i] == NULL || !g_str_equal (servers[i], self->servers[i].address))
      return FALSE;
  return self->count == CLAT_DNS_PLAN_MAX || servers[self->count] == NULL;
}

gboolean
clat_dns_plan_set_servers (ClatDnsPlan *self, const char *const *servers)
{
  if (has_servers (self, servers))
    return FALSE;

  drop_servers (self);
  for (guint i = 0; servers[i] != NULL && i < CLAT_DNS_PLAN_MAX; i++)
    self->servers[self->count++].address = g_strdup (servers[i]);
  return TRUE;
}

static void
schedule (ClatDnsPlan *self, gint64 next)
{
  self->next = next;
  self->current = 0;
  self->is_unreachable = FALSE;
}

void
clat_dns_plan_begin (ClatDnsPlan *self, gboolean at_once, gint64 now)
{
  self->pause = 0;
  schedule (self, at_once ? now : now + DELAY_SECONDS * SECOND);
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
  self->has_none = !self->is_unreachable && self->count > 0;
  if (!self->is_unreachable)
    {
      schedule (self, get_first_end (self));
      return;
    }

  self->pause = CLAMP (self->pause * 2, MIN_PAUSE, MAX_PAUSE);
  schedule (self, now + self->pause * SECOND);
}

const char *
clat_dns_plan_get_server (ClatDnsPlan *self, gint64 now)
{
  if (now < self->next)
    return NULL;

  while (self->current < self->count && self->servers[self->current].none_until > now)
    self->current++;
  if (self->current < self->count)
    return self->servers[self->current].address;

  end_round (self, now);
  return NULL;
}

gint64
clat_dns_plan_note_found (ClatDnsPlan *self, guint32 ttl, gint64 now)
{
  guint32 bounded = CLAMP (ttl, MIN_TTL, MAX_TTL);
  guint32 refresh = MAX (bounded - REFRESH_SECONDS, bounded / 2);

  self->pause = 0;
  self->has_none = FALSE;
  schedule (self, now + refresh * SECOND);
  return now + bounded * SECOND;
}

void
clat_dns_plan_note_none (ClatDnsPlan *self, guint32 ttl, gint64 now)
{
  guint32 bounded = CLAMP (ttl, MIN_TTL, MAX_NEGATIVE_TTL);

  g_return_if_fail (self->current < self->count);

  self->servers[self->current++].none_until = now + bounded * SECOND;
  /* Ends the round if this was the last server. */
  clat_dns_plan_get_server (self, now);
}

void
clat_dns_plan_note_silence (ClatDnsPlan *self, gint64 now)
{
  g_return_if_fail (self->current < self->count);

  self->current++;
  self->is_unreachable = TRUE;
  clat_dns_plan_get_server (self, now);
}

gboolean
clat_dns_plan_has_none (ClatDnsPlan *self)
{
  return self->has_none;
}

gint64
clat_dns_plan_get_next (ClatDnsPlan *self)
{
  return self->count > 0 ? self->next : CLAT_NEVER;
}
