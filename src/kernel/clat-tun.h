/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tun devices, each by the descriptor that packets come and go through. */
#pragma once

#include <glib.h>
#include <net/if.h>

G_BEGIN_DECLS

/* Makes one in the namespace that the thread is in; flags: IFF_VNET_HDR or 0. The name
 * may have a %d, and is then changed to that of the device. It goes with the last of its
 * descriptors. -1 on error. */
int clat_tun_open (char name[IFNAMSIZ], int flags, GError **error);

/* A descriptor of the namespace that the device is in now; -1 on error. */
int clat_tun_open_netns (int fd, GError **error);

/* Whether that is the name of the device. */
gboolean clat_tun_has_name (int fd, const char *name);

G_END_DECLS
