/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The NAT64 prefixes that the DNS servers of a connection named. */
#include "clat-dns-found.h"

#define SECOND ((gint64)G_USEC_PER_SEC)

/* Time to query all servers once more when a rival is about to be accepted, so that the
 * old prefix does not end before the new one is there. */
#define QUERY_SECONDS 20

void
clat_dns_found_clear (ClatDnsFound *self)
{
  g_clear_pointer (&self->prefixes, g_array_unref);
  g_free (self->provider);
  *self = (ClatDnsFound){0};
}

void
clat_dns_found_adopt (ClatDnsFound *self, const ClatPrefix *prefix, const char *server,
                      gint64 ttl_end)
{
  clat_dns_found_clear (self);
  self->prefixes = g_array_new (FALSE, FALSE, sizeof *prefix);
  g_array_append_vals (self->prefixes, prefix, 1);
  self->in_use = *prefix;
  self->provider = g_strdup (server);
  self->ttl_end = ttl_end;
  self->is_adopted = TRUE;
}

static gboolean
is_among (const GArray *prefixes, const ClatPrefix *prefix)
{
  for (guint i = 0; i < prefixes->len; i++)
    if (clat_prefix_equal (&g_array_index (prefixes, ClatPrefix, i), prefix))
      return TRUE;
  return FALSE;
}

static gboolean
is_denied (const ClatDnsFound *self)
{
  return self->n_denials >= CLAT_DNS_DENIALS;
}

static ClatDnsJudgement
accept_answer (ClatDnsFound *self, const char *server, const GArray *prefixes,
               gint64 ttl_end)
{
  ClatDnsFound found = {
      .prefixes = g_array_copy ((GArray *)prefixes),
      .in_use = self->prefixes != NULL && is_among (prefixes, &self->in_use)
                    ? self->in_use
                    : g_array_index (prefixes, ClatPrefix, 0),
      .provider = g_strdup (server),
      .ttl_end = ttl_end,
  };

  clat_dns_found_clear (self);
  *self = found;
  return CLAT_DNS_ACCEPTED;
}

/* Another server than the provider names other prefixes. */
static gboolean
is_rival_acceptable (const ClatDnsFound *self, gint64 now)
{
  return self->provider == NULL || is_denied (self)
         || (self->is_silent
             && now >= self->ttl_end + CLAT_DNS_KEEP_RIVAL_SECONDS * SECOND);
}

ClatDnsJudgement
clat_dns_found_judge (ClatDnsFound *self, const char *server, const GArray *prefixes,
                      gint64 ttl_end, gint64 now)
{
  gboolean is_positive = prefixes->len > 0;

  if (now >= clat_dns_found_get_expiry (self))
    clat_dns_found_clear (self);
  if (self->prefixes == NULL || (is_positive && is_among (prefixes, &self->in_use)))
    return is_positive ? accept_answer (self, server, prefixes, ttl_end)
                       : CLAT_DNS_NEGATIVE;

  if (g_strcmp0 (server, self->provider) == 0)
    {
      self->is_silent = self->has_rival = FALSE;
      if (!is_denied (self) && ++self->n_denials < CLAT_DNS_DENIALS)
        return CLAT_DNS_ASK_AGAIN;
    }
  else if (is_positive && !is_rival_acceptable (self, now))
    {
      self->has_rival = TRUE;
      return CLAT_DNS_IGNORED;
    }
  return is_positive ? accept_answer (self, server, prefixes, ttl_end)
                     : CLAT_DNS_NEGATIVE;
}

void
clat_dns_found_note_silence (ClatDnsFound *self, const char *server)
{
  if (self->prefixes != NULL
      && (self->provider == NULL || server == NULL
          || g_str_equal (server, self->provider)))
    self->is_silent = TRUE;
}

gint64
clat_dns_found_get_expiry (const ClatDnsFound *self)
{
  guint kept = 0;

  if (!is_denied (self) && (self->is_silent || self->is_adopted || self->n_denials > 0))
    kept = self->has_rival ? CLAT_DNS_KEEP_RIVAL_SECONDS + QUERY_SECONDS
                           : CLAT_DNS_KEEP_SECONDS;
  return self->prefixes == NULL ? 0 : self->ttl_end + kept * SECOND;
}

gboolean
clat_dns_found_is_unconfirmed (const ClatDnsFound *self)
{
  return self->prefixes != NULL && self->is_silent && !is_denied (self);
}

gint64
clat_dns_found_get_rival_time (const ClatDnsFound *self)
{
  return self->has_rival ? self->ttl_end + CLAT_DNS_KEEP_RIVAL_SECONDS * SECOND : 0;
}
