/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record of NAT64 prefixes that a translator keeps for the next instance of the
 * service, which may be killed at any moment. */
#pragma once

#include "clat-kernel.h"
#include "clat-pref64-record.h"

G_BEGIN_DECLS

typedef struct
{
  guint32 program; /* whose record it is; 0: none is stored */
  ClatPref64Record stored;
} ClatPref64Store;

/* Stores the record, unless these programs have it already. */
void clat_pref64_store_update (ClatPref64Store *self, ClatKernel *kernel,
                               const char *name, const ClatActual *actual,
                               const ClatPref64Record *record);

/* The record of a previous instance; an empty one if there is none, or if it may be about
 * another network. carriers: of the link, now. */
ClatPref64Record clat_pref64_store_read (ClatKernel *kernel, const char *name,
                                         guint carriers);

G_END_DECLS
