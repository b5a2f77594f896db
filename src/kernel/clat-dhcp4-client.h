/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the DHCPv4 servers of a link whether the network is IPv6-mostly, by packet
 * sockets: DISCOVER and OFFER only, so that no lease is taken. */
#pragma once

#include "clat-dhcp4.h"

G_BEGIN_DECLS

typedef struct
{
  int ifindex;
  ClatDhcp4Offer offer;
} ClatDhcp4Answer;

/* The answer is lent for the call. */
typedef void (*ClatDhcp4ClientFunc) (const ClatDhcp4Answer *answer, gpointer data);

typedef struct _ClatDhcp4Client ClatDhcp4Client;

ClatDhcp4Client *clat_dhcp4_client_new (ClatDhcp4ClientFunc function, gpointer data);
void clat_dhcp4_client_free (ClatDhcp4Client *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatDhcp4Client, clat_dhcp4_client_free)

/* Sends a DISCOVER on the link. The function is called with the first OFFER that arrives
 * in some seconds. Without an answer so far, this repeats the one before. */
gboolean clat_dhcp4_client_discover (ClatDhcp4Client *self, int ifindex, GError **error);

G_END_DECLS
