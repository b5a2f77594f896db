/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An IPv4 default route to a translator. */
#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

typedef struct
{
  guint32 table;
  guint32 metric;
  guint32 mtu;
  struct in_addr source;  /* preferred source address; 0.0.0.0: none */
  struct in_addr gateway; /* 0.0.0.0: none, on-link */
} ClatRoute;

gboolean clat_route_equal (const ClatRoute *a, const ClatRoute *b);

G_END_DECLS
