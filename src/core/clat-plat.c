/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the NAT64 of a network (the PLAT) answers. */
#include "clat-plat.h"

#include "clat-expiry.h"

#define SECOND ((gint64)G_USEC_PER_SEC)

/* The first packets of a connection are repeated after 1, 2, 4 and 8 s: there are many in
 * the time only if several programs try, and the fewer there are, the more of them a
 * lossy link may have lost by chance. */
static const struct
{
  guint packets;
  gint64 time;
} silence[] = {{16, 8 * SECOND}, {6, 10 * SECOND}, {5, 16 * SECOND}};

/* As the BPF programs have it, which report from then on. */
#define DOUBT_PACKETS 3
#define DOUBT_TIME    (4 * SECOND)
#define PAUSE         (10 * SECOND)

/* A router that is gone: neighbour discovery takes three seconds itself. */
#define ROUTER_PACKETS 3
#define ROUTER_TIME    (5 * SECOND)

#define ERRORS     3
#define ERROR_TIME (10 * SECOND)

/* Of ICMPv6 destination unreachable (RFC 4443, 3.1). */
#define CODE_PROHIBITED    1
#define CODE_SOURCE_POLICY 5

/* The last part of the time is for pings that confirm silence. */
#define CONFIRM_TIME     (3 * SECOND)
#define CONFIRM_INTERVAL SECOND

/* Where pings are answered, it is the programs' destinations that are silent. If that
 * goes on, it is checked more and more rarely. */
static const gint64 no_doubt[] = {0, 0, 10 * SECOND, 20 * SECOND, 30 * SECOND};
#define ROW_TIME (60 * SECOND)

/* Pauses between the pings to a NAT64 that is unreachable. */
#define MIN_PING_PAUSE 5
#define MAX_PING_PAUSE 60

static gint64
get_required_time (const ClatPlatEvidence *evidence)
{
  for (guint i = 0; i < G_N_ELEMENTS (silence); i++)
    if (evidence->n_out >= silence[i].packets)
      return silence[i].time;
  return CLAT_NEVER;
}

/* A router may prohibit one destination, which is not about the NAT64. */
static gboolean
has_errors (const ClatPlatEvidence *evidence, gint64 now)
{
  gboolean is_policy = evidence->error_code == CODE_PROHIBITED
                       || evidence->error_code == CODE_SOURCE_POLICY;

  return evidence->n_errors >= ERRORS && now - evidence->last_error <= ERROR_TIME
         && (!is_policy || evidence->errors_differ);
}

static gboolean
has_lost_router (const ClatPlatEvidence *evidence, gint64 now)
{
  return evidence->has_lost_router && evidence->n_out >= ROUTER_PACKETS
         && now - evidence->first_out >= ROUTER_TIME && now - evidence->last_out <= PAUSE;
}

static gboolean
is_doubtful (const ClatPlatEvidence *evidence, gint64 now)
{
  return evidence->n_out >= DOUBT_PACKETS
         && evidence->last_out - evidence->first_out >= DOUBT_TIME
         && now - evidence->last_out <= PAUSE;
}

static gint64
get_no_doubt (const ClatPlat *self)
{
  return self->answered + no_doubt[MIN (self->n_answered, G_N_ELEMENTS (no_doubt) - 1)];
}

static void
note_answered (ClatPlat *self, gint64 now)
{
  self->n_answered = now - self->answered <= ROW_TIME ? self->n_answered + 1 : 1;
  self->answered = now;
}

/* Silence is confirmed by pings where there is a target. */
static gboolean
is_silent (ClatPlat *self, const ClatPlatEvidence *evidence, gint64 now,
           ClatPlatOrders *orders)
{
  gint64 required = get_required_time (evidence);

  if (required == CLAT_NEVER)
    return FALSE;
  if (!evidence->targets_answered)
    return now >= evidence->first_out + required;
  if (now < evidence->first_out + required - CONFIRM_TIME || now < get_no_doubt (self))
    return FALSE;

  if (self->confirming == 0)
    self->confirming = self->next_ping = now;
  if (now - self->confirming >= CONFIRM_TIME)
    return TRUE;
  if (now >= self->next_ping)
    {
      orders->pings = TRUE;
      self->next_ping = now + CONFIRM_INTERVAL;
    }
  return FALSE;
}

/* When more packets, or only time, could make silence certain. */
static gint64
get_next_doubt (const ClatPlat *self, const ClatPlatEvidence *evidence, gint64 now)
{
  gint64 confirm = evidence->targets_answered ? CONFIRM_TIME : 0;
  gint64 next = now + DOUBT_TIME;

  if (self->confirming != 0)
    return MIN (self->next_ping, self->confirming + CONFIRM_TIME);
  if (now < get_no_doubt (self))
    return get_no_doubt (self);
  for (guint i = 0; i < G_N_ELEMENTS (silence); i++)
    if (evidence->first_out + silence[i].time - confirm > now)
      next = MIN (next, evidence->first_out + silence[i].time - confirm);
  if (evidence->first_out + ROUTER_TIME > now)
    next = MIN (next, evidence->first_out + ROUTER_TIME);
  return next;
}

