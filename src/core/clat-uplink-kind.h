/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of interfaces by which a translator can reach the link of its connection. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CLAT_UPLINK_NONE,
  CLAT_UPLINK_IPVLAN,
  CLAT_UPLINK_MACVLAN,
  CLAT_UPLINK_REDIRECT, /* a veth pair, and BPF programs between it and the parent */
  CLAT_UPLINK_SHARED,   /* the same, with the host's IPv6 address */
} ClatUplink;

/* "", "ipvlan", "macvlan", "redirect" or "shared". */
const char *clat_uplink_to_string (ClatUplink uplink);

/* Whether it is a veth pair with BPF programs. */
gboolean clat_uplink_redirects (ClatUplink uplink);

G_END_DECLS
