/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings in /proc/sys/net, of the namespace this thread is in. */
#pragma once

#include <glib.h>

#include "clat-error.h"

G_BEGIN_DECLS

/* setting: a path below /proc/sys/net, "ipv6/conf/eth0/autoconf". That the kernel does
 * not have it is an error. */
gboolean clat_sysctl_set (const char *setting, const char *value, GError **error);

G_END_DECLS
