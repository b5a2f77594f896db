/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Identifications and reassembly, for both directions. */
#include "xlat-work.h"

uint16_t
xlat_next_id (struct xlat *xlat, unsigned count)
{
  uint16_t id = xlat->next_id;

  xlat->next_id = (uint16_t)(id + count);
  return id;
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
