/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv6 to IPv4 (RFC 7915, section 5): packets to the host. */
#include "xlat-6to4.h"

#include <string.h>

#include "xlat-address.h"
#include "xlat-answer.h"
#include "xlat-checksum.h"
#include "xlat-emit.h"
#include "xlat-icmp.h"
#include "xlat-ipv6-chain.h"
#include "xlat-mss.h"
#include "xlat-offload.h"
#include "xlat-pair.h"
#include "xlat-transport.h"

struct packet
{
  struct xlat_ipv6 ip;
  struct xlat_ipv6_chain chain;
  uint8_t *payload; /* after the extension headers */
  size_t length;
  const struct xlat_address6 *node; /* the source, if it has no IPv4 address */
  struct xlat_header4 header;       /* of the result */
};

static bool
parse (struct xlat_work *work, struct packet *packet)
{
  struct xlat_ipv6 *ip = &packet->ip;
  size_t payload_length;

  if (work->length < sizeof *ip)
    return false;
  memcpy (ip, work->packet, sizeof *ip);
  payload_length = ntohs (ip->payload_length);
  if (payload_length > work->length - sizeof *ip)
    return false;

  work->length = sizeof *ip + payload_length;
  if (!xlat_ipv6_chain_follow (work->packet + sizeof *ip, payload_length, ip->next_header,
                               &packet->chain))
    return false;
  packet->payload = work->packet + sizeof *ip + packet->chain.length;
  packet->length = payload_length - packet->chain.length;

  work->is_icmp = packet->chain.protocol == XLAT_PROTOCOL_ICMP6;
  work->is_later_fragment = packet->chain.position.offset != 0;
  work->is_icmp_error = work->is_icmp && !work->is_later_fragment && packet->length > 0
                        && xlat_icmp6_is_error (*packet->payload);
  return true;
}

/* Routers between the NAT64 and the internet often have private addresses, and a
 * traceroute shows them: their ICMP errors are translated. */
static bool
is_legal_source (const struct xlat_work *work, be32 source)
{
  const struct xlat_config *config = &work->xlat->config;
  bool is_well_known = xlat_prefix_is_well_known (&work->pair->prefix);

  if (xlat_ipv4_is_never_translated (ntohl (source))
      || xlat_pair_by_ipv4 (config, source) != NULL)
    return false;
  if (!work->is_icmp_error
      && xlat_ipv4_is_refused_private (ntohl (source), config->private_destinations,
                                       is_well_known))
    return false;

  return !config->strict_well_known_prefix || !is_well_known
         || xlat_ipv4_is_global (ntohl (source));
}

/* False if the packet has been dropped for its source. ICMP errors of IPv6-only routers
 * are translated too, with the dummy address as their source (RFC 7600). */
static bool
map_source (struct xlat_work *work, struct packet *packet)
{
  const struct xlat_config *config = &work->xlat->config;
  const struct xlat_address6 *source = &packet->ip.source;
  bool is_native =
      !xlat_prefix_extract (&work->pair->prefix, source, &packet->header.source);

  if (!xlat_address6_is_unicast (source) || xlat_pair_by_ipv6 (config, source) != NULL)
    xlat_drop (work, XLAT_REASON_BAD_SOURCE);
  else if (!is_native && is_legal_source (work, packet->header.source))
    return true;
  else if (work->is_icmp_error && !packet->chain.position.is_fragment)
    {
      packet->node = source;
      packet->header.source = htonl (XLAT_DUMMY_IPV4);
      return true;
    }
  else if (is_native)
    xlat_answer (work, XLAT_REASON_BAD_SOURCE, XLAT_ERROR_PROHIBITED6, 0);
  else
    xlat_drop (work, XLAT_REASON_BAD_SOURCE);
  return false;
}

/* RFC 8200, 8.1 allows UDP without a checksum only for tunnels whose receiver accepts it,
 * which no IPv4 program can say; what lets them through to here is mostly a NAT64 that
 * does not compute it. */
