/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queries the DNS servers of one connection for the NAT64 prefix (RFC 7050) when
 * clat-dns-plan says. */
#include "clat-dns.h"

#include "clat-clock.h"
#include "clat-dns-answer.h"
#include "clat-dns-plan.h"
#include "clat-dns-query.h"
#include "clat-dns64.h"
#include "clat-expiry.h"
#include "clat-prefix.h"

struct _ClatDns
{
  ClatDnsPlan *plan;
  ClatDnsFunc function;
  gpointer data;

  gboolean is_active;
  int ifindex;
  gint64 start;        /* time of the first query */
  ClatDnsQuery *query; /* under way */
  guint timer;         /* source */
};

static void proceed (ClatDns *self);

static void
report (ClatDns *self)
{
  const ClatDnsFound *found = clat_dns_plan_get_found (self->plan);
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (ClatPrefix));

  self->function (found->prefixes == NULL ? none : found->prefixes,
                  clat_dns_found_get_expiry (found), self->data);
}

/* Addresses that no DNS64 makes are not of a negative answer, but of a captive portal:
 * their TTL says nothing. */
static void
handle_answer (ClatDns *self, const ClatDnsAnswer *answer, gint64 now)
{
  g_autoptr (GArray) prefixes =
      clat_dns64_find_prefixes (answer->addresses, answer->count);
  gboolean is_forged = answer->count > 0 && prefixes->len == 0;

  clat_dns_plan_note_answer (self->plan, prefixes, is_forged ? 0 : answer->ttl, now);
}

static void
on_answer (ClatDnsQueryOutcome outcome, const guint8 *message, gsize length,
           gpointer data)
{
  gint64 now = clat_clock_now ();
  ClatDns *self = data;
  ClatDnsAnswer answer;

  if (outcome == CLAT_DNS_QUERY_UNSENT)
    clat_dns_plan_note_unsent (self->plan, now);
  else if (message != NULL && clat_dns_answer_parse (message, length, &answer))
    handle_answer (self, &answer, now);
  else
    clat_dns_plan_note_silence (self->plan, now);

  g_clear_pointer (&self->query, clat_dns_query_free);
  proceed (self);
  report (self);
}

static gboolean
on_timer (gpointer data)
{
  ClatDns *self = data;

  self->timer = 0;
  proceed (self);
  return G_SOURCE_REMOVE;
}

static void
proceed (ClatDns *self)
{
  const char *server = clat_dns_plan_get_server (self->plan, clat_clock_now ());
  gint64 next = clat_dns_plan_get_next (self->plan);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (server != NULL)
    {
      g_debug ("querying %s on interface %d for " CLAT_DNS64_NAME, server, self->ifindex);
      self->query = clat_dns_query_new (server, self->ifindex, on_answer, self);
    }
  else if (next != CLAT_NEVER)
    {
      self->timer = clat_clock_call_at (next, on_timer, self);
    }
}

ClatDns *
clat_dns_new (ClatDnsFunc function, gpointer data)
{
  ClatDns *self = g_new0 (ClatDns, 1);

  self->plan = clat_dns_plan_new ();
  self->function = function;
  self->data = data;
  return self;
}

void
clat_dns_free (ClatDns *self)
{
  clat_dns_stop (self);
  clat_dns_plan_free (self->plan);
  g_free (self);
}

void
clat_dns_adopt (ClatDns *self, const ClatPrefix *prefix, const char *server,
                gint64 ttl_end)
{
  clat_dns_plan_adopt (self->plan, prefix, server, ttl_end);
  report (self);
}

/* A NetworkManager that has just started has no servers yet: the answers of those it had
 * are kept. */
static void
lose_servers (ClatDns *self)
{
  const ClatDnsFound *found = clat_dns_plan_get_found (self->plan);
  gint64 expiry = clat_dns_found_get_expiry (found);

  clat_dns_stop (self);
  clat_dns_plan_note_no_servers (self->plan);
  if (clat_dns_found_get_expiry (found) != expiry)
    report (self);
}

void
clat_dns_start (ClatDns *self, int ifindex, const char *const *servers, gint64 time)
{
  gint64 now = clat_clock_now ();
  gboolean is_other;

  if (servers[0] == NULL)
    {
      lose_servers (self);
      return;
    }

  is_other = clat_dns_plan_set_servers (self->plan, servers) || ifindex != self->ifindex;
  if (self->is_active && !is_other && (now >= self->start || time >= self->start))
    return;

  clat_dns_stop (self);
  self->is_active = TRUE;
  self->ifindex = ifindex;
  self->start = MAX (time, now);
  clat_dns_plan_begin (self->plan, self->start);
  proceed (self);
}

void
clat_dns_stop (ClatDns *self)
{
  self->is_active = FALSE;
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->query, clat_dns_query_free);
}

void
clat_dns_refresh (ClatDns *self)
{
  clat_dns_stop (self);
  clat_dns_plan_refresh (self->plan);
}

void
clat_dns_forget (ClatDns *self)
{
  clat_dns_stop (self);
  clat_dns_plan_forget (self->plan);
}

ClatDnsStatus
clat_dns_get_status (ClatDns *self)
{
  return clat_dns_plan_get_status (self->plan, clat_clock_now ());
}

const ClatDnsFound *
clat_dns_get_found (ClatDns *self)
{
  return clat_dns_plan_get_found (self->plan);
}
