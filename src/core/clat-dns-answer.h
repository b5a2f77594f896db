/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The answer of a DNS server to a query for AAAA records (RFC 1035, RFC 2308). */
#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

/* Further addresses are ignored: these are two for each of 16 prefixes. */
#define CLAT_DNS_ANSWER_MAX 32

typedef struct
{
  struct in6_addr addresses[CLAT_DNS_ANSWER_MAX]; /* in the order received */
  guint count;                                    /* 0: a negative answer */
  guint32 ttl; /* seconds that the answer, also a negative one, may be cached */
} ClatDnsAnswer;

/* FALSE if the message is malformed, or is not an answer: the server failed or refused.
 */
gboolean clat_dns_answer_parse (const guint8 *message, gsize length,
                                ClatDnsAnswer *answer);

G_END_DECLS
