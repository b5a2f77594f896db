/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the programs between a link that takes no child and a translator's namespace are
 * told. Addresses are in network byte order. */
#pragma once

#include <linux/types.h>

#define CLAT_REDIRECT_MAX_ADDRESSES 32

/* Constant while a program lives: a change is a new program, exchanged in one step. */
struct clat_redirect
{
  __u64 build;          /* of the object that this is told to */
  __u32 parent;         /* ifindex of the link */
  __u32 veth;           /* ifindex of the host's end */
  __u32 has_ethernet;   /* the link has Ethernet headers */
  __u32 has_neighbours; /* that are asked for their addresses there: Ethernet proper */
  __u8 mac[6];          /* of the namespace's end */
  __u8 unused[2];
  __u32 n_addresses;
  __be32 addresses[CLAT_REDIRECT_MAX_ADDRESSES][4]; /* of the namespace */
};
