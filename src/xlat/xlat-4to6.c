/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv4 to IPv6 (RFC 7915, section 4): packets from the host. */
#include "xlat-4to6.h"

#include <string.h>

#include "xlat-address.h"
#include "xlat-answer.h"
#include "xlat-checksum.h"
#include "xlat-emit.h"
#include "xlat-icmp-quote.h"
#include "xlat-icmp.h"
#include "xlat-mss.h"
#include "xlat-offload.h"
#include "xlat-pair.h"
#include "xlat-transport.h"

#define OPTION_END  0
#define OPTION_NOP  1
#define OPTION_LSRR 131
#define OPTION_SSRR 137

struct packet
{
  struct xlat_ipv4 ip;
  size_t total_length;
  uint8_t *payload;
  size_t length; /* of the payload */
  struct xlat_position position;
  bool dont_fragment;
  struct xlat_header6 header; /* of the result */
};

static bool
parse (struct xlat_work *work, struct packet *packet)
{
  struct xlat_ipv4 *ip = &packet->ip;
  size_t header_length;

  if (work->length < sizeof *ip)
    return false;
  memcpy (ip, work->packet, sizeof *ip);
  header_length = (ip->version_ihl & 0x0f) * 4u;
  packet->total_length = ntohs (ip->total_length);
  if (header_length < sizeof *ip || packet->total_length < header_length
      || packet->total_length > work->length
      || xlat_sum (work->packet, header_length) != 0xffff)
    return false;

  work->length = packet->total_length; /* the rest is padding */
  packet->payload = work->packet + header_length;
  packet->length = packet->total_length - header_length;

  packet->dont_fragment = (ntohs (ip->fragment) & XLAT_IPV4_DONT_FRAGMENT) != 0;
  packet->position = xlat_position_of_ipv4 (ip);

  work->is_icmp = ip->protocol == XLAT_PROTOCOL_ICMP4;
  work->is_later_fragment = packet->position.offset != 0;
  work->is_icmp_error = work->is_icmp && packet->position.offset == 0
                        && packet->length > 0 && xlat_icmp4_is_error (*packet->payload);
  return true;
}

/* XLAT_REASON_NONE if the options can be ignored (RFC 7915, 4.1). */
static enum xlat_reason
check_options (const struct xlat_work *work, const struct packet *packet)
{
  const uint8_t *at = work->packet + sizeof packet->ip;

  while (at < packet->payload && *at != OPTION_END)
    {
      if (*at == OPTION_NOP)
        {
          at++;
          continue;
        }
      if (packet->payload - at < 2 || at[1] < 2 || at[1] > packet->payload - at)
        return XLAT_REASON_MALFORMED;

      if (*at == OPTION_LSRR || *at == OPTION_SSRR)
        {
          if (at[1] < 3)
            return XLAT_REASON_MALFORMED;
          if (at[2] <= at[1]) /* the pointer: hops are left */
            return XLAT_REASON_SOURCE_ROUTE;
        }
      at += at[1];
    }

  return XLAT_REASON_NONE;
}

/* An ICMP error goes where the packet in error came from: into the prefix of that
 * packet's pair, whatever the source of the error. */
static const struct xlat_pair *
find_pair (const struct xlat_work *work, const struct packet *packet)
{
  const struct xlat_config *config = &work->xlat->config;
  const struct xlat_pair *pair = NULL;

  if (work->is_icmp_error && packet->length > XLAT_ICMP_HEADER)
    pair = xlat_icmp_quote_find_pair4 (config, packet->payload + XLAT_ICMP_HEADER,
                                       packet->length - XLAT_ICMP_HEADER);
  if (pair == NULL)
    pair = xlat_pair_by_ipv4 (config, packet->ip.source);
  return pair != NULL ? pair : &config->pairs[0];
}

/* Programs fail at once when an error tells them so, instead of after their timeouts. */
static bool
is_refused (const struct xlat_work *work, uint32_t destination)
{
  const struct xlat_config *config = &work->xlat->config;
  bool is_well_known = xlat_prefix_is_well_known (&work->pair->prefix);

  return xlat_ipv4_is_never_translated (destination)
         || xlat_ipv4_is_refused_private (destination, config->private_destinations,
                                          is_well_known)
         || (config->strict_well_known_prefix && is_well_known
             && !xlat_ipv4_is_global (destination));
}

/* False if the packet has been dropped for its addresses. ICMP errors are translated from
 * any source: a router may have an illegal or private address. */
