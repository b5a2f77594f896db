/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The answer of a DNS server to a question for AAAA records (RFC 1035, RFC 2308). */
#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

/* More are not read: two for each of 16 prefixes. */
#define CLAT_DNS_ANSWER_MAX 32

typedef struct
{
  struct in6_addr addresses[CLAT_DNS_ANSWER_MAX]; /* in the order received */
  guint count;                                    /* 0: there are none */
  guint32 ttl; /* seconds; how long that holds, also that there are none */
} ClatDnsAnswer;

/* FALSE if the message is malformed, or says nothing: the server failed or refused. */
gboolean clat_dns_answer_parse (const guint8 *message, gsize length,
                                ClatDnsAnswer *answer);

G_END_DECLS
