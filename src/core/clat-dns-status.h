/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the DNS servers of a connection say about the NAT64 prefix. */
#pragma once

typedef enum
{
  CLAT_DNS_STATUS_UNKNOWN, /* no servers, or not all have been queried */
  CLAT_DNS_STATUS_FOUND,   /* a prefix is valid, and was confirmed when its time came */
  CLAT_DNS_STATUS_NONE,    /* all servers answer that there is none */
  CLAT_DNS_STATUS_PARTIAL, /* some answer that there is none, others do not answer */
  CLAT_DNS_STATUS_SILENT,  /* none answers, or not the one that named the prefix in use */
} ClatDnsStatus;
