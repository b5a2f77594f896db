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

/* Constant while a program lives: a change is a new program, exchanged in one step. */
struct clat_datapath
{
  __u64 build; /* of the object that this is told to */
  __be32 prefix[4];
  __u32 prefix_length; /* bits */
  __be32 ipv4;
  __be32 ipv6[4];
  __be32 next_hop[4]; /* link-local address of the router; :: to let the kernel look */
  __u32 uplink;       /* ifindex in the namespace, as is inner */
  __u32 inner;
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