static bool
check_addresses (struct xlat_work *work, const struct packet *packet)
{
  const struct xlat_config *config = &work->xlat->config;
  const struct xlat_ipv4 *ip = &packet->ip;

  if (xlat_ipv4_is_multicast_or_broadcast (ntohl (ip->destination))
      || xlat_pair_by_ipv4 (config, ip->destination) != NULL)
    xlat_drop (work, XLAT_REASON_BAD_DESTINATION);
  else if (!work->is_icmp_error && xlat_ipv4_is_illegal_source (ntohl (ip->source)))
    xlat_drop (work, XLAT_REASON_BAD_SOURCE);
  else if (!work->is_icmp_error && xlat_pair_by_ipv4 (config, ip->source) == NULL)
    xlat_answer (work, XLAT_REASON_BAD_SOURCE, XLAT_ERROR_PROHIBITED4, 0);
  else if (ip->destination != config->own_ipv4
           && is_refused (work, ntohl (ip->destination)))
    xlat_answer (work, XLAT_REASON_BAD_DESTINATION, XLAT_ERROR_PROHIBITED4, 0);
  else
    return true;
  return false;
}

/* False if the packet has been dropped for its payload. */
static bool
check_protocol (struct xlat_work *work, const struct packet *packet)
{
  /* Protocol 58 would become ICMPv6 without being translated. */
  if (packet->ip.protocol == XLAT_PROTOCOL_IGMP
      || packet->ip.protocol == XLAT_PROTOCOL_ICMP6)
    {
      xlat_drop (work, XLAT_REASON_PROTOCOL);
      return false;
    }
  if (packet->position.offset != 0)
    return true;

  /* A first fragment without the checksum cannot be translated; no stack sends one (RFC
   * 1858). */
  if (packet->length < xlat_transport_header_length (packet->ip.protocol))
    xlat_drop (work,
               packet->position.more ? XLAT_REASON_FRAGMENT : XLAT_REASON_MALFORMED);
  else if (work->is_icmp
           && !xlat_icmp4_is_translatable (packet->payload[0], packet->payload[1]))
    xlat_drop (work, XLAT_REASON_ICMP_TYPE);
  else if (packet->ip.protocol == XLAT_PROTOCOL_UDPLITE
           && xlat_transport_has_no_checksum (packet->payload))
    xlat_drop (work, XLAT_REASON_NO_CHECKSUM); /* RFC 3828, 3.1 */
  else
    return true;
  return false;
}

/* Completes a partial checksum, unless the output device can do it. */
static bool
settle_checksum (struct xlat_work *work, const struct packet *packet, size_t limit)
{
  struct xlat_offload *offload = &work->offload;

  if (!offload->needs_checksum)
    return true;
  if (xlat_offload_covers (offload, (size_t)(packet->payload - work->packet),
                           packet->ip.protocol)
      && !packet->position.is_fragment
      && (offload->gso != XLAT_GSO_NONE || XLAT_IPV6_HEADER + packet->length <= limit))
    return true;

  return xlat_offload_complete (offload, work->packet, work->length);
}

static size_t
limit_of (const struct xlat_config *config, const struct packet *packet)
{
  return xlat_limit_4to6 (packet->dont_fragment, config->mtu6, config->lowest_ipv6_mtu);
}

/* False if the packet has been dropped because it may not be fragmented. RFC 7915, 4 adds
 * 20 bytes to any packet; a fragment needs 8 more for its header. */
static bool
check_size (struct xlat_work *work, const struct packet *packet)
{
  uint32_t mtu = work->xlat->config.mtu6 - (packet->position.is_fragment ? 28 : 20);

  /* ICMP errors are truncated instead. */
  if (!packet->dont_fragment || work->is_icmp_error || work->offload.gso != XLAT_GSO_NONE
      || packet->total_length <= mtu)
    return true;

  xlat_answer (work, XLAT_REASON_TOO_BIG, XLAT_ERROR_TOO_BIG4, mtu);
  return false;
}

static void
emit (struct xlat_work *work, const struct packet *packet, const struct xlat_body *body)
{
  if (!xlat_emit6 (work->result, &packet->header, body,
                   limit_of (&work->xlat->config, packet), &work->offload))
    xlat_drop (work, XLAT_REASON_TOO_BIG);
}

/* A GSO packet is never a SYN. */
static void
limit_mss (const struct xlat_work *work, const struct packet *packet)
{
  if (packet->ip.protocol == XLAT_PROTOCOL_TCP && !packet->position.is_fragment
      && work->offload.gso == XLAT_GSO_NONE)
    xlat_mss_limit (packet->payload, packet->length,
                    xlat_max_mss (work->xlat->config.mtu6), work->offload.needs_checksum);
}

