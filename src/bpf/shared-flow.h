/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The flows of a translator that has the host's own address: by their numbers its packets
 * are told apart from those of the host. The host's sockets come first. */
#pragma once

#include "redirect-common.h"

#include "clat-counters.h"
#include "flow-map.h"
#include "xlat-rules.h"

/* States of TCP sockets, in the numbers of the kernel. */
#define TCP_STATE_TIME_WAIT 6
#define TCP_STATE_CLOSE     7
#define TCP_STATE_LISTEN    10

struct
{
  __uint (type, BPF_MAP_TYPE_LRU_HASH);
  __uint (max_entries, CLAT_MAX_FRAGMENTS);
  __type (key, struct clat_fragments);
  __type (value, __u64);
} clat_fragments SEC (".maps");

static __always_inline int
is_tcp_of_host (struct __sk_buff *skb, struct bpf_sock_tuple *tuple)
{
  struct bpf_sock *socket =
      bpf_skc_lookup_tcp (skb, tuple, sizeof tuple->ipv6, BPF_F_CURRENT_NETNS, 0);
  __u32 state;

  if (!socket)
    return 0;
  state = socket->state;
  bpf_sk_release (socket);
  return state != TCP_STATE_LISTEN && state != TCP_STATE_TIME_WAIT
         && state != TCP_STATE_CLOSE;
}

/* The lookup finds unconnected sockets as well. */
static __always_inline int
is_udp_of_host (struct __sk_buff *skb, struct bpf_sock_tuple *tuple)
{
  struct bpf_sock *socket =
      bpf_sk_lookup_udp (skb, tuple, sizeof tuple->ipv6, BPF_F_CURRENT_NETNS, 0);
  int is_connected;

  if (!socket)
    return 0;
  is_connected = (__be16)socket->dst_port == tuple->ipv6.sport
                 && socket->dst_ip6[0] == tuple->ipv6.saddr[0]
                 && socket->dst_ip6[1] == tuple->ipv6.saddr[1]
                 && socket->dst_ip6[2] == tuple->ipv6.saddr[2]
                 && socket->dst_ip6[3] == tuple->ipv6.saddr[3];
  bpf_sk_release (socket);
  return is_connected;
}

/* Whether a socket of the host has exactly this flow. */
static __always_inline int
is_of_host (struct __sk_buff *skb, const struct clat_flow *flow)
{
  struct bpf_sock_tuple tuple = {
      .ipv6 = {.sport = flow->remote_port, .dport = flow->local_port},
  };

  for (int i = 0; i < 4; i++)
    {
      tuple.ipv6.saddr[i] = flow->remote[i];
      tuple.ipv6.daddr[i] = flow->local[i];
    }
  if (flow->protocol == IPPROTO_TCP)
    return is_tcp_of_host (skb, &tuple);
  return flow->protocol == IPPROTO_UDP && is_udp_of_host (skb, &tuple);
}

/* FALSE if the host has the same flow. */
static __always_inline int
begin_flow (struct __sk_buff *skb, const struct clat_flow *flow)
{
  __u64 now = bpf_ktime_get_boot_ns ();

  return !is_of_host (skb, flow) && !bpf_map_update_elem (&clat_flows, flow, &now, 0);
}

/* Whether a packet of the flow that has arrived is for the translator. The host's sockets
 * are looked up once in a tick. */
static __always_inline int
is_flow_of_translator (struct __sk_buff *skb, const struct clat_flow *flow)
{
  __u64 now = get_time_of_tick ();
  __u64 *seen = find_flow (flow, now);

  if (!seen)
    return 0;
  if (*seen == (now | CLAT_FLOW_CHECKED))
    return 1;
  if (is_of_host (skb, flow))
    {
      bpf_map_delete_elem (&clat_flows, flow);
      return 0;
    }
  *seen = now | CLAT_FLOW_CHECKED;
  return 1;
}
