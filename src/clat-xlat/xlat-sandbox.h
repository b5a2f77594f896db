/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Drops all privileges that the translation of packets does not need. */
#pragma once

#include <stdbool.h>

/* Open files and mappings stay. Afterwards the process can only read and write TUN_FD and
 * print messages. On failure prints a message and returns false. */
bool xlat_sandbox_enter (int tun_fd);
