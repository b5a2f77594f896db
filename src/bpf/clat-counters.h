/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The counters of the BPF programs, and the fragment header that all of them read. */
#pragma once

#include <linux/bpf.h>

#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

#include "clat-shared.h"

struct
{
  __uint (type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint (max_entries, CLAT_N_DIRECTIONS);
  __type (key, __u32);
  __type (value, struct clat_counters);
} counters SEC (".maps");

/* RFC 8200, 4.5. */
struct fragment_header
{
  __u8 next_header;
  __u8 reserved;
  __be16 offset; /* XLAT_FRAGMENT_* */
  __be32 id;
};

static __always_inline int
count_drop (__u32 direction, enum xlat_reason reason)
{
  struct clat_counters *counter = bpf_map_lookup_elem (&counters, &direction);

  if (counter && reason < XLAT_N_REASONS)
    counter->drops[reason]++;
  return TC_ACT_SHOT;
}
