/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the network passes packets of the host's own address only. */
#include "clat-plat-filter.h"

#define SECOND ((gint64)G_USEC_PER_SEC)

/* Doubt and pings together last longer than a router uses the neighbour entry of an
 * earlier MAC address, which is eight seconds (RFC 4861, 10: DELAY_FIRST_PROBE_TIME, and
 * MAX_UNICAST_SOLICIT times RETRANS_TIMER). */
#define PINGS    6
#define INTERVAL SECOND

/* A link that loses packets loses those of either address: it is no chance if so many
 * pings of the host are answered, and none of the translator. */
#define HOST_ANSWERS 3

/* An answer of the router to the translator's own address is one, too. */
static gboolean
has_nothing_back (const ClatPlatEvidence *evidence)
{
  return evidence->last_in < evidence->first_out
         && evidence->last_other < evidence->first_out;
}

/* A working address must not be given up for a short fault of the link. */
static gboolean
has_worked (const ClatPlatEvidence *evidence)
{
  return evidence->last_in != 0 || evidence->last_other != 0;
}

static gboolean
is_possible (const ClatPlatEvidence *evidence)
{
  return evidence->has_own_address && has_nothing_back (evidence);
}

/* Not all routers answer pings: that of an address that has never worked may be known by
 * the neighbour discovery of the host. */
static gboolean
has_router (const ClatPlatFilter *self, const ClatPlatEvidence *evidence)
{
  return self->n_host_answers > 0
         || (!has_worked (evidence) && evidence->host_has_router);
}

static ClatPlatFilterState
conclude (const ClatPlatFilter *self, const ClatPlatEvidence *evidence)
{
  guint required = has_worked (evidence) ? HOST_ANSWERS : 0;

  return has_router (self, evidence) && self->n_host_answers >= required
             ? CLAT_PLAT_FILTER_FOUND
             : CLAT_PLAT_FILTER_NONE;
}

ClatPlatFilterState
clat_plat_filter_judge (ClatPlatFilter *self, const ClatPlatEvidence *evidence,
                        gint64 now, gboolean *pings)
{
  if (!is_possible (evidence))
    {
      *self = (ClatPlatFilter){0};
      return CLAT_PLAT_FILTER_NONE;
    }

  self->n_host_answers += evidence->n_host_answers;
  /* The router answers the host, but not even the solicitations of the translator. */
  if (evidence->has_lost_router && !has_worked (evidence) && self->n_host_answers > 0)
    return CLAT_PLAT_FILTER_FOUND;

  if (now >= self->next_ping)
    {
      if (self->n_pings == PINGS)
        return conclude (self, evidence);
      self->n_pings++;
      self->next_ping = now + INTERVAL;
      *pings = TRUE;
    }
  return has_router (self, evidence) ? CLAT_PLAT_FILTER_SUSPECTED : CLAT_PLAT_FILTER_NONE;
}
