/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP echo requests through a translator and on its link. */
#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

/* Sends one by that interface of the host's namespace, from that address of it. The
 * translator's BPF programs note the answer: it is not received here. */
gboolean clat_echo_send (const char *interface, struct in_addr source,
                         struct in_addr target, GError **error);

/* The same from the namespace that the calling thread is in. */
gboolean clat_echo_send_ipv6 (int ifindex, const struct in6_addr *source,
                              const struct in6_addr *target, GError **error);

G_END_DECLS
