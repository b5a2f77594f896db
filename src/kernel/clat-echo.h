/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP echo requests through a translator. */
#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

/* Sends one by that interface of the host's namespace, from that address of it. Who
 * answers is seen by the translator's BPF programs: the answer is not received here. */
gboolean clat_echo_send (const char *interface, struct in_addr source,
                         struct in_addr target, GError **error);

G_END_DECLS
