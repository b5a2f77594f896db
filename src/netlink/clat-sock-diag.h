/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a program of the host still uses one of our IPv4 addresses (sock_diag). */
#pragma once

#include <netinet/in.h>

#include "clat-error.h"

G_BEGIN_DECLS

/* TRUE if a TCP connection or a UDP socket has the address as its own, in the namespace
 * of this thread. Where the kernel cannot tell, TRUE: what is in use must not be taken.
 */
gboolean clat_sock_diag_has_socket (struct in_addr address);

G_END_DECLS
