/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of the plan that attach and detach the BPF programs of the data path. */
#pragma once

#include "clat-observe.h"
#include "clat-translator-members.h"
#include "clat-wanted.h"

G_BEGIN_DECLS

/* Replaces the programs, each atomically. If the kernel refuses one, the data path goes
 * without the direct way or without the fast path from then on. */
gboolean clat_translator_set_datapath (ClatTranslator *self, const ClatWanted *wanted,
                                       const ClatObserved *observed, GError **error);

/* The program of the direct way goes with the veth pair, which is removed next. */
gboolean clat_translator_remove_datapath (ClatTranslator *self,
                                          const ClatObserved *observed, GError **error);

G_END_DECLS
