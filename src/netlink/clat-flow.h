/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One flow of a guest of the host, as its packets are routed. */
#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

typedef struct
{
  struct in_addr source;      /* of the guest, before the host's NAT */
  struct in_addr destination; /* of the server, behind the host's NAT */
  guint8 protocol;            /* one that has ports */
  guint16 source_port;        /* host byte order, as the next one */
  guint16 destination_port;
} ClatFlow;

static inline gboolean
clat_flow_equal (const ClatFlow *a, const ClatFlow *b)
{
  return a->source.s_addr == b->source.s_addr
         && a->destination.s_addr == b->destination.s_addr && a->protocol == b->protocol
         && a->source_port == b->source_port
         && a->destination_port == b->destination_port;
}

G_END_DECLS
