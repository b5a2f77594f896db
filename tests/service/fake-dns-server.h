/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A DNS server on 127.0.0.1 in a network namespace of this process only. */
#pragma once

#include <glib.h>

#define FAKE_DNS_ADDRESS "127.0.0.1"

/* The index of the loopback interface in a new namespace. */
#define FAKE_DNS_IFINDEX 1

typedef struct
{
  const char *prefix; /* 64:ff9b::, of 96 bits; NULL: NODATA */
  guint32 ttl;        /* of the records or of the negative answer */
  guint n_queries;
  int fd;
  guint source;
} FakeDnsServer;

/* Puts this process into a new network namespace. FALSE if it may not. */
gboolean fake_dns_enter_namespace (void);

void fake_dns_server_start (FakeDnsServer *self);
void fake_dns_server_stop (FakeDnsServer *self);
