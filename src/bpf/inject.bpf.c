/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes an interface receive a frame that did not come from its link: router
 * advertisements that the host received are repeated in a translator's namespace. The
 * program is attached nowhere; it is run (BPF_PROG_TEST_RUN) once for each frame. */
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
