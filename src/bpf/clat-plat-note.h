/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notes whether the NAT64 answers. While it does, this reads the clock once in a tick,
 * and does not wake the service. */
#pragma once

#include "clat-address.h"
#include "clat-plat-shared.h"
#include "clat-tick.h"

#define PLAT_EVENTS_SIZE 4096

struct
{
  __uint (type, BPF_MAP_TYPE_ARRAY);
  __uint (max_entries, 1);
  __type (key, __u32);
  __type (value, struct clat_plat);
} plat SEC (".maps");

struct
{
  __uint (type, BPF_MAP_TYPE_ARRAY);
  __uint (max_entries, 1);
  __type (key, __u32);
  __type (value, struct clat_plat_verdict);
} plat_verdict SEC (".maps");

struct
{
  __uint (type, BPF_MAP_TYPE_RINGBUF);
  __uint (max_entries, PLAT_EVENTS_SIZE);
} plat_events SEC (".maps");

static __always_inline void
report_plat (__u32 what)
{
  __u32 key = 0;
  struct clat_plat_verdict *verdict = bpf_map_lookup_elem (&plat_verdict, &key);

  if (!verdict || !(verdict->watch & what))
    return;
  verdict->watch &= ~what;
  bpf_ringbuf_output (&plat_events, &what, sizeof what, BPF_RB_FORCE_WAKEUP);
}

/* Private addresses are often those of a network the host was on before: that they do not
 * answer says nothing about the NAT64. */
static __always_inline int
is_private (__be32 ipv4)
{
  return xlat_ipv4_is_private (bpf_ntohl (ipv4));
}

static __always_inline __be32 *
get_answered (struct clat_plat *noted, __be32 ipv4)
{
  __u32 hash = bpf_ntohl (ipv4) * 0x9e3779b1u >> 26;

  return &noted->answered[hash & (CLAT_PLAT_N_ANSWERED - 1)];
}

static __always_inline void
note_silent (struct clat_plat *noted, __be32 destination)
{
  if (*get_answered (noted, destination) == destination)
    noted->silent_answered = 1;
#pragma unroll
  for (int i = 0; i < CLAT_PLAT_N_SILENT; i++)
    {
      if (noted->silent[i] == destination)
        return;
      if (!noted->silent[i])
        {
          noted->silent[i] = destination;
          return;
        }
    }
}

static __always_inline void
forget_silence (struct clat_plat *noted)
{
  noted->first_out = 0;
  noted->n_out = 0;
  noted->silent_answered = 0;
#pragma unroll
  for (int i = 0; i < CLAT_PLAT_N_SILENT; i++)
    noted->silent[i] = 0;
}

/* The IPv4 address in the prefix of new connections, whose NAT64 is meant here; 0:
 * outside that prefix. */
static __always_inline __be32
extract_new (const __be32 ipv6[4])
{
  __be32 ipv4;

  return extract (ipv6, &datapath.pairs[0], &ipv4) ? ipv4 : 0;
}

/* A packet to the NAT64. */
static __always_inline void
note_out (__be32 destination)
{
  __u32 key = 0;
  struct clat_plat *noted = bpf_map_lookup_elem (&plat, &key);
  __u64 now;

  if (!noted || !destination || is_private (destination))
    return;

  now = get_time_of_tick ();
  if (noted->first_out && now > noted->last_out + CLAT_PLAT_PAUSE_NS)
    forget_silence (noted);
  /* The exact time: the service compares it with that of the last answer. */
  if (!noted->first_out)
    noted->first_out = bpf_ktime_get_boot_ns ();
  noted->last_out = now;
  noted->n_out++;
  note_silent (noted, destination);
  if (noted->n_out >= CLAT_PLAT_SILENCE_PACKETS
      && now >= noted->first_out + CLAT_PLAT_SILENCE_NS)
    report_plat (CLAT_PLAT_WATCH_SILENCE);
}

/* A packet from inside the prefix: the NAT64 works. Also an ICMPv6 error, which is then
 * one of the IPv4 internet. */
static __always_inline void
note_in (struct clat_plat *noted, __be32 source)
{
  __be32 *answered = get_answered (noted, source);

  if (*answered != source && !is_private (source))
    *answered = source;
  if (noted->first_out || noted->n_errors || !noted->last_in)
    {
      noted->last_in = bpf_ktime_get_boot_ns ();
      noted->n_errors = 0;
      forget_silence (noted);
    }
  report_plat (CLAT_PLAT_WATCH_IN);
}

static __always_inline void
count_error (struct clat_plat *noted, const struct ipv6hdr *ip, __u8 code,
             __be32 destination)
{
  __u64 now = bpf_ktime_get_boot_ns ();

  if (!noted->n_errors || now > noted->first_error + CLAT_PLAT_ERROR_NS)
    {
      noted->n_errors = 0;
      noted->first_error = now;
      noted->error_destination = destination;
      noted->errors_differ = 0;
    }
  if (destination != noted->error_destination)
    noted->errors_differ = 1;
  noted->last_error = now;
  noted->error_code = code;
  copy_address (noted->error_source, (const __be32 *)&ip->saddr);
  noted->n_errors++;
  if (noted->n_errors >= CLAT_PLAT_ERRORS)
    report_plat (CLAT_PLAT_WATCH_ERRORS);
}

/* From outside the prefix. Destination unreachable (RFC 4443, 3.1) about a packet to the
 * NAT64 is that of a router before it; "port unreachable" comes from a destination. */
static __always_inline void
note_other (struct clat_plat *noted, struct __sk_buff *skb, const struct ipv6hdr *ip)
{
  struct
  {
    struct icmp6hdr icmp;
    struct ipv6hdr quoted;
  } error;
  __be32 destination;

  noted->last_other = bpf_ktime_get_boot_ns ();
  if (ip->nexthdr != IPPROTO_ICMPV6
      || bpf_skb_load_bytes (skb, L4_OF_IPV6, &error, sizeof error)
      || error.icmp.icmp6_type != ICMPV6_DEST_UNREACH
      || error.icmp.icmp6_code == ICMPV6_PORT_UNREACH)
    return;

  destination = extract_new ((const __be32 *)&error.quoted.daddr);
  if (destination && !is_private (destination))
    count_error (noted, ip, error.icmp.icmp6_code, destination);
}

/* A packet to an address of the translator, whose source is that IPv4 address; 0: outside
 * the prefix. */
static __always_inline void
note_received (struct __sk_buff *skb, const struct ipv6hdr *ip, __be32 source)
{
  __u32 key = 0;
  struct clat_plat *noted = bpf_map_lookup_elem (&plat, &key);

  if (!noted)
    return;
  if (source)
    note_in (noted, source);
  else
    note_other (noted, skb, ip);
}

/* A packet from clat-xlat. Its ICMPv6 errors expect no answer. */
static __always_inline void
note_sent_by_slow (struct __sk_buff *skb)
{
  struct ipv6hdr ip;
  __u8 type = ICMPV6_ECHO_REQUEST;

  if (bpf_skb_load_bytes (skb, IP_OFFSET, &ip, sizeof ip)
      || (ip.nexthdr == IPPROTO_ICMPV6
          && bpf_skb_load_bytes (skb, L4_OF_IPV6, &type, sizeof type)))
    return;
  if (type >= ICMPV6_ECHO_REQUEST)
    note_out (extract_new ((const __be32 *)&ip.daddr));
}
