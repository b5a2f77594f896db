/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The name of the interface through which the host reaches a translator; its network
 * namespace has the same name. */
#pragma once

#include <glib.h>
#include <net/if.h>

#define CLAT_NAME_PREFIX "clat-"

/* "clat-wlan0"; "clat-7", from the index, if that would be too long for the kernel. */
static inline void
clat_host_interface_name (char name[IFNAMSIZ], const char *interface, int ifindex)
{
  if (g_snprintf (name, IFNAMSIZ, CLAT_NAME_PREFIX "%s", interface) >= IFNAMSIZ)
    g_snprintf (name, IFNAMSIZ, CLAT_NAME_PREFIX "%d", ifindex);
}
