/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What both directions do with a packet: number it, drop it, or keep it until the rest of
 * its fragments has come. */
#include "xlat-work.h"

uint16_t
xlat_next_id (struct xlat *xlat, unsigned count)
{
  uint16_t id = xlat->next_id;

  xlat->next_id = (uint16_t)(id + count);
  return id;
}

void
xlat_drop (struct xlat_work *work, enum xlat_reason reason)
{
  work->result->verdict = XLAT_DROP;
  work->result->reason = reason;
  work->result->n_packets = 0;
}

void
xlat_count_lost_fragments (struct xlat *xlat, enum xlat_direction direction,
                           unsigned lost)
{
  if (lost > 0)
    xlat_count (&xlat->statistics->directions[direction].drops[XLAT_REASON_REASSEMBLY],
                lost);
}

bool
xlat_gather (struct xlat_work *work, const struct xlat_fragment *fragment,
             struct xlat_whole *whole)
{
  struct xlat *xlat = work->xlat;
  enum xlat_direction direction = work->result->direction;
  unsigned displaced;

  switch (xlat_reassembly_add (xlat->reassembly[direction], fragment, xlat->now_ns, whole,
                               &displaced))
    {
    case XLAT_REASSEMBLY_COMPLETE:
      return true;
    case XLAT_REASSEMBLY_WAITING:
      work->result->verdict = XLAT_HOLD;
      break;
    case XLAT_REASSEMBLY_REFUSED:
      xlat_drop (work, XLAT_REASON_REASSEMBLY);
      break;
    }
  xlat_count_lost_fragments (xlat, direction, displaced);
  return false;
}