static bool
lacks_checksum (const struct xlat_work *work, const struct packet *packet)
{
  return packet->chain.protocol == XLAT_PROTOCOL_UDP && packet->chain.position.offset == 0
         && !work->offload.needs_checksum
         && xlat_transport_has_no_checksum (packet->payload);
}

/* False if the packet has been dropped for its payload. */
static bool
check_protocol (struct xlat_work *work, const struct packet *packet)
{
  uint8_t protocol = packet->chain.protocol;

  /* These would become ICMP and IGMP without being translated. */
  if (protocol == XLAT_PROTOCOL_ICMP4 || protocol == XLAT_PROTOCOL_IGMP)
    {
      xlat_drop (work, XLAT_REASON_PROTOCOL);
      return false;
    }
  if (packet->chain.position.offset != 0)
    return true;

  if (packet->length < xlat_transport_header_length (protocol))
    xlat_drop (work, packet->chain.position.more ? XLAT_REASON_FRAGMENT
                                                 : XLAT_REASON_MALFORMED);
  else if (work->is_icmp
           && !xlat_icmp6_is_translatable (packet->payload[0], packet->payload[1]))
    xlat_drop (work, XLAT_REASON_ICMP_TYPE);
  else if (protocol == XLAT_PROTOCOL_UDPLITE
           && xlat_transport_has_no_checksum (packet->payload))
    xlat_drop (work, XLAT_REASON_NO_CHECKSUM); /* RFC 3828, 3.1 */
  else if (packet->chain.position.is_fragment && lacks_checksum (work, packet))
    xlat_drop (work, XLAT_REASON_NO_CHECKSUM);
  else
    return true;
  return false;
}

/* Completes a partial checksum, unless the output device can do it. */
static bool
settle_checksum (struct xlat_work *work, const struct packet *packet)
{
  struct xlat_offload *offload = &work->offload;

  if (!offload->needs_checksum)
    return true;
  if (xlat_offload_covers (offload, (size_t)(packet->payload - work->packet),
                           packet->chain.protocol)
      && !packet->chain.position.is_fragment
      && (offload->gso != XLAT_GSO_NONE
          || XLAT_IPV4_HEADER + packet->length <= work->xlat->config.mtu4))
    return true;

  return xlat_offload_complete (offload, work->packet, work->length);
}

static void
answer_too_big (struct xlat_work *work)
{
  uint32_t mtu = work->xlat->config.mtu4 + 20;

  xlat_answer (work, XLAT_REASON_TOO_BIG, XLAT_ERROR_TOO_BIG6,
               mtu < XLAT_IPV6_MIN_MTU ? XLAT_IPV6_MIN_MTU : mtu);
}

/* False if the packet has been dropped and its sender must send smaller ones. A sender
 * need not go below the smallest IPv6 MTU: such packets and fragments are fragmented here
 * (RFC 7915, 5). */
static bool
check_size (struct xlat_work *work, const struct packet *packet)
{
  if (XLAT_IPV4_HEADER + packet->length <= work->xlat->config.mtu4
      || work->length <= XLAT_IPV6_MIN_MTU || work->is_icmp_error
      || work->offload.gso != XLAT_GSO_NONE)
    return true;

  answer_too_big (work);
  return false;
}

static void
emit (struct xlat_work *work, const struct packet *packet, const struct xlat_body *body)
{
  if (!xlat_emit4 (work->result, &packet->header, body, work->xlat->config.mtu4,
                   &work->offload))
    xlat_drop (work, XLAT_REASON_TOO_BIG);
}

/* RFC 7915, 5.1 and 5.1.1: a fragment keeps its identification and may be fragmented
 * again. Other packets of at most the smallest IPv6 MTU may be fragmented, and need an
 * identification. LENGTH is the payload of each of SEGMENTS packets. */
static void
fill_identification (struct xlat_work *work, struct packet *packet, size_t length,
                     unsigned segments)
{
  struct xlat_header4 *header = &packet->header;

  header->dont_fragment = false;
  if (packet->chain.has_fragment_header)
    header->id = (uint16_t)packet->chain.id;
  else if (length + XLAT_IPV4_HEADER <= XLAT_MAX_FRAGMENTABLE)
    header->id = xlat_next_id (work->xlat, segments);
  else
    header->dont_fragment = true;
}

