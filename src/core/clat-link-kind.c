/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which kinds of links can carry a CLAT, and how. */
#include "clat-link-kind.h"

#include <net/if.h>
#include <net/if_arp.h>

/* Defined in linux/if_arp.h, which conflicts with net/if_arp.h. */
#ifndef ARPHRD_RAWIP
#  define ARPHRD_RAWIP 519
#endif

/* Modems appear as Ethernet without address resolution. So does an ipvlan in L3 mode,
 * which receives only packets to its own addresses. */
static ClatLinkKind
kind_of_ethernet (guint flags, const char *driver)
{
  if (!(flags & IFF_NOARP))
    return CLAT_LINK_KIND_ETHERNET;
  return g_str_equal (driver, "ipvlan") ? CLAT_LINK_KIND_UNSUPPORTED
                                        : CLAT_LINK_KIND_POINT_TO_POINT;
}

ClatLinkKind
clat_link_kind_of (guint type, guint flags, const char *driver)
{
  switch (type)
    {
    case ARPHRD_ETHER:
      return kind_of_ethernet (flags, driver);
    case ARPHRD_NONE: /* tun, WireGuard */
    case ARPHRD_PPP:
    case ARPHRD_RAWIP: /* modems */
      return CLAT_LINK_KIND_POINT_TO_POINT;
    default: /* also tunnels whose programs see the outer header: sit, gre */
      return CLAT_LINK_KIND_UNSUPPORTED;
    }
}
