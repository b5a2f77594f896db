/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tun devices, by descriptor: each read and write is one packet. */
#pragma once

#include <glib.h>
#include <net/if.h>

G_BEGIN_DECLS

/* Creates a device in this thread's namespace; flags: IFF_VNET_HDR or 0. A %d in name is
 * replaced by a free number. The device vanishes with the last of its descriptors. -1 on
 * error. */
int clat_tun_open (char name[IFNAMSIZ], int flags, GError **error);

/* A descriptor of the namespace that the device is in now; -1 on error. */
int clat_tun_open_netns (int fd, GError **error);

/* Whether the device has that name. */
gboolean clat_tun_has_name (int fd, const char *name);

G_END_DECLS
