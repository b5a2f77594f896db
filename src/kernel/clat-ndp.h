/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Receives router advertisements and sends router solicitations (libndp), in the
 * namespace in which the object was created. */
#pragma once

#include "clat-ra.h"

G_BEGIN_DECLS

typedef struct
{
  int ifindex;
  struct in6_addr router;
  ClatRa ra;
  const guint8 *message; /* the ICMPv6 message */
  gsize length;
} ClatAdvertisement;

/* The advertisement is lent for the call. */
typedef void (*ClatNdpFunc) (const ClatAdvertisement *advertisement, gpointer data);

typedef struct _ClatNdp ClatNdp;

/* Calls function for each valid router advertisement on any interface; NULL: only sends
 * solicitations. */
ClatNdp *clat_ndp_new (ClatNdpFunc function, gpointer data, GError **error);
void clat_ndp_free (ClatNdp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatNdp, clat_ndp_free)

/* Sends a router solicitation on the link. */
gboolean clat_ndp_solicit (ClatNdp *self, int ifindex, GError **error);

G_END_DECLS
