/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets as the data path got them and as it sent them. */
#include "clat-trace-packet.h"

#include <linux/if_ether.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <string.h>

ClatTracePacket
clat_trace_packet_new (const guint8 *frame, guint captured, guint length)
{
  ClatTracePacket packet = {0};

  if (captured <= ETH_HLEN || length < captured)
    return packet;
  packet.captured = captured - ETH_HLEN;
  packet.length = length - ETH_HLEN;
  packet.data = g_memdup2 (frame + ETH_HLEN, packet.captured);
  return packet;
}

void
clat_trace_packet_clear (ClatTracePacket *self)
{
  g_clear_pointer (&self->data, g_free);
}

void
clat_trace_record_clear (ClatTraceRecord *self)
{
  clat_trace_packet_clear (&self->before);
  clat_trace_packet_clear (&self->after);
}

gboolean
clat_trace_packet_is_ipv6 (const ClatTracePacket *self)
{
  return self->data[0] >> 4 == 6;
}

/* The protocol of the payload as in IPv4, and the address of the peer. */
static gboolean
read_ipv4 (const ClatTracePacket *self, gboolean is_out, guint8 *protocol,
           struct in_addr *peer)
{
  struct iphdr ip;

  if (self->captured < sizeof ip || clat_trace_packet_is_ipv6 (self))
    return FALSE;
  memcpy (&ip, self->data, sizeof ip);
  *protocol = ip.protocol;
  peer->s_addr = is_out ? ip.daddr : ip.saddr;
  return TRUE;
}

static gboolean
read_ipv6 (const ClatTracePacket *self, const ClatPrefix *prefix, gboolean is_out,
           guint8 *protocol, struct in_addr *peer)
{
  struct ip6_hdr ip;
  guint8 next;

  if (self->captured < sizeof ip || !clat_trace_packet_is_ipv6 (self))
    return FALSE;
  memcpy (&ip, self->data, sizeof ip);
  next = ip.ip6_nxt;
  if (next == IPPROTO_FRAGMENT && self->captured > sizeof ip)
    next = self->data[sizeof ip];
  *protocol = next == IPPROTO_ICMPV6 ? IPPROTO_ICMP : next;
  return clat_prefix_extract (prefix, is_out ? &ip.ip6_dst : &ip.ip6_src, peer);
}

gboolean
clat_trace_packet_matches (const ClatTracePacket *before, const ClatTracePacket *after,
                           const ClatPrefix *prefix, gboolean is_out)
{
  const ClatTracePacket *ipv4 = is_out ? before : after;
  const ClatTracePacket *ipv6 = is_out ? after : before;
  struct in_addr peer4, peer6;
  guint8 protocol4, protocol6;

  return read_ipv4 (ipv4, is_out, &protocol4, &peer4)
         && read_ipv6 (ipv6, prefix, is_out, &protocol6, &peer6) && protocol4 == protocol6
         && peer4.s_addr == peer6.s_addr;
}