/* A GSO packet is never a SYN. */
static void
limit_mss (const struct xlat_work *work, const struct packet *packet)
{
  if (packet->chain.protocol == XLAT_PROTOCOL_TCP && !packet->chain.position.is_fragment
      && work->offload.gso == XLAT_GSO_NONE)
    xlat_mss_limit (packet->payload, packet->length,
                    xlat_max_mss (work->xlat->config.mtu6), work->offload.needs_checksum);
}

static void
translate_transport (struct xlat_work *work, const struct packet *packet)
{
  struct xlat_body body = {.data = packet->payload, .length = packet->length};
  uint16_t addresses =
      xlat_sum_addresses4 (packet->header.source, packet->header.destination);
  uint16_t difference = xlat_sum_difference (
      xlat_sum_addresses6 (&packet->ip.source, &packet->ip.destination), addresses);

  if (lacks_checksum (work, packet))
    {
      if (!xlat_udp_compute_checksum (packet->payload, packet->length, addresses))
        {
          xlat_drop (work, XLAT_REASON_MALFORMED);
          return;
        }
    }
  else if (packet->chain.position.offset == 0)
    xlat_transport_adjust (packet->chain.protocol, packet->payload, packet->length,
                           difference, work->offload.needs_checksum);

  limit_mss (work, packet);
  emit (work, packet, &body);
}

static void
translate_icmp (struct xlat_work *work, struct packet *packet)
{
  struct xlat_body body = {0};
  enum xlat_reason reason = xlat_icmp_6to4 (work, packet->payload, packet->length,
                                            &packet->ip, packet->node, &body);

  if (reason != XLAT_REASON_NONE)
    {
      xlat_drop (work, reason);
      return;
    }
  packet->header.destination = work->pair->ipv4;
  fill_identification (work, packet, body.length, 1);
  emit (work, packet, &body);
}

/* As from IPv4 to IPv6. */
static void
translate_segments (struct xlat_work *work, struct packet *packet)
{
  struct xlat_offload *offload = &work->offload;
  size_t limit = work->xlat->config.mtu4;
  size_t transport = xlat_offload_transport_header (offload, packet->chain.protocol,
                                                    packet->payload, packet->length);
  size_t data, segment;
  struct xlat_datagrams datagrams;
  struct xlat_body body = {0};

  if (transport == 0 || packet->chain.has_fragment_header || !offload->needs_checksum
      || packet->length + XLAT_IPV4_HEADER > UINT16_MAX)
    {
      xlat_drop (work, XLAT_REASON_MALFORMED);
      return;
    }

  data = packet->length - transport;
  work->segments = xlat_offload_segments (offload, data);
  if (offload->gso == XLAT_GSO_TCP && limit > XLAT_IPV4_HEADER + transport)
    xlat_offload_shrink (offload, data, limit - XLAT_IPV4_HEADER - transport);
  segment = transport + (offload->gso != XLAT_GSO_NONE ? offload->gso_size : data);
  fill_identification (work, packet, segment, xlat_offload_segments (offload, data));

  if (offload->gso != XLAT_GSO_UDP || XLAT_IPV4_HEADER + segment <= limit)
    {
      translate_transport (work, packet);
      return;
    }
  if (XLAT_IPV6_HEADER + segment > XLAT_IPV6_MIN_MTU)
    {
      answer_too_big (work);
      return;
    }

  datagrams = (struct xlat_datagrams){
      .payload = packet->payload,
      .length = packet->length,
      .size = offload->gso_size,
      .addresses =
          xlat_sum_addresses4 (packet->header.source, packet->header.destination),
  };
  *offload = (struct xlat_offload){0};
  while (work->result->verdict == XLAT_FORWARD && xlat_datagrams_next (&datagrams, &body))
    {
      emit (work, packet, &body);
      packet->header.id++;
    }
}

/* The checksum of ICMPv6 covers the length of the whole message, which a fragment does
 * not have. */
