/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration and the maps of the BPF programs that connect a namespace to a link
 * without an ipvlan or macvlan: those of redirect.bpf.c, and those of shared.bpf.c.
 * Addresses are in network byte order. */
#pragma once

#include <linux/types.h>

#define CLAT_REDIRECT_MAX_ADDRESSES 32
#define CLAT_REDIRECT_MAX_PREFIXES  4

struct clat_redirect_prefix
{
  __be32 address[4];
  __be32 mask[4];
};

/* Constant while a program is loaded: a change loads a new program, which replaces the
 * old one atomically. */
struct clat_redirect
{
  __u64 build;          /* identifies the BPF object that this configures */
  __u32 parent;         /* ifindex of the link */
  __u32 veth;           /* ifindex of the host's end of the veth */
  __u32 has_ethernet;   /* the link has Ethernet headers */
  __u32 has_neighbours; /* the namespace takes part in neighbour discovery on it */
  /* The link has neighbours, but the host resolves them: packets go to next_hop. */
  __u32 uses_next_hop;
  __be32 next_hop[4]; /* ::: the kernel looks up a route of the host */
  __u8 mac[6];        /* of the namespace's end of the veth */
  __u8 unused[2];
  __u32 n_addresses;
  __be32 addresses[CLAT_REDIRECT_MAX_ADDRESSES][4]; /* of the namespace */
  /* The NAT64 prefixes; only for shared.bpf.c. */
  __u32 n_prefixes;
  struct clat_redirect_prefix prefixes[CLAT_REDIRECT_MAX_PREFIXES];
};

/* A flow of the translator, where the host uses the same address. */
struct clat_flow
{
  __be32 local[4];
  __be32 remote[4];
  __be16 local_port; /* or the identifier of echo messages */
  __be16 remote_port;
  __u8 protocol;
  __u8 unused[3];
};

/* A fragmented packet to the translator. */
struct clat_fragments
{
  __be32 local[4];
  __be32 remote[4];
  __be32 id;
};

/* A bit of the time at which a packet of a flow was seen: the host had no socket with
 * this flow then. */
#define CLAT_FLOW_CHECKED 1ull

/* Both maps: when the last packet was seen, in ns of CLOCK_BOOTTIME. The loader keeps the
 * maps when it replaces the programs: a change of a key needs another name. */
#define CLAT_FLOWS_MAP     "clat_flows"
#define CLAT_FRAGMENTS_MAP "clat_fragments"
#define CLAT_MAX_FLOWS     16384
#define CLAT_MAX_FRAGMENTS 1024
