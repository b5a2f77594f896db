/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration and the counters that the BPF programs share with their loader.
 * Addresses are in network byte order. */
#pragma once

#include <linux/types.h>

#include "xlat-reason.h"

enum clat_direction
{
  CLAT_4TO6,
  CLAT_6TO4,
  CLAT_N_DIRECTIONS
};

/* One at the ingress of each interface of the namespace, and one before it. */
enum clat_program
{
  CLAT_PROGRAM_INNER,  /* 4 to 6 */
  CLAT_PROGRAM_UPLINK, /* 6 to 4 */
  CLAT_PROGRAM_SLOW,   /* forwards the packets that clat-xlat writes to its tun */
  CLAT_PROGRAM_DIRECT, /* 4 to 6, at the egress of the host's end of the veth */
  CLAT_N_PROGRAMS
};

/* More than one while the network renumbers. clat-translation.h has the same number. */
#define CLAT_MAX_PAIRS 4

/* An IPv4 address of the host, the IPv6 address that replaces it on the link, the NAT64
 * prefix for the addresses of its peers, and the router for its packets. Two pairs may
 * have the same IPv6 address if their prefixes differ. */
struct clat_pair
{
  __be32 ipv4;
  __be32 ipv6[4];
  __be32 prefix[4];
  __u32 prefix_length; /* bits */
  __be32 next_hop[4];  /* link-local; ::: the kernel looks up a route */
};

/* Magic and version of struct clat_datapath: bump it with every layout change. */
#define CLAT_LAYOUT 0xc1a70005

/* Constant while a program is loaded: a change loads a new program, which replaces the
 * old one atomically. */
struct clat_datapath
{
  __u64 build;  /* identifies the BPF object that this configures */
  __u32 layout; /* CLAT_LAYOUT: for other builds of the service, which read it back */
  __u32 n_pairs;
  struct clat_pair pairs[CLAT_MAX_PAIRS]; /* the first one is that of new connections */
  __be32 own_ipv4; /* of clat-xlat, which gets the packets to it; 0: none */
  __u32 uplink;    /* ifindex in the namespace, as are inner and slow */
  __u32 inner;
  __u32 slow;           /* the tun of clat-xlat; 0: no slow path */
  __u32 slow_path_only; /* the fast path hands every packet to clat-xlat */
  __u32 direct; /* ifindex of the link, in the host's namespace; 0: no direct way */
  __u32 flows;  /* id of the map of flows if the address is shared, else 0 */
  __u32 mtu6;   /* of the link */
  __u32 mtu4;   /* of the veth to the host */
  __u32 lowest_ipv6_mtu;      /* RFC 7915, 4.1 */
  __u32 private_destinations; /* enum xlat_private_destinations */
  __u32 reassembles;          /* of clat-xlat; the programs do not use it */
  __u8 inner_mac[6];
  __u8 host_mac[6]; /* of the host's end of the veth */
};

/* For each direction and CPU. */
struct clat_counters
{
  __u64 packets; /* on the wire: a GSO packet counts its segments */
  __u64 bytes;   /* of the IP packets before translation */
  __u64 drops[XLAT_N_REASONS];
};
