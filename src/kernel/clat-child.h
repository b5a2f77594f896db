/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A child interface in a namespace, of whichever kind its parent takes. */
#pragma once

#include "clat-link.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;
  int parent;                  /* in the host's namespace */
  int netns;                   /* descriptor */
  ClatRtnl *inside;            /* of that namespace */
  gboolean keeps_mac;          /* it must be the parent's */
  guint8 mac[CLAT_MAC_LENGTH]; /* where it is not the parent's */
} ClatChild;

/* Makes it, down. An error, too, if the parent has children of somebody else that would
 * not stay as they are. */
gboolean clat_child_add (const ClatChild *self, ClatRtnl *host, GError **error);

G_END_DECLS
