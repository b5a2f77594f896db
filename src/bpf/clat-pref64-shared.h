/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the service stores about the NAT64 prefixes of a translator. The programs do not
 * use it: it is for the service's next instance. Addresses are in network byte order. */
#pragma once

#include <linux/types.h>

#include "clat-shared.h"

#define CLAT_PREF64_SERVER_LENGTH 64

struct clat_pref64
{
  __be32 prefix[4];
  __u32 prefix_length; /* bits */
  __u32 source;        /* as in core/clat-pref64.h; 0: nothing is known */
  __be32 router[4];    /* that announced it; ::, no router */
  __u64 expiry;        /* µs of CLOCK_BOOTTIME */
};

struct clat_pref64_record
{
  struct clat_pref64 pref64s[CLAT_MAX_PAIRS];
  __u32 carriers;
  char dns_server[CLAT_PREF64_SERVER_LENGTH];
};
