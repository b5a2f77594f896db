/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One query for the AAAA records of ipv4only.arpa to one DNS server through one
 * interface. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ClatDnsQuery ClatDnsQuery;

typedef enum
{
  CLAT_DNS_QUERY_ANSWERED,
  CLAT_DNS_QUERY_UNANSWERED, /* no answer came in time, or the server failed */
  CLAT_DNS_QUERY_UNSENT,     /* no source address or no route yet */
} ClatDnsQueryOutcome;

/* message is the answer in wire format, lent; NULL without one. The function may free the
 * query. */
typedef void (*ClatDnsQueryFunc) (ClatDnsQueryOutcome outcome, const guint8 *message,
                                  gsize length, gpointer data);

/* Calls function once, from the main loop. server is an address as text. */
ClatDnsQuery *clat_dns_query_new (const char *server, int ifindex,
                                  ClatDnsQueryFunc function, gpointer data);

/* The function will not be called any more. */
void clat_dns_query_free (ClatDnsQuery *self);

G_END_DECLS
