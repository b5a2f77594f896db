/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Translates the packets of a tun device. */
#pragma once

#include "xlat-config.h"

/* Runs until SIGTERM. TUN_FD is an attached tun device with IFF_NO_PI, with or without
 * IFF_VNET_HDR; packets of both families are read from and written to it. STATS_FD, if
 * not -1, is a memory file for struct xlat_statistics. Returns an exit status; errors
 * have been printed. */
int xlat_tun_run (const struct xlat_config *config, int tun_fd, int stats_fd);
