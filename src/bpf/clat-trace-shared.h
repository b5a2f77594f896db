/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the BPF programs send to "clatctl trace". */
#pragma once

#include <linux/types.h>

/* The longest part of a packet that is sent. */
#define CLAT_TRACE_MAX_CAPTURED 2048

/* A packet when a program begins, or when it ends. As much of the frame as is captured
 * follows, from its Ethernet header. */
struct clat_trace_event
{
  __u64 began; /* when the program began, in ns of CLOCK_MONOTONIC: identifies the packet
                  among those of the CPU */
  __u32 program; /* enum clat_program */
  __u32 has_ended;
  __u32 verdict; /* TC_ACT_*, if it has ended */
  __u32 reason;  /* enum xlat_reason, if it has dropped the packet; XLAT_REASON_NONE:
                    unknown */
  __u32 length;  /* of the frame */
  __u32 captured;
};
