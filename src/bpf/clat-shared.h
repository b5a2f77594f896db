/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the data path and its loader both read. Addresses are in network byte order. */
#pragma once

#include <linux/types.h>

#include "xlat-reason.h"

enum clat_direction
{
  CLAT_4TO6,
  CLAT_6TO4,
  CLAT_N_DIRECTIONS
};

/* One at the ingress of each interface. */
enum clat_program
{
  CLAT_PROGRAM_INNER,  /* 4 to 6 */
  CLAT_PROGRAM_UPLINK, /* 6 to 4 */
  CLAT_PROGRAM_SLOW,   /* what clat-xlat has translated goes on to where it belongs */
  CLAT_N_PROGRAMS
};

/* More than one while the network renumbers; clat-plan.h has it too. */
#define CLAT_MAX_PAIRS 4

/* An address of the host, what it is called on the link, and the router that its packets
 * go through. */
struct clat_pair
{
  __be32 ipv4;
  __be32 ipv6[4];
  __be32 next_hop[4]; /* link-local; :: to let the kernel look */
};

/* Of the following struct; another one is no version of it at all. A change of the struct
 * is another number. */
#define CLAT_LAYOUT 0xc1a70001

/* Constant while a program lives: a change is a new program, exchanged in one step. */
struct clat_datapath
{
  __u64 build;  /* of the object that this is told to */
  __u32 layout; /* CLAT_LAYOUT: another build of the service can read it */
  __be32 prefix[4];
  __u32 prefix_length; /* bits */
  __u32 n_pairs;
  struct clat_pair pairs[CLAT_MAX_PAIRS]; /* the first one is that of new connections */
  __u32 uplink; /* ifindex in the namespace, as are inner and slow */
  __u32 inner;
  __u32 slow;            /* the tun of clat-xlat; 0: there is none */
  __u32 takes_nothing;   /* all goes to clat-xlat */
  __u32 mtu6;            /* of the link */
  __u32 mtu4;            /* of the host's side */
  __u32 lowest_ipv6_mtu; /* RFC 7915, 4.1 */
  __u32 reassembles;     /* not for the programs: what they work with does */
  __u8 inner_mac[6];
  __u8 host_mac[6]; /* of the other end of the veth */
};

/* One for each direction and processor. */
struct clat_counters
{
  __u64 packets; /* as they are on the wire: a merged one counts its segments */
  __u64 bytes;   /* of the IP packets that came in */
  __u64 drops[XLAT_N_REASONS];
};
