/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads one translator from the kernel. */
#pragma once

#include "clat-actual.h"
#include "clat-datapath.h"
#include "clat-namespace.h"
#include "clat-redirect.h"
#include "clat-shared.h"
#include "clat-wanted.h"

G_BEGIN_DECLS

typedef struct
{
  ClatActual
      actual; /* without the state of the slow path, which the kernel does not have */
  ClatDatapathLinks links;
  ClatRedirect redirect;
  guint32 programs[CLAT_N_PROGRAMS]; /* ids of the attached BPF programs, 0: none */
} ClatObserved;

/* Reads the translator of that name. host: of the host's namespace; namespace: NULL if
 * the translator has none. If wanted has a prefix, the address and the next hop to it are
 * read too. */
gboolean clat_observe (ClatObserved *self, const char *name, ClatRtnl *host,
                       ClatNamespace *namespace, const ClatWanted *wanted,
                       GError **error);

G_END_DECLS
