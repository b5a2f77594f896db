/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration of the BPF programs that connect a namespace to a link that cannot
 * carry an ipvlan or macvlan. Addresses are in network byte order. */
#pragma once

#include <linux/types.h>

#define CLAT_REDIRECT_MAX_ADDRESSES 32

/* Constant while a program is loaded: a change loads a new program, which replaces the
 * old one atomically. */
struct clat_redirect
{
  __u64 build;          /* identifies the BPF object that this configures */
  __u32 parent;         /* ifindex of the link */
  __u32 veth;           /* ifindex of the host's end of the veth */
  __u32 has_ethernet;   /* the link has Ethernet headers */
  __u32 has_neighbours; /* the link uses neighbour discovery, as Ethernet does */
  __u8 mac[6];          /* of the namespace's end of the veth */
  __u8 unused[2];
  __u32 n_addresses;
  __be32 addresses[CLAT_REDIRECT_MAX_ADDRESSES][4]; /* of the namespace */
};
