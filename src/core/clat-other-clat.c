/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CLATs of other programs, with an interface of their own in the host's namespace. */
#include "clat-other-clat.h"

gboolean
clat_other_clat_is_address (struct in_addr address)
{
  return (ntohl (address.s_addr) & ~7u) == 0xc0000000;
}

gboolean
clat_other_clat_is_interface (const char *name, const char *driver)
{
  return g_str_equal (driver, "tun") || clat_other_clat_get_program (name) != NULL;
}

const char *
clat_other_clat_get_program (const char *name)
{
  if (g_str_equal (name, "clat"))
    return "clatd";
  if (g_str_has_prefix (name, "cl-"))
    return "systemd-networkd";
  return NULL;
}
