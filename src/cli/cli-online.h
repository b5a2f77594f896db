/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether there is anything left to wait for before programs use IPv4, with the
 * connections as data and time as an argument. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The greatest of those of all connections is that of the host. */
typedef enum
{
  CLI_ONLINE_NOTHING,   /* none will have IPv4 */
  CLI_ONLINE_SEARCHING, /* no NAT64 is known yet; the network may have none */
  CLI_ONLINE_STARTING,  /* NetworkManager has not configured the interface */
  CLI_ONLINE_IPV4,      /* one connection has IPv4 */
  CLI_ONLINE_PREPARING, /* IPv4 will work in a moment, also beside another connection */
} CliOnline;

/* state and reason: as on the bus, also those of a newer service. */
CliOnline cli_online_judge (const char *state, const char *reason);

/* How many milliseconds a host must be in this state until waiting ends; -1: it does not.
 */
int cli_online_get_patience (CliOnline online);

G_END_DECLS
