/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lets an interface hear a frame that did not come from its link: what the host's
 * namespace has received is told again in that of a translator. Not attached anywhere: it
 * is run once for each frame. */
#include <linux/bpf.h>

#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

char _license[] SEC ("license") = "GPL";

SEC ("tc")
int
inject (struct __sk_buff *skb)
{
  return bpf_clone_redirect (skb, skb->ifindex, BPF_F_INGRESS);
}
