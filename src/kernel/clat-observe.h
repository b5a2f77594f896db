/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is there of one translator, read from the kernel. */
#pragma once

#include "clat-actual.h"
#include "clat-link.h"
#include "clat-namespace.h"
#include "clat-redirect.h"
#include "clat-shared.h"
#include "clat-wanted.h"

G_BEGIN_DECLS

/* With the numbers that the kernel gave; the ifindex of what is not there is 0. */
typedef struct
{
  ClatActual actual; /* but for the state of the slow path, which is not the kernel's */
  ClatLink uplink;
  ClatLink inner;
  ClatLink veth; /* the host's end */
  ClatLink slow;
  ClatRedirect redirect;
  guint32 programs[CLAT_N_PROGRAMS]; /* ids, 0: none */
} ClatObserved;

/* host: of the host's namespace; space: NULL if there is none. The way to wanted's prefix
 * is looked up if it has one. */
gboolean clat_observe (ClatObserved *self, const char *name, ClatRtnl *host,
                       ClatNamespace *namespace, const ClatWanted *wanted,
                       GError **error);

G_END_DECLS
