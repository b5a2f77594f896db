/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The map of the flows of a translator that has the host's own address. The programs on
 * the link add them; the one of the direct way refreshes them. */
#pragma once

#include <linux/bpf.h>

#include <linux/in.h>

#include <bpf/bpf_helpers.h>

#include "clat-tick.h"
#include "redirect-shared.h"

#define NS_PER_SECOND 1000000000ull

struct
{
  __uint (type, BPF_MAP_TYPE_LRU_HASH);
  __uint (max_entries, CLAT_MAX_FLOWS);
  __type (key, struct clat_flow);
  __type (value, __u64);
} clat_flows SEC (".maps");

/* The lifetimes of sessions in a NAT64 (RFC 6146, 4), and of fragments (RFC 8200, 4.5):
 * after them no packet of the flow comes any more. */
static __always_inline __u64
lifetime (__u8 protocol)
{
  switch (protocol)
    {
    case IPPROTO_TCP:
      return 7440 * NS_PER_SECOND;
    case IPPROTO_UDP:
      return 300 * NS_PER_SECOND;
    default:
      return 60 * NS_PER_SECOND;
    }
}

/* Another processor may have seen a packet after this one has read the clock. */
static __always_inline int
is_alive (__u64 seen, __u8 protocol, __u64 now)
{
  return now <= seen + lifetime (protocol);
}

/* When the flow was seen last; NULL if it is not known. */
static __always_inline __u64 *
find_flow (const struct clat_flow *flow, __u64 now)
{
  __u64 *seen = bpf_map_lookup_elem (&clat_flows, flow);

  return seen && is_alive (*seen, flow->protocol, now) ? seen : 0;
}

/* Whether the flow is known, which this refreshes, unless that was done in this tick. */
static __always_inline int
refresh_flow (const struct clat_flow *flow)
{
  __u64 now = get_time_of_tick ();
  __u64 *seen = find_flow (flow, now);

  if (seen && (*seen | CLAT_FLOW_CHECKED) != (now | CLAT_FLOW_CHECKED))
    *seen = now & ~CLAT_FLOW_CHECKED;
  return seen != 0;
}
