/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers to packets that the link refuses. */
#include "xlat-refusal.h"

#include <string.h>

#include "xlat-checksum.h"
#include "xlat-ipv6-chain.h"
#include "xlat-pair.h"

#define HOP_LIMIT 64

/* RFC 4443, 3.1. */
#define CODE_PROHIBITED       1
#define CODE_PORT_UNREACHABLE 4

bool
xlat_refusal_is (const struct xlat_work *work)
{
  const struct xlat_config *config = &work->xlat->config;
  struct xlat_ipv6 ip;

  if (work->length < sizeof ip)
    return false;
  memcpy (&ip, work->packet, sizeof ip);
  return xlat_pair_of_flow6 (config, &ip.source, &ip.destination) != NULL
         && xlat_pair_by_ipv6 (config, &ip.destination) == NULL;
}

/* 0: the packet may not be answered. */
static uint8_t
choose_code (const struct xlat_work *work, const struct xlat_ipv6 *ip)
{
  const uint8_t *payload = work->packet + sizeof *ip;
  size_t length = work->length - sizeof *ip;
  struct xlat_ipv6_chain chain;

  if (!xlat_ipv6_chain_follow (payload, length, ip->next_header, &chain)
      || chain.position.offset != 0 || chain.length >= length)
    return 0;

  switch (chain.protocol)
    {
    case XLAT_PROTOCOL_TCP:
    case XLAT_PROTOCOL_UDP:
      return CODE_PORT_UNREACHABLE;
    case XLAT_PROTOCOL_ICMP6:
      return xlat_icmp6_is_error (payload[chain.length]) ? 0 : CODE_PROHIBITED;
    default:
      return CODE_PROHIBITED;
    }
}

static void
write_message (struct xlat_work *work, const struct xlat_ipv6 *ip, uint8_t code)
{
  uint8_t *packet = work->xlat->refusal;
  struct xlat_icmp icmp = {.type = XLAT_ICMP6_UNREACHABLE, .code = code};
  size_t max = sizeof work->xlat->refusal - sizeof *ip - sizeof icmp;
  size_t quoted = work->length < max ? work->length : max;
  size_t length = sizeof icmp + quoted;
  uint8_t *message = packet + sizeof *ip;
  struct xlat_ipv6 header = {
      .payload_length = htons ((uint16_t)length),
      .next_header = XLAT_PROTOCOL_ICMP6,
      .hop_limit = HOP_LIMIT,
      .source = ip->destination,
      .destination = ip->source,
  };
  uint16_t sum = xlat_sum_addresses6 (&header.source, &header.destination);

  ((uint8_t *)&header)[0] = 6 << 4;
  memcpy (packet, &header, sizeof header);
  memcpy (message, &icmp, sizeof icmp);
  memcpy (message + sizeof icmp, work->packet, quoted);
  sum = xlat_sum_add (sum, xlat_sum_pseudo (length, XLAT_PROTOCOL_ICMP6));
  sum = xlat_sum_add (sum, xlat_sum (message, length));
  xlat_checksum_store (message + offsetof (struct xlat_icmp, checksum), sum);
  work->packet = packet;
  work->length = sizeof header + length;
  work->offload = (struct xlat_offload){0};
}

bool
xlat_refusal_make (struct xlat_work *work)
{
  struct xlat *xlat = work->xlat;
  struct xlat_ipv6 ip;
  uint8_t code;

  memcpy (&ip, work->packet, sizeof ip);
  code = choose_code (work, &ip);
  if (code == 0
      || !xlat_bucket_take (&xlat->buckets[XLAT_ERROR_REFUSED], &xlat->config.error_rate4,
                            xlat->now_ns))
    return false;

  write_message (work, &ip, code);
  return true;
}
