/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether there is anything left to wait for before programs use IPv4. */
#include "cli-online.h"

#include "clat-state.h"

/* The service exports a connection a moment after NetworkManager has one. */
#define NOTHING_MS 2000

/* A prefix in router advertisements comes with the IPv6 address. One in DNS comes after a
 * few queries, each repeated after some seconds. */
#define SEARCHING_MS 10000

static gboolean
is_state (const char *text, ClatState state)
{
  return g_strcmp0 (text, clat_state_to_string (state)) == 0;
}

CliOnline
cli_online_judge (const char *state, const char *reason)
{
  if (is_state (state, CLAT_STATE_PREPARING))
    return CLI_ONLINE_PREPARING;
  if (is_state (state, CLAT_STATE_ACTIVE) || is_state (state, CLAT_STATE_NATIVE)
      || is_state (state, CLAT_STATE_DELEGATED))
    return CLI_ONLINE_IPV4;
  if (!is_state (state, CLAT_STATE_SEARCHING))
    return CLI_ONLINE_NOTHING;
  return g_strcmp0 (reason, clat_reason_to_string (CLAT_REASON_NOT_CONNECTED)) == 0
             ? CLI_ONLINE_STARTING
             : CLI_ONLINE_SEARCHING;
}

int
cli_online_get_patience (CliOnline online)
{
  switch (online)
    {
    case CLI_ONLINE_NOTHING:
      return NOTHING_MS;
    case CLI_ONLINE_SEARCHING:
      return SEARCHING_MS;
    case CLI_ONLINE_IPV4:
      return 0;
    case CLI_ONLINE_STARTING:
    case CLI_ONLINE_PREPARING:
      return -1;
    }
  g_return_val_if_reached (-1);
}
