/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings in /proc/sys/net, of the namespace this thread is in. */
#pragma once

#include <glib.h>

#include "clat-error.h"

G_BEGIN_DECLS

/* family: "ipv4" or "ipv6". That the kernel does not have the setting is an error. */
gboolean clat_sysctl_set (const char *family, const char *interface, const char *name,
                          const char *value, GError **error);

/* One that is not an interface's. */
gboolean clat_sysctl_set_global (const char *family, const char *name, const char *value,
                                 GError **error);

G_END_DECLS
