/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a connection gives up native IPv4, because its network is IPv6-mostly. */
#include "clat-ipv6-mostly.h"

#include "clat-expiry.h"

/* The pauses after each DISCOVER, in seconds. A server may take a second to check that
 * the address it offers is free. */
static const guint pauses[] = {2, 4, 4};

/* Whatever the network does, not more than one per second. */
#define PAUSE_US G_USEC_PER_SEC

/* How often it is checked whether the lease is still in use. */
#define LEASE_CHECK_US (5 * G_USEC_PER_SEC)

static gint64
after (gint64 now, guint32 seconds)
{
  return now + seconds * (gint64)G_USEC_PER_SEC;
}

void
clat_ipv6_mostly_forget (ClatIpv6Mostly *self)
{
  *self = (ClatIpv6Mostly){.last = self->last};
}

/* RFC 8925, 3.2: at the end of V6ONLY_WAIT, DHCPv4 begins again. */
static void
ask_again_in (ClatIpv6Mostly *self, ClatIpv6MostlyPhase phase, gint64 when)
{
  self->phase = phase;
  self->n_sent = 0;
  self->next = when;
}

static gboolean
send_discover (ClatIpv6Mostly *self, gint64 now)
{
  if (self->last != 0 && now < self->last + PAUSE_US)
    {
      self->next = self->last + PAUSE_US;
      return FALSE;
    }

  if (self->n_sent == 0)
    self->asked = now;
  self->last = now;
  self->next = after (now, pauses[self->n_sent++]);
  return TRUE;
}

static gboolean
has_waited_for_clat (const ClatIpv6Mostly *self, gint64 now)
{
  return self->without_since != 0
         && now >= after (self->without_since, CLAT_IPV4_LESS_SECONDS);
}

void
clat_ipv6_mostly_recall (ClatIpv6Mostly *self)
{
  if (self->phase != CLAT_IPV6_MOSTLY_YES)
    return;

  self->lacks_nat64 = TRUE;
  ask_again_in (self, CLAT_IPV6_MOSTLY_NO, CLAT_NEVER);
}

void
clat_ipv6_mostly_deny (ClatIpv6Mostly *self, gint64 now)
{
  ask_again_in (self, CLAT_IPV6_MOSTLY_NO, after (now, CLAT_V6ONLY_WAIT));
}

static void
note_translation (ClatIpv6Mostly *self, const ClatIpv6MostlyInput *input, gint64 now)
{
  if (input->can_translate)
    self->without_since = 0;
  else if (self->without_since == 0)
    self->without_since = now;

  /* The network says that IPv6 suffices, and it does not: that is remembered until the
   * next attachment, or IPv4 would come and go. */
  if (has_waited_for_clat (self, now))
    clat_ipv6_mostly_recall (self);
}

/* When the server may be asked, CLAT_NEVER if it may not. RFC 8925, 3.2: a host that
 * cannot do without IPv4 does not ask; but this one has none, whoever has asked. It need
 * not be asked where NetworkManager does so, but about a lease from before. */
static gint64
get_earliest (const ClatIpv6Mostly *self, const ClatIpv6MostlyInput *input)
{
  if (input->can_translate)
    return input->is_asked && !input->has_native_ipv4 ? CLAT_NEVER : self->next;
  if (input->has_native_ipv4 || self->without_since == 0)
    return CLAT_NEVER;
  return MAX (self->next, after (self->without_since, CLAT_IPV4_DOUBT_SECONDS));
}

gboolean
clat_ipv6_mostly_advance (ClatIpv6Mostly *self, const ClatIpv6MostlyInput *input,
                          gint64 now)
{
  if (!input->is_allowed)
    {
      clat_ipv6_mostly_forget (self);
      return FALSE;
    }

  note_translation (self, input, now);
  if (now < get_earliest (self, input))
    return FALSE;
  if (self->phase == CLAT_IPV6_MOSTLY_ASKING && self->n_sent == G_N_ELEMENTS (pauses))
    {
      ask_again_in (self, CLAT_IPV6_MOSTLY_NO, after (now, CLAT_V6ONLY_WAIT));
      return FALSE;
    }

  self->phase = CLAT_IPV6_MOSTLY_ASKING;
  return send_discover (self, now);
}

void
clat_ipv6_mostly_receive (ClatIpv6Mostly *self, const ClatDhcp4Offer *offer,
                          const ClatIpv6MostlyInput *input, gint64 now)
{
  if (self->phase != CLAT_IPV6_MOSTLY_ASKING)
    return;

  if (!offer->is_v6only)
    {
      ask_again_in (self, CLAT_IPV6_MOSTLY_NO, after (now, CLAT_V6ONLY_WAIT));
      return;
    }
  self->server = offer->server;
  self->lease_end = input->lease_end;
  ask_again_in (self, CLAT_IPV6_MOSTLY_YES,
                after (now, MAX (offer->v6only_wait, CLAT_MIN_V6ONLY_WAIT)));
}

/* RFC 8925 is about hosts without a lease: one that connections use stays, but it is not
 * prolonged for ever. */
gboolean
clat_ipv6_mostly_awaits_lease (const ClatIpv6Mostly *self,
                               const ClatIpv6MostlyInput *input, gint64 now)
{
  return input->is_allowed && self->phase == CLAT_IPV6_MOSTLY_YES && input->can_translate
         && input->is_lease_used && now < self->lease_end;
}

ClatIpv4Wish
clat_ipv6_mostly_get_wish (const ClatIpv6Mostly *self, const ClatIpv6MostlyInput *input,
                           gint64 now)
{
  if (!input->is_allowed)
    return CLAT_IPV4_ON;

  switch (self->phase)
    {
    case CLAT_IPV6_MOSTLY_YES:
      return !input->can_translate || clat_ipv6_mostly_awaits_lease (self, input, now)
                 ? CLAT_IPV4_AS_IS
                 : CLAT_IPV4_OFF;
    case CLAT_IPV6_MOSTLY_NO:
      return self->lacks_nat64 ? CLAT_IPV4_REQUIRED : CLAT_IPV4_ON;
    case CLAT_IPV6_MOSTLY_UNKNOWN:
    case CLAT_IPV6_MOSTLY_ASKING:
      return has_waited_for_clat (self, now) ? CLAT_IPV4_ON : CLAT_IPV4_AS_IS;
    }
  g_return_val_if_reached (CLAT_IPV4_AS_IS);
}

gboolean
clat_ipv6_mostly_lacks_both (const ClatIpv6Mostly *self, const ClatIpv6MostlyInput *input)
{
  return input->is_allowed && !input->can_translate && !input->has_native_ipv4
         && (self->phase == CLAT_IPV6_MOSTLY_YES || self->lacks_nat64);
}

gint64
clat_ipv6_mostly_get_next (const ClatIpv6Mostly *self, const ClatIpv6MostlyInput *input,
                           gint64 now)
{
  gint64 next;

  if (!input->is_allowed)
    return CLAT_NEVER;
  next = MAX (get_earliest (self, input), now);
  if (!input->can_translate && !has_waited_for_clat (self, now))
    next = MIN (next, after (self->without_since, CLAT_IPV4_LESS_SECONDS));
  if (clat_ipv6_mostly_awaits_lease (self, input, now))
    next = MIN (next, MIN (self->lease_end, now + LEASE_CHECK_US));
  return next;
}
