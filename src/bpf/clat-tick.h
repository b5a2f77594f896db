/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The time of the last tick of the kernel: to read it for each packet costs a fraction of
 * what the exact one costs. */
#pragma once

#include <linux/types.h>

#include <bpf/bpf_helpers.h>

/* Written by all processors without synchronization: one may see a new tick with the time
 * of the one before. */
struct
{
  __u64 tick;
  __u64 time;
} last_tick;

/* In ns of CLOCK_BOOTTIME, a few ms late. */
static __always_inline __u64
get_time_of_tick (void)
{
  __u64 tick = bpf_jiffies64 ();

  if (tick != last_tick.tick)
    {
      last_tick.time = bpf_ktime_get_boot_ns ();
      last_tick.tick = tick;
    }
  return last_tick.time;
}
