/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record of NAT64 prefixes for the next instance of the service. */
#include "clat-pref64-store.h"

void
clat_pref64_store_update (ClatPref64Store *self, ClatKernel *kernel, const char *name,
                          const ClatActual *actual, const ClatPref64Record *record)
{
  /* Other programs may not have taken over the map of the former. */
  if (self->program == actual->program
      && clat_pref64_record_equal (&self->stored, record))
    return;

  self->program = actual->program;
  self->stored = *record;
  clat_kernel_store_pref64s (kernel, name, record);
}

ClatPref64Record
clat_pref64_store_read (ClatKernel *kernel, const char *name, guint carriers)
{
  ClatPref64Record record;

  if (!clat_kernel_read_pref64s (kernel, name, &record) || record.carriers != carriers)
    return (ClatPref64Record){0};
  return record;
}