static bool
reassemble (struct xlat_work *work, struct packet *packet)
{
  struct xlat_whole whole;

  if (work->xlat->reassembly[XLAT_6TO4] == NULL)
    {
      xlat_drop (work, XLAT_REASON_FRAGMENT);
      return false;
    }

  if (!xlat_gather (work,
                    &(struct xlat_fragment){
                        .key = {.source = packet->ip.source,
                                .destination = packet->ip.destination,
                                .id = packet->chain.id},
                        .data = packet->payload,
                        .length = packet->length,
                        .offset = packet->chain.position.offset,
                        .more = packet->chain.position.more,
                        .tos = xlat_ipv6_traffic_class (&packet->ip),
                        .ttl = packet->ip.hop_limit,
                    },
                    &whole))
    return false;

  packet->payload = whole.data;
  packet->length = whole.length;
  packet->header.tos = work->xlat->config.zero_traffic_class ? 0 : whole.tos;
  packet->header.ttl = (uint8_t)(whole.ttl - 1);
  packet->chain.position = (struct xlat_position){0};
  work->is_later_fragment = false;
  work->is_icmp_error = xlat_icmp6_is_error (*packet->payload);
  return check_protocol (work, packet);
}

static void
fill_header (const struct xlat_work *work, struct packet *packet)
{
  const struct xlat_config *config = &work->xlat->config;
  struct xlat_header4 *header = &packet->header;

  header->tos = config->zero_traffic_class ? 0 : xlat_ipv6_traffic_class (&packet->ip);
  header->ttl = (uint8_t)(packet->ip.hop_limit - 1);
  header->protocol = xlat_protocol_6to4 (packet->chain.protocol);
  header->destination = work->pair->ipv4;
}

static void
translate (struct xlat_work *work, struct packet *packet)
{
  packet->header.position = packet->chain.position;
  if (work->offload.gso != XLAT_GSO_NONE)
    translate_segments (work, packet);
  else if (work->is_icmp)
    translate_icmp (work, packet);
  else
    {
      fill_identification (work, packet, packet->length, 1);
      translate_transport (work, packet);
    }
}

/* NULL if the destination is not local. */
static const struct xlat_pair *
find_pair (const struct xlat_config *config, const struct xlat_ipv6 *ip)
{
  const struct xlat_pair *pair =
      xlat_pair_of_flow6 (config, &ip->destination, &ip->source);

  return pair != NULL ? pair : xlat_pair_by_ipv6 (config, &ip->destination);
}

void
xlat_6to4 (struct xlat_work *work)
{
  struct packet packet = {0};

  if (!parse (work, &packet))
    {
      xlat_drop (work, XLAT_REASON_MALFORMED);
      return;
    }
  work->pair = find_pair (&work->xlat->config, &packet.ip);
  if (work->pair == NULL)
    {
      xlat_drop (work, XLAT_REASON_BAD_DESTINATION);
      return;
    }
  if (!map_source (work, &packet) || !check_protocol (work, &packet))
    return;

  if (packet.chain.routing_pointer != 0)
    xlat_answer (work, XLAT_REASON_SOURCE_ROUTE, XLAT_ERROR_ROUTING,
                 (uint32_t)packet.chain.routing_pointer);
  else if (xlat_ipv6_chain_ends_in_extension (&packet.chain))
    xlat_answer (work, XLAT_REASON_EXTENSION_HEADER, XLAT_ERROR_PROHIBITED6, 0);
  else if (packet.ip.hop_limit <= 1)
    xlat_answer (work, XLAT_REASON_TTL_EXPIRED, XLAT_ERROR_HOP_LIMIT, 0);
  else if (!settle_checksum (work, &packet))
    xlat_drop (work, XLAT_REASON_MALFORMED);
  else
    {
      bool is_icmp_fragment = work->is_icmp && packet.chain.position.is_fragment;

      fill_header (work, &packet);
      if (is_icmp_fragment ? reassemble (work, &packet) : check_size (work, &packet))
        translate (work, &packet);
    }
}
