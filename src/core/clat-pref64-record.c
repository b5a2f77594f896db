/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an instance of the service leaves for the next one about NAT64 prefixes. */
#include "clat-pref64-record.h"

const ClatPref64 *
clat_pref64_record_find (const ClatPref64Record *self, const ClatPrefix *prefix)
{
  for (guint i = 0; i < CLAT_MAX_PAIRS; i++)
    if (self->pref64s[i].source != CLAT_PREF64_SOURCE_NONE
        && clat_prefix_equal (&self->pref64s[i].prefix, prefix))
      return &self->pref64s[i];
  return NULL;
}
