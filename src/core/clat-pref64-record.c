/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an instance of the service leaves for the next one about NAT64 prefixes. */
#include "clat-pref64-record.h"

#include <string.h>

const ClatPref64 *
clat_pref64_record_find (const ClatPref64Record *self, const ClatPrefix *prefix)
{
  for (guint i = 0; i < CLAT_MAX_PAIRS; i++)
    if (self->pref64s[i].source != CLAT_PREF64_SOURCE_NONE
        && clat_prefix_equal (&self->pref64s[i].prefix, prefix))
      return &self->pref64s[i];
  return NULL;
}

static gboolean
is_same (const ClatPref64 *a, const ClatPref64 *b)
{
  return clat_prefix_equal (&a->prefix, &b->prefix) && a->source == b->source
         && IN6_ARE_ADDR_EQUAL (&a->router, &b->router) && a->expiry == b->expiry;
}

gboolean
clat_pref64_record_equal (const ClatPref64Record *a, const ClatPref64Record *b)
{
  for (guint i = 0; i < CLAT_MAX_PAIRS; i++)
    if (!is_same (&a->pref64s[i], &b->pref64s[i]))
      return FALSE;
  return a->carriers == b->carriers && strcmp (a->dns_server, b->dns_server) == 0;
}
