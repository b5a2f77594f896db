/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Translates what comes out of a tun device and puts it back in. */
#pragma once

#include "xlat-config.h"

/* Until SIGTERM. TUN_FD is an attached tun device without packet information, with or
 * without IFF_VNET_HDR; both families come and go through it. STATS_FD, if not -1, is
 * memory for struct xlat_statistics. Returns an exit status; errors have been printed. */
int xlat_tun_run (const struct xlat_config *config, int tun_fd, int stats_fd);