static ClatPlatVerdict
condemn (const ClatPlatEvidence *evidence, ClatPlatCause cause, gint64 now)
{
  return (ClatPlatVerdict){
      .state = CLAT_PLAT_UNREACHABLE,
      .since = now,
      .cause = cause,
      .n_packets = evidence->n_out,
      .seconds = (now - evidence->first_out) / SECOND,
      .error_code = evidence->error_code,
      .router =
          cause == CLAT_PLAT_CAUSE_ERRORS ? evidence->error_source : evidence->router,
      .target = {evidence->targets_answered ? evidence->targets[0].s_addr : 0},
  };
}

/* The router, too, is pinged while packets get no answer. */
static ClatPlatFilterState
judge_filter (ClatPlat *self, const ClatPlatEvidence *evidence, gboolean doubtful,
              gint64 now, ClatPlatOrders *orders)
{
  ClatPlatFilterState state;

  if (!doubtful)
    {
      self->filter = (ClatPlatFilter){0};
      return CLAT_PLAT_FILTER_NONE;
    }
  state = clat_plat_filter_judge (&self->filter, evidence, now, &orders->pings_router);
  if (self->filter.next_ping > now)
    orders->next = MIN (orders->next, self->filter.next_ping);
  orders->is_filtered = state == CLAT_PLAT_FILTER_FOUND;
  return state;
}

/* Why it is unreachable, as far as that is certain. */
static ClatPlatCause
find_cause (ClatPlat *self, const ClatPlatEvidence *evidence, gboolean doubtful,
            gint64 now, ClatPlatOrders *orders)
{
  ClatPlatFilterState filter = judge_filter (self, evidence, doubtful, now, orders);
  gboolean is_lost = has_lost_router (evidence, now);

  if (has_errors (evidence, now))
    return CLAT_PLAT_CAUSE_ERRORS;
  if (!is_lost && !(doubtful && is_silent (self, evidence, now, orders)))
    return CLAT_PLAT_CAUSE_NONE;
  switch (filter)
    {
    case CLAT_PLAT_FILTER_SUSPECTED:
      return CLAT_PLAT_CAUSE_NONE;
    case CLAT_PLAT_FILTER_FOUND:
      return CLAT_PLAT_CAUSE_FILTER;
    case CLAT_PLAT_FILTER_NONE:
      return is_lost ? CLAT_PLAT_CAUSE_ROUTER : CLAT_PLAT_CAUSE_SILENCE;
    }
  g_return_val_if_reached (CLAT_PLAT_CAUSE_NONE);
}

/* The verdict while the NAT64 is not known to be unreachable. */
static void
doubt (ClatPlat *self, const ClatPlatEvidence *evidence, gint64 now,
       ClatPlatOrders *orders)
{
  gboolean doubtful = is_doubtful (evidence, now);
  ClatPlatCause cause;

  if (self->confirming != 0 && evidence->last_in >= self->confirming)
    note_answered (self, now);
  if (!doubtful || evidence->last_in >= self->confirming)
    self->confirming = 0;

  cause = find_cause (self, evidence, doubtful, now, orders);
  if (cause != CLAT_PLAT_CAUSE_NONE)
    {
      orders->verdict = condemn (evidence, cause, now);
      *self = (ClatPlat){0};
      return;
    }

  if (doubtful)
    orders->next = MIN (orders->next, get_next_doubt (self, evidence, now));
  else
    orders->reports |= CLAT_PLAT_REPORT_SILENCE;
  if (evidence->n_errors < ERRORS || now - evidence->last_error > ERROR_TIME)
    orders->reports |= CLAT_PLAT_REPORT_ERRORS;
  else
    orders->next = MIN (orders->next, now + DOUBT_TIME);
}

/* Only an answer shows that it is back. Programs may use other connections meanwhile. */
static void
ping (ClatPlat *self, const ClatPlatEvidence *evidence, gint64 now,
      ClatPlatOrders *orders)
{
  orders->reports = CLAT_PLAT_REPORT_IN;
  if (evidence->n_targets == 0)
    return;

  if (now >= self->next_ping)
    {
      orders->pings = TRUE;
      self->ping_pause = CLAMP (self->ping_pause * 2, MIN_PING_PAUSE, MAX_PING_PAUSE);
      self->next_ping = now + self->ping_pause * SECOND;
    }
  orders->next = self->next_ping;
}

ClatPlatOrders
clat_plat_judge (ClatPlat *self, const ClatPlatEvidence *evidence, gint64 now)
{
  ClatPlatOrders orders = {.verdict = evidence->verdict, .next = CLAT_NEVER};

  if (orders.verdict.state != CLAT_PLAT_REACHABLE
      && evidence->last_in > orders.verdict.since)
    {
      orders.verdict =
          (ClatPlatVerdict){.state = CLAT_PLAT_REACHABLE, .since = evidence->last_in};
      *self = (ClatPlat){0};
    }

  if (orders.verdict.state == CLAT_PLAT_UNKNOWN)
    orders.reports = CLAT_PLAT_REPORT_IN;
  if (orders.verdict.state != CLAT_PLAT_UNREACHABLE)
    doubt (self, evidence, now, &orders);
  if (orders.verdict.state == CLAT_PLAT_UNREACHABLE)
    ping (self, evidence, now, &orders);
  return orders;
}
