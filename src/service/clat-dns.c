/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queries the DNS servers of one connection for the NAT64 prefix (RFC 7050) when
 * clat-dns-plan says. */
#include "clat-dns.h"

#include "clat-clock.h"
#include "clat-dns-answer.h"
#include "clat-dns-plan.h"
#include "clat-dns-query.h"
#include "clat-dns64.h"
#include "clat-pref64.h"

struct _ClatDns
{
  ClatDnsPlan *plan;
  ClatDnsFunc function;
  gpointer data;

  gboolean is_active;
  int ifindex;
  ClatDnsQuery *query; /* under way */
  guint timer;         /* source */
};

static void proceed (ClatDns *self);

static void
report_none (ClatDns *self)
{
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (ClatPrefix));

  if (clat_dns_plan_has_none (self->plan))
    self->function (none, 0, self->data);
}

static void
handle_answer (ClatDns *self, const ClatDnsAnswer *answer, gint64 now)
{
  g_autoptr (GArray) prefixes =
      clat_dns64_find_prefixes (answer->addresses, answer->count);

  if (prefixes->len > 0)
    {
      gint64 expiry = clat_dns_plan_note_found (self->plan, answer->ttl, now);

      self->function (prefixes, expiry, self->data);
      return;
    }

  clat_dns_plan_note_none (self->plan, answer->ttl, now);
  report_none (self);
}

static void
on_answer (const guint8 *message, gsize length, gpointer data)
{
  gint64 now = clat_clock_now ();
  ClatDns *self = data;
  ClatDnsAnswer answer;

  if (message != NULL && clat_dns_answer_parse (message, length, &answer))
    handle_answer (self, &answer, now);
  else
    clat_dns_plan_note_silence (self->plan, now);

  g_clear_pointer (&self->query, clat_dns_query_free);
  proceed (self);
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
clat_dns_start (ClatDns *self, int ifindex, const char *const *servers, gboolean at_once)
{
  gboolean is_other;

  /* A NetworkManager that has just started has no servers yet; the answers of those it
   * had are kept. */
  if (servers[0] == NULL)
    {
      clat_dns_stop (self);
      return;
    }

  is_other = clat_dns_plan_set_servers (self->plan, servers) || ifindex != self->ifindex;
  if (self->is_active && !is_other)
    return;

  clat_dns_stop (self);
  self->is_active = TRUE;
  self->ifindex = ifindex;
  clat_dns_plan_begin (self->plan, at_once, clat_clock_now ());
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
clat_dns_forget (ClatDns *self)
{
  clat_dns_stop (self);
  clat_dns_plan_free (self->plan);
  self->plan = clat_dns_plan_new ();
}

gboolean
clat_dns_has_none (ClatDns *self)
{
  return clat_dns_plan_has_none (self->plan);
}
