/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gives up everything that translating packets does not take. */
#pragma once

#include <stdbool.h>

/* What is open and mapped stays; after this only TUN_FD can be read and written, and
 * messages printed. False, with a message, if it cannot be done. */
bool xlat_sandbox_enter (int tun_fd);
