/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two DHCPv4 messages that show whether a network is IPv6-mostly: a DISCOVER that
 * asks for option 108, and the OFFER that answers it (RFC 2131, RFC 8925). */
#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

#define CLAT_DHCP4_MAC_LENGTH   6
#define CLAT_DHCP4_CLIENT_PORT  68
#define CLAT_DHCP4_DISCOVER_MAX 512

typedef struct
{
  guint32 xid;
  guint8 mac[CLAT_DHCP4_MAC_LENGTH];
} ClatDhcp4Query;

typedef struct
{
  struct in_addr server;
  gboolean is_v6only;  /* the server sent option 108 */
  guint32 v6only_wait; /* its value, in seconds */
} ClatDhcp4Offer;

/* Writes the IPv4 packet of a DISCOVER, broadcast from 0.0.0.0; returns its length. secs:
 * since the first one of this query (RFC 2131, table 1). */
gsize clat_dhcp4_write_discover (const ClatDhcp4Query *query, guint16 secs,
                                 guint8 packet[CLAT_DHCP4_DISCOVER_MAX]);

/* Reads an IPv4 packet. FALSE if it is not an OFFER that answers the query. Option 108
 * with another length than four is ignored (RFC 8925, 3.1), as if it were missing. */
gboolean clat_dhcp4_parse_offer (const ClatDhcp4Query *query, const guint8 *packet,
                                 gsize length, ClatDhcp4Offer *offer);

G_END_DECLS
