/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network namespaces that "ip netns" shows. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Moves this thread to the namespace of that name; root only. previous: a descriptor of
 * the one before, for cli_netns_leave, which closes it; NULL: there is no way back. */
gboolean cli_netns_enter (const char *name, int *previous, GError **error);
void cli_netns_leave (int previous);

/* Whether there is a namespace of that name. */
gboolean cli_netns_exists (const char *name);

G_END_DECLS