static void
translate_transport (struct xlat_work *work, const struct packet *packet)
{
  struct xlat_body body = {.data = packet->payload, .length = packet->length};
  uint16_t addresses =
      xlat_sum_addresses6 (&packet->header.source, &packet->header.destination);
  uint16_t difference = xlat_sum_difference (
      xlat_sum_addresses4 (packet->ip.source, packet->ip.destination), addresses);

  if (packet->position.offset != 0)
    {
      emit (work, packet, &body);
      return;
    }

  if (packet->ip.protocol == XLAT_PROTOCOL_UDP && !work->offload.needs_checksum
      && xlat_transport_has_no_checksum (packet->payload))
    {
      if (!xlat_udp_compute_checksum (packet->payload, packet->length, addresses))
        {
          xlat_drop (work, XLAT_REASON_MALFORMED);
          return;
        }
    }
  else
    xlat_transport_adjust (packet->ip.protocol, packet->payload, packet->length,
                           difference, work->offload.needs_checksum);

  limit_mss (work, packet);
  emit (work, packet, &body);
}

static void
translate_icmp (struct xlat_work *work, const struct packet *packet)
{
  struct xlat_body body = {0};
  enum xlat_reason reason =
      xlat_icmp_4to6 (work, packet->payload, packet->length, &packet->header, &body);

  if (reason != XLAT_REASON_NONE)
    xlat_drop (work, reason);
  else
    emit (work, packet, &body);
}

/* A GSO packet stays whole, unless its datagrams must be fragmented. If the segments of
 * TCP are too large for IPv6, their size is reduced. */
static void
translate_segments (struct xlat_work *work, struct packet *packet)
{
  struct xlat_offload *offload = &work->offload;
  size_t limit = limit_of (&work->xlat->config, packet);
  size_t transport = xlat_offload_transport_header (offload, packet->ip.protocol,
                                                    packet->payload, packet->length);
  struct xlat_datagrams datagrams;
  struct xlat_body body = {0};

  if (transport == 0 || packet->position.is_fragment || !offload->needs_checksum)
    {
      xlat_drop (work, XLAT_REASON_MALFORMED);
      return;
    }
  work->segments = xlat_offload_segments (offload, packet->length - transport);
  if (XLAT_IPV6_HEADER + transport + offload->gso_size <= limit)
    {
      translate_transport (work, packet);
      return;
    }
  if (offload->gso == XLAT_GSO_TCP)
    {
      xlat_offload_shrink (offload, packet->length - transport,
                           limit - XLAT_IPV6_HEADER - transport);
      translate_transport (work, packet);
      return;
    }
  if (packet->dont_fragment)
    {
      xlat_answer (work, XLAT_REASON_TOO_BIG, XLAT_ERROR_TOO_BIG4,
                   work->xlat->config.mtu6 - 20);
      return;
    }

  datagrams = (struct xlat_datagrams){
      .payload = packet->payload,
      .length = packet->length,
      .size = offload->gso_size,
      .addresses =
          xlat_sum_addresses6 (&packet->header.source, &packet->header.destination),
  };
  *offload = (struct xlat_offload){0};
  while (work->result->verdict == XLAT_FORWARD && xlat_datagrams_next (&datagrams, &body))
    {
      emit (work, packet, &body);
      packet->header.id++;
    }
}

static bool
lacks_checksum (const struct packet *packet)
{
  return packet->ip.protocol == XLAT_PROTOCOL_UDP && packet->position.offset == 0
         && xlat_transport_has_no_checksum (packet->payload);
}

static struct xlat_fragment_key
key_of (const struct xlat_ipv4 *ip)
{
  struct xlat_fragment_key key = {.id = ip->id, .protocol = ip->protocol};

  memcpy (&key.source, &ip->source, sizeof ip->source);
  memcpy (&key.destination, &ip->destination, sizeof ip->destination);
  return key;
}

/* Two kinds of packets cannot be translated fragment by fragment: the checksum of ICMPv6
 * covers the length of the whole message, and a missing UDP checksum is computed over all
 * data. */
static bool
needs_reassembly (const struct xlat_work *work, const struct packet *packet)
{
  const struct xlat_reassembly *reassembly = work->xlat->reassembly[XLAT_4TO6];
  struct xlat_fragment_key key;

  if (!packet->position.is_fragment)
    return false;
  if (work->is_icmp || lacks_checksum (packet))
    return true;
  if (packet->ip.protocol != XLAT_PROTOCOL_UDP || packet->position.offset == 0
      || reassembly == NULL)
    return false;

  /* Only the first fragment shows whether UDP has a checksum, and hosts send it first. A
   * later fragment that arrives before it is translated by itself, by which a datagram
   * without checksum is lost. */
  key = key_of (&packet->ip);
  return xlat_reassembly_knows (reassembly, &key);
}

