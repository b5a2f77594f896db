/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RFC 7915, 4.3 and 5.3: a quoted packet is translated like any other, except that its
 * hop limit stays, that its lengths speak of the whole packet, and that most of it is
 * missing. */
#include "xlat-quote.h"

#include <string.h>

#include "xlat-address.h"
#include "xlat-chain.h"
#include "xlat-checksum.h"
#include "xlat-fragment.h"
#include "xlat-rules.h"
#include "xlat-transport.h"

/* A quoted message of TYPE, if that is one, as xlat_echo_translate. */
static bool
translate_echo (uint8_t *message, size_t quoted, int type, uint16_t pseudo)
{
  if (quoted < XLAT_ICMP_HEADER || type == XLAT_ICMP_NONE)
    return false;

  xlat_echo_translate (message, type, pseudo);
  return true;
}

static void
take_head (struct xlat_quote *quote, const struct xlat_output *output)
{
  memcpy (quote->head, output->head, output->head_length);
  quote->head_length = output->head_length;
}

bool
xlat_quote_4to6 (const struct xlat_config *config, uint8_t *data, size_t length,
                 struct xlat_quote *quote)
{
  struct xlat_ipv4 ip;
  struct xlat_header6 header;
  struct xlat_output output;
  size_t header_length, payload_length;
  uint16_t fragment, sum4, sum6;

  if (length < sizeof ip)
    return false;
  memcpy (&ip, data, sizeof ip);
  header_length = (ip.version_ihl & 0x0f) * 4u;
  quote->total_length = ntohs (ip.total_length);
  if (ip.version_ihl >> 4 != 4 || header_length < sizeof ip || header_length > length
      || header_length > quote->total_length || ip.protocol == XLAT_PROTOCOL_IGMP
      || ip.protocol == XLAT_PROTOCOL_ICMP6)
    return false;

  payload_length = quote->total_length - header_length;
  fragment = ntohs (ip.fragment);
  header = (struct xlat_header6){
      .traffic_class = config->zero_traffic_class ? 0 : ip.tos,
      .hop_limit = ip.ttl,
      .next_header =
          ip.protocol == XLAT_PROTOCOL_ICMP4 ? XLAT_PROTOCOL_ICMP6 : ip.protocol,
      .id = ntohs (ip.id),
      .position = {.more = (fragment & XLAT_IPV4_MORE_FRAGMENTS) != 0,
                   .offset = (fragment & XLAT_IPV4_OFFSET_MASK) * 8u},
  };
  header.position.is_fragment = header.position.more || header.position.offset != 0;
  xlat_address_4to6 (config, ip.source, &header.source);
  xlat_address_4to6 (config, ip.destination, &header.destination);

  xlat_head6 (&output, &header, payload_length);
  take_head (quote, &output);
  quote->had_fragment_header = header.position.is_fragment;
  quote->rest = data + header_length;
  quote->rest_length = length - header_length;
  if (header.position.offset != 0)
    return true;

  sum4 = xlat_sum_addresses4 (ip.source, ip.destination);
  sum6 = xlat_sum_addresses6 (&header.source, &header.destination);
  if (ip.protocol == XLAT_PROTOCOL_ICMP4)
    return translate_echo (
        data + header_length, quote->rest_length,
        quote->rest_length > 0 ? xlat_icmp_echo_4to6 (*quote->rest) : XLAT_ICMP_NONE,
        xlat_sum_add (sum6, xlat_sum_pseudo (payload_length, XLAT_PROTOCOL_ICMP6)));

  xlat_transport_adjust (ip.protocol, data + header_length, quote->rest_length,
                         xlat_sum_difference (sum4, sum6), false);
  return true;
}

bool
xlat_quote_6to4 (const struct xlat_config *config, uint8_t *data, size_t length,
                 struct xlat_quote *quote)
{
  struct xlat_ipv6 ip;
  struct xlat_chain chain;
  struct xlat_header4 header;
  struct xlat_output output;
  const struct xlat_pair *pair;
  size_t header_length, payload_length;
  uint16_t sum4, sum6;
  be32 destination;

  if (length < sizeof ip)
    return false;
  memcpy (&ip, data, sizeof ip);
  /* What is quoted was sent by us: from a local address into the NAT64 prefix. */
  pair = xlat_pair_by_ipv6 (config, &ip.source);
  if (ntohl (ip.version_class_flow) >> 28 != 6 || pair == NULL
      || !xlat_prefix_extract (&config->prefix, &ip.destination, &destination)
      || !xlat_chain_follow (data + sizeof ip, length - sizeof ip, ip.next_header, &chain)
      || xlat_chain_ends_in_extension (&chain) || chain.protocol == XLAT_PROTOCOL_ICMP4
      || chain.protocol == XLAT_PROTOCOL_IGMP)
    return false;

  header_length = sizeof ip + chain.length;
  payload_length = ntohs (ip.payload_length);
  quote->total_length = sizeof ip + payload_length;
  if (payload_length < chain.length
      || payload_length - chain.length + XLAT_IPV4_HEADER > UINT16_MAX)
    return false;
  payload_length -= chain.length;

  header = (struct xlat_header4){
      .tos = config->zero_traffic_class ? 0 : xlat_ipv6_traffic_class (&ip),
      .ttl = ip.hop_limit,
      .protocol =
          chain.protocol == XLAT_PROTOCOL_ICMP6 ? XLAT_PROTOCOL_ICMP4 : chain.protocol,
      .source = pair->ipv4,
      .destination = destination,
      .id = (uint16_t)chain.id,
      .dont_fragment = !chain.has_fragment_header
                       && payload_length + XLAT_IPV4_HEADER > XLAT_MAX_FRAGMENTABLE,
      .position = chain.position,
  };
  xlat_head4 (&output, &header, payload_length);
  take_head (quote, &output);
  quote->had_fragment_header = chain.has_fragment_header;
  quote->rest = data + header_length;
  quote->rest_length = length - header_length;
  if (chain.position.offset != 0)
    return true;

  sum4 = xlat_sum_addresses4 (header.source, header.destination);
  sum6 = xlat_sum_addresses6 (&ip.source, &ip.destination);
  if (chain.protocol == XLAT_PROTOCOL_ICMP6)
    return translate_echo (
        data + header_length, quote->rest_length,
        quote->rest_length > 0 ? xlat_icmp_echo_6to4 (*quote->rest) : XLAT_ICMP_NONE,
        (uint16_t)~xlat_sum_add (sum6,
                                 xlat_sum_pseudo (payload_length, XLAT_PROTOCOL_ICMP6)));

  xlat_transport_adjust (chain.protocol, data + header_length, quote->rest_length,
                         xlat_sum_difference (sum6, sum4), false);
  return true;
}
