/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends packets to "clatctl trace", before and after translation. While no trace runs, it
 * costs two loads and comparisons per program. */
#pragma once

#include "clat-counters.h"
#include "clat-trace-shared.h"

#define LENGTH_SHIFT 32 /* of the part of the packet, in the flags of the helper */

#ifndef ENOENT
#  define ENOENT 2
#endif

/* The process that traces; 0: none. It is a variable, because reading a map costs more.
 */
volatile __u32 trace_process SEC (".data.trace");

struct
{
  __uint (type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
  __uint (key_size, sizeof (__u32));
  __uint (value_size, sizeof (__u32));
} trace_events SEC (".maps");

struct trace_begun
{
  __u64 time;
  __u64 drops[CLAT_N_DIRECTIONS][XLAT_N_REASONS];
};

/* Of the program that runs on this CPU, which it does not leave, and where none of the
 * others interrupts it. */
struct
{
  __uint (type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint (max_entries, 1);
  __type (key, __u32);
  __type (value, struct trace_begun);
} trace_begun SEC (".maps");

static __always_inline struct trace_begun *
get_trace_begun (void)
{
  __u32 key = 0;

  return bpf_map_lookup_elem (&trace_begun, &key);
}

static __always_inline void
send_trace (struct __sk_buff *skb, struct clat_trace_event *event)
{
  event->length = skb->len;
  event->captured =
      event->length < CLAT_TRACE_MAX_CAPTURED ? event->length : CLAT_TRACE_MAX_CAPTURED;

  /* The kernel forgets the buffers of a process that has ended. */
  if (bpf_perf_event_output (skb, &trace_events,
                             (__u64)event->captured << LENGTH_SHIFT | BPF_F_CURRENT_CPU,
                             event, sizeof *event)
      == -ENOENT)
    trace_process = 0;
}

/* The reason whose counter the program has increased. */
static __always_inline enum xlat_reason
find_drop (const struct trace_begun *begun)
{
  for (__u32 direction = 0; direction < CLAT_N_DIRECTIONS; direction++)
    {
      __u32 key = direction;
      const struct clat_counters *counter = bpf_map_lookup_elem (&counters, &key);

      if (!counter)
        continue;
      for (__u32 reason = 0; reason < XLAT_N_REASONS; reason++)
        if (counter->drops[reason] != begun->drops[direction][reason])
          return reason;
    }
  return XLAT_REASON_NONE;
}

/* Not inline: the programs stay short where no trace runs. */
static __attribute__ ((noinline)) int
send_trace_begin (struct __sk_buff *skb, __u32 program)
{
  struct clat_trace_event event = {.program = program};
  struct trace_begun *begun = get_trace_begun ();

  if (!begun)
    return 0;
  for (__u32 direction = 0; direction < CLAT_N_DIRECTIONS; direction++)
    {
      __u32 key = direction;
      const struct clat_counters *counter = bpf_map_lookup_elem (&counters, &key);

      if (counter)
        __builtin_memcpy (begun->drops[direction], counter->drops, sizeof counter->drops);
    }
  begun->time = event.began = bpf_ktime_get_ns ();
  send_trace (skb, &event);
  return 0;
}

static __attribute__ ((noinline)) int
send_trace_end (struct __sk_buff *skb, __u32 program, __u32 verdict)
{
  struct clat_trace_event event = {
      .program = program, .has_ended = 1, .verdict = verdict};
  const struct trace_begun *begun = get_trace_begun ();

  if (!begun)
    return 0;
  event.began = begun->time;
  if (verdict == TC_ACT_SHOT)
    event.reason = find_drop (begun);
  send_trace (skb, &event);
  return 0;
}

/* To be called when a program begins, and with its verdict, which it returns, when it
 * ends. */
static __always_inline void
trace_begin (struct __sk_buff *skb, enum clat_program program)
{
  if (trace_process)
    send_trace_begin (skb, program);
}

static __always_inline int
trace_end (struct __sk_buff *skb, enum clat_program program, int verdict)
{
  if (trace_process)
    send_trace_end (skb, program, verdict);
  return verdict;
}
