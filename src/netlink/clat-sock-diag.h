/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a socket on the host uses an IPv4 address (sock_diag). */
#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

/* TRUE if a TCP connection or a UDP socket has it as its local address, in the namespace
 * of this thread. If the kernel does not answer, TRUE: an address in use must not be
 * removed.
 */
gboolean clat_sock_diag_has_socket (struct in_addr address);

/* The same for established TCP connections only: a DHCPv4 client has a UDP socket with
 * its own lease. */
gboolean clat_sock_diag_has_connection (struct in_addr address);

G_END_DECLS
