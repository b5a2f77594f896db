/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RFC 7915, 4.3 and 5.3: a quoted packet is translated like any other, but its hop limit
 * is not decremented, its length fields are those of the whole packet, and most of the
 * packet is missing. */
#include "xlat-icmp-quote.h"

#include <string.h>

#include "xlat-address.h"
#include "xlat-checksum.h"
#include "xlat-emit.h"
#include "xlat-ipv6-chain.h"
#include "xlat-pair.h"
#include "xlat-rules.h"
#include "xlat-transport.h"

/* False if the quoted ICMP message is not an echo: TYPE is that of its translation. */
static bool
translate_echo (uint8_t *message, size_t quoted, int type, uint16_t pseudo)
{
  if (quoted < XLAT_ICMP_HEADER || type == XLAT_ICMP_NONE)
    return false;

  xlat_echo_translate (message, type, pseudo);
  return true;
}

static void
set_parts (struct xlat_icmp_quote *quote, const struct xlat_output *output,
           const uint8_t *rest, size_t rest_length)
{
  memcpy (quote->head, output->head, output->head_length);
  quote->head_length = output->head_length;
  quote->rest = rest;
  quote->rest_length = rest_length;
}

/* The transport header at REST, of a packet with LENGTH bytes after the IP header. */
static bool
translate_rest_4to6 (const struct xlat_ipv4 *ip, const struct xlat_header6 *header,
                     uint8_t *rest, size_t rest_length, size_t length)
{
  uint16_t sum4 = xlat_sum_addresses4 (ip->source, ip->destination);
  uint16_t sum6 = xlat_sum_addresses6 (&header->source, &header->destination);

  if (header->position.offset != 0)
    return true;
  if (ip->protocol == XLAT_PROTOCOL_ICMP4)
    return rest_length > 0
           && translate_echo (
               rest, rest_length, xlat_icmp_echo_4to6 (*rest),
               xlat_sum_add (sum6, xlat_sum_pseudo (length, XLAT_PROTOCOL_ICMP6)));

  xlat_transport_adjust (ip->protocol, rest, rest_length,
                         xlat_sum_difference (sum4, sum6), false);
  return true;
}

static bool
translate_rest_6to4 (const struct xlat_ipv6 *ip, const struct xlat_ipv6_chain *chain,
                     const struct xlat_header4 *header, uint8_t *rest, size_t rest_length,
                     size_t length)
{
  uint16_t sum4 = xlat_sum_addresses4 (header->source, header->destination);
  uint16_t sum6 = xlat_sum_addresses6 (&ip->source, &ip->destination);

  if (chain->position.offset != 0)
    return true;
  if (chain->protocol == XLAT_PROTOCOL_ICMP6)
    {
      sum6 = xlat_sum_add (sum6, xlat_sum_pseudo (length, XLAT_PROTOCOL_ICMP6));
      return rest_length > 0
             && translate_echo (rest, rest_length, xlat_icmp_echo_6to4 (*rest),
                                (uint16_t)~sum6);
    }

  xlat_transport_adjust (chain->protocol, rest, rest_length,
                         xlat_sum_difference (sum6, sum4), false);
  return true;
}

const struct xlat_pair *
xlat_icmp_quote_find_pair4 (const struct xlat_config *config, const uint8_t *data,
                            size_t length)
{
  struct xlat_ipv4 ip;

  if (length < sizeof ip)
    return NULL;
  memcpy (&ip, data, sizeof ip);
  return xlat_pair_by_ipv4 (config, ip.destination);
}

bool
xlat_icmp_quote_4to6 (const struct xlat_config *config, const struct xlat_pair *pair,
                      uint8_t *data, size_t length, struct xlat_icmp_quote *quote)
{
  struct xlat_ipv4 ip;
  struct xlat_header6 header;
  struct xlat_output output;
  size_t header_length, payload_length;

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

  header = (struct xlat_header6){
      .traffic_class = config->zero_traffic_class ? 0 : ip.tos,
      .hop_limit = ip.ttl,
      .next_header = xlat_protocol_4to6 (ip.protocol),
      .id = ntohs (ip.id),
      .position = xlat_position_of_ipv4 (&ip),
  };
  xlat_address_4to6 (config, pair, ip.source, &header.source);
  xlat_address_4to6 (config, pair, ip.destination, &header.destination);
  quote->pair = pair;

  xlat_head6 (&output, &header, payload_length);
  set_parts (quote, &output, data + header_length, length - header_length);
  quote->had_fragment_header = header.position.is_fragment;
  return translate_rest_4to6 (&ip, &header, data + header_length, quote->rest_length,
                              payload_length);
}

/* Finds the pair of the quoted packet. False if this translator did not send it: from a
 * local address into the NAT64 prefix. */
static bool
find_pair6 (const struct xlat_config *config, const struct xlat_ipv6 *ip,
            struct xlat_icmp_quote *quote, struct xlat_header4 *header)
{
  quote->pair = xlat_pair_of_flow6 (config, &ip->source, &ip->destination);
  if (quote->pair == NULL)
    return false;

  header->source = quote->pair->ipv4;
  return xlat_prefix_extract (&quote->pair->prefix, &ip->destination,
                              &header->destination);
}

/* The extension headers of a quoted packet may be truncated, or none that we send. */
static bool
follow_chain (const uint8_t *data, size_t length, const struct xlat_ipv6 *ip,
              struct xlat_ipv6_chain *chain)
{
  return xlat_ipv6_chain_follow (data, length, ip->next_header, chain)
         && chain->length <= ntohs (ip->payload_length)
         && !xlat_ipv6_chain_ends_in_extension (chain)
         && chain->protocol != XLAT_PROTOCOL_ICMP4
         && chain->protocol != XLAT_PROTOCOL_IGMP;
}

bool
xlat_icmp_quote_6to4 (const struct xlat_config *config, uint8_t *data, size_t length,
                      struct xlat_icmp_quote *quote)
{
  struct xlat_ipv6 ip;
  struct xlat_ipv6_chain chain;
  struct xlat_header4 header = {0};
  struct xlat_output output;
  size_t header_length, payload_length;

  if (length < sizeof ip)
    return false;
  memcpy (&ip, data, sizeof ip);
  if (ntohl (ip.version_class_flow) >> 28 != 6
      || !find_pair6 (config, &ip, quote, &header)
      || !follow_chain (data + sizeof ip, length - sizeof ip, &ip, &chain))
    return false;
  header_length = sizeof ip + chain.length;
  payload_length = ntohs (ip.payload_length) - chain.length;
  if (payload_length + XLAT_IPV4_HEADER > UINT16_MAX)
    return false;

  header.tos = config->zero_traffic_class ? 0 : xlat_ipv6_traffic_class (&ip);
  header.ttl = ip.hop_limit;
  header.protocol = xlat_protocol_6to4 (chain.protocol);
  header.id = (uint16_t)chain.id;
  header.dont_fragment = !chain.has_fragment_header
                         && payload_length + XLAT_IPV4_HEADER > XLAT_MAX_FRAGMENTABLE;
  header.position = chain.position;

  xlat_head4 (&output, &header, payload_length);
  set_parts (quote, &output, data + header_length, length - header_length);
  quote->total_length = sizeof ip + ntohs (ip.payload_length);
  quote->had_fragment_header = chain.has_fragment_header;
  return translate_rest_6to4 (&ip, &chain, &header, data + header_length,
                              quote->rest_length, payload_length);
}