static bool
reassemble (struct xlat_work *work, struct packet *packet)
{
  struct xlat_whole whole;

  if (work->xlat->reassembly[XLAT_4TO6] == NULL)
    {
      if (work->is_icmp)
        xlat_drop (work, XLAT_REASON_FRAGMENT);
      else
        xlat_answer (work, XLAT_REASON_NO_CHECKSUM, XLAT_ERROR_PROHIBITED4, 0);
      return false;
    }

  if (!xlat_gather (work,
                    &(struct xlat_fragment){
                        .key = key_of (&packet->ip),
                        .data = packet->payload,
                        .length = packet->length,
                        .offset = packet->position.offset,
                        .more = packet->position.more,
                        .tos = packet->ip.tos,
                        .ttl = packet->ip.ttl,
                    },
                    &whole))
    return false;

  packet->payload = whole.data;
  packet->length = whole.length;
  packet->ip.tos = whole.tos;
  packet->ip.ttl = whole.ttl;
  packet->position = (struct xlat_position){0};
  packet->dont_fragment = false;
  work->is_later_fragment = false;
  work->is_icmp_error = work->is_icmp && xlat_icmp4_is_error (*packet->payload);
  work->pair = find_pair (work, packet);
  return check_protocol (work, packet);
}

/* A packet to the translator itself, which answers echo requests and has nothing else
 * that could be reached. */
static void
receive (struct xlat_work *work, struct packet *packet)
{
  struct xlat_offload *offload = &work->offload;

  if (!work->is_icmp)
    xlat_answer (work, XLAT_REASON_BAD_DESTINATION,
                 xlat_protocol_has_ports (packet->ip.protocol) ? XLAT_ERROR_PORT
                                                               : XLAT_ERROR_PROTOCOL,
                 0);
  else if (offload->needs_checksum
           && !xlat_offload_complete (offload, work->packet, work->length))
    xlat_drop (work, XLAT_REASON_MALFORMED);
  else if (packet->position.is_fragment && !reassemble (work, packet))
    return;
  else if (packet->payload[0] != XLAT_ICMP4_ECHO_REQUEST)
    xlat_drop (work, XLAT_REASON_BAD_DESTINATION);
  else if (xlat_sum (packet->payload, packet->length) != 0xffff)
    xlat_drop (work, XLAT_REASON_MALFORMED);
  else
    xlat_answer_echo (work, packet->payload, packet->length, packet->ip.tos);
}

static void
fill_header (const struct xlat_work *work, struct packet *packet)
{
  const struct xlat_config *config = &work->xlat->config;
  const struct xlat_ipv4 *ip = &packet->ip;

  packet->header = (struct xlat_header6){
      .traffic_class = config->zero_traffic_class ? 0 : ip->tos,
      .hop_limit = (uint8_t)(ip->ttl - 1),
      .next_header = xlat_protocol_4to6 (ip->protocol),
      .id = ntohs (ip->id),
      .position = packet->position,
  };
  xlat_address_4to6 (config, work->pair, ip->source, &packet->header.source);
  xlat_address_4to6 (config, work->pair, ip->destination, &packet->header.destination);
}

void
xlat_4to6 (struct xlat_work *work)
{
  const struct xlat_config *config = &work->xlat->config;
  struct packet packet;
  enum xlat_reason reason;

  if (!parse (work, &packet))
    {
      xlat_drop (work, XLAT_REASON_MALFORMED);
      return;
    }
  work->pair = find_pair (work, &packet);
  if (!check_addresses (work, &packet) || !check_protocol (work, &packet))
    return;
  if (packet.ip.destination == config->own_ipv4)
    {
      receive (work, &packet);
      return;
    }

  reason = check_options (work, &packet);
  if (reason == XLAT_REASON_SOURCE_ROUTE)
    xlat_answer (work, reason, XLAT_ERROR_SOURCE_ROUTE, 0);
  else if (reason != XLAT_REASON_NONE)
    xlat_drop (work, reason);
  else if (packet.ip.ttl <= 1)
    xlat_answer (work, XLAT_REASON_TTL_EXPIRED, XLAT_ERROR_TTL, 0);
  else if (config->drop_udp_without_checksum && !work->offload.needs_checksum
           && lacks_checksum (&packet))
    xlat_answer (work, XLAT_REASON_NO_CHECKSUM, XLAT_ERROR_PROHIBITED4, 0);
  else if (!settle_checksum (work, &packet, limit_of (config, &packet)))
    xlat_drop (work, XLAT_REASON_MALFORMED);
  else if (needs_reassembly (work, &packet) ? reassemble (work, &packet)
                                            : check_size (work, &packet))
    {
      fill_header (work, &packet);
      if (work->offload.gso != XLAT_GSO_NONE)
        translate_segments (work, &packet);
      else if (work->is_icmp)
        translate_icmp (work, &packet);
      else
        translate_transport (work, &packet);
    }
}
