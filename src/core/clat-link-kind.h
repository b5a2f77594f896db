/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which kinds of links can carry a CLAT, and how. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CLAT_LINK_KIND_UNSUPPORTED,
  CLAT_LINK_KIND_ETHERNET,       /* Ethernet framing and neighbour discovery */
  CLAT_LINK_KIND_POINT_TO_POINT, /* raw IPv6 packets, and no neighbours */
} ClatLinkKind;

/* type: ARPHRD_*. flags: IFF_*. driver: IFLA_INFO_KIND ("ipvlan", "wireguard"), or ""
 * for hardware. */
ClatLinkKind clat_link_kind_of (guint type, guint flags, const char *driver);

G_END_DECLS
