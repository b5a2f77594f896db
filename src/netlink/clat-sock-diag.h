/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sockets on the host that use an IPv4 address (sock_diag): TCP connections and
 * listeners, and UDP sockets that are bound to it or connected from it, in the namespace
 * of this thread. */
#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

/* If the kernel does not answer, TRUE: an address in use must not be removed. */
gboolean clat_sock_diag_has_socket (struct in_addr address);

/* The same for established TCP connections only: a DHCPv4 client has a UDP socket with
 * its own lease. */
gboolean clat_sock_diag_has_connection (struct in_addr address);

/* Ends all of them: their programs get ECONNABORTED, and the peers of TCP connections a
 * reset if the address still exists. A kernel without CONFIG_INET_DIAG_DESTROY leaves
 * them as they are. */
void clat_sock_diag_end (struct in_addr address);

/* Ends only established TCP connections. */
void clat_sock_diag_end_connections (struct in_addr address);

G_END_DECLS
