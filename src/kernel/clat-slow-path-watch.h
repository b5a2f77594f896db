/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notices that clat-xlat does not read the packets in its tun device. */
#pragma once

#include <glib.h>

#include "xlat-statistics.h"

G_BEGIN_DECLS

typedef struct _ClatSlowPathWatch ClatSlowPathWatch;

/* Calls function, once, when packets have waited in the device for some seconds and none
 * of them was read. tun and statistics must outlive the watch. While no packets come the
 * watch does not wake the process. */
ClatSlowPathWatch *clat_slow_path_watch_new (int tun,
                                             const struct xlat_statistics *statistics,
                                             GSourceFunc function, gpointer data);
void clat_slow_path_watch_free (ClatSlowPathWatch *self);

G_END_DECLS
