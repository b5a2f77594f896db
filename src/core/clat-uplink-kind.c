/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of interfaces by which a translator can reach the link. */
#include "clat-uplink-kind.h"

const char *
clat_uplink_to_string (ClatUplink uplink)
{
  switch (uplink)
    {
    case CLAT_UPLINK_NONE:
      return "";
    case CLAT_UPLINK_IPVLAN:
      return "ipvlan";
    case CLAT_UPLINK_MACVLAN:
      return "macvlan";
    case CLAT_UPLINK_REDIRECT:
      return "redirect";
    case CLAT_UPLINK_SHARED:
      return "shared";
    }
  g_return_val_if_reached ("");
}

gboolean
clat_uplink_redirects (ClatUplink uplink)
{
  return uplink == CLAT_UPLINK_REDIRECT || uplink == CLAT_UPLINK_SHARED;
}
