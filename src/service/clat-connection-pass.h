/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One pass over a connection, the one reaction to every event: gathers the situation, has
 * the rules judge it, has the kernel brought to what is wanted, and shows the result. */
#pragma once

#include "clat-connection-wanted.h"

/* DATA is a ClatConnectionParts. */
void clat_connection_run_pass (gpointer data);

/* The link as it is now. Without one nothing is wanted, whatever the rest of the
 * situation. */
ClatPass clat_connection_begin_pass (ClatConnectionParts *self);

/* Earlier advertisements on the link may have been those of another network. */
void clat_connection_mark_kernel_stale (ClatConnectionParts *self);
