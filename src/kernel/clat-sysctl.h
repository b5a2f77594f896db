/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings in /proc/sys/net, in this thread's namespace. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* setting: a path below /proc/sys/net, such as "ipv6/conf/eth0/autoconf". A setting that
 * the kernel lacks is an error. */
gboolean clat_sysctl_set (const char *setting, const char *value, GError **error);

G_END_DECLS
