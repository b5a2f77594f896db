/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The translator's own ICMP errors (RFC 7915, 4.5 and 5.4; RFC 1812, 4.3.2; RFC
 * 4443, 2.4), and its answers to echo requests (RFC 1812, 4.3.3.6). */
#include "xlat-answer.h"

#include <string.h>

#include "xlat-address.h"
#include "xlat-checksum.h"
#include "xlat-emit.h"

#define HOP_LIMIT 64

/* RFC 1812, 4.3.2.3: an error has at most 576 bytes; RFC 4443, 2.4 c: 1280. */
#define MAX_MESSAGE4 (576 - XLAT_IPV4_HEADER)
#define MAX_MESSAGE6 (XLAT_IPV6_MIN_MTU - XLAT_IPV6_HEADER)

/* RFC 1812, 4.3.2.5: errors have precedence "internetwork control" and the type of
 * service of the packet in error. */
#define PRECEDENCE           0xc0
#define TYPE_OF_SERVICE_MASK 0x1e

static const struct
{
  uint8_t type;
  uint8_t code;
} messages[XLAT_N_ERRORS] = {
    [XLAT_ERROR_TTL] = {XLAT_ICMP4_TIME_EXCEEDED, 0},
    [XLAT_ERROR_TOO_BIG4] = {XLAT_ICMP4_UNREACHABLE, 4},
    [XLAT_ERROR_SOURCE_ROUTE] = {XLAT_ICMP4_UNREACHABLE, 5},
    [XLAT_ERROR_PROHIBITED4] = {XLAT_ICMP4_UNREACHABLE, 13},
    [XLAT_ERROR_PROTOCOL] = {XLAT_ICMP4_UNREACHABLE, 2},
    [XLAT_ERROR_PORT] = {XLAT_ICMP4_UNREACHABLE, 3},
    [XLAT_ERROR_HOP_LIMIT] = {XLAT_ICMP6_TIME_EXCEEDED, 0},
    [XLAT_ERROR_TOO_BIG6] = {XLAT_ICMP6_PACKET_TOO_BIG, 0},
    [XLAT_ERROR_ROUTING] = {XLAT_ICMP6_PARAMETER_PROBLEM, 0},
    [XLAT_ERROR_PROHIBITED6] = {XLAT_ICMP6_UNREACHABLE, 1},
};

static bool
is_for_ipv4 (enum xlat_error error)
{
  return error < XLAT_ERROR_HOP_LIMIT;
}

/* RFC 7915, 5.4 allows no error in response to any ICMPv6 message. The rules for routers
 * take precedence here: without Packet Too Big and Time Exceeded for echo, path MTU
 * discovery and traceroute with ping would fail at this hop. Errors are never answered.
 */
static bool
may_answer (const struct xlat_work *work, enum xlat_error error)
{
  if (work->is_icmp_error)
    return false;
  if (is_for_ipv4 (error))
    return !work->is_later_fragment;

  return (!work->is_icmp || error == XLAT_ERROR_HOP_LIMIT || error == XLAT_ERROR_TOO_BIG6)
         && !xlat_address6_is_link_local (&((struct xlat_ipv6 *)work->packet)->source);
}

static struct xlat_body
write_message (const struct xlat_work *work, enum xlat_error error, uint32_t value,
               size_t max)
{
  uint8_t *message = work->result->message;
  size_t quoted =
      max - XLAT_ICMP_HEADER < work->length ? max - XLAT_ICMP_HEADER : work->length;
  struct xlat_icmp icmp = {.type = messages[error].type, .code = messages[error].code};

  xlat_put_be32 (icmp.rest, value);
  memcpy (message, &icmp, sizeof icmp);
  memcpy (message + sizeof icmp, work->packet, quoted);
  return (struct xlat_body){.data = message, .length = sizeof icmp + quoted};
}

static void
answer4 (struct xlat_work *work, enum xlat_error error, uint32_t value)
{
  const struct xlat_ipv4 *ip = (const struct xlat_ipv4 *)work->packet;
  struct xlat_body body = write_message (work, error, value, MAX_MESSAGE4);
  struct xlat_header4 header = {
      .tos = PRECEDENCE | (ip->tos & TYPE_OF_SERVICE_MASK),
      .ttl = HOP_LIMIT,
      .protocol = XLAT_PROTOCOL_ICMP4,
      .source = work->xlat->config.own_ipv4,
      .destination = ip->source,
      .id = xlat_next_id (work->xlat, 1),
  };

  xlat_checksum_store (work->result->message + offsetof (struct xlat_icmp, checksum),
                       xlat_sum (body.data, body.length));
  xlat_emit4 (work->result, &header, &body, SIZE_MAX, NULL);
}

static void
answer6 (struct xlat_work *work, enum xlat_error error, uint32_t value)
{
  const struct xlat_ipv6 *ip = (const struct xlat_ipv6 *)work->packet;
  struct xlat_body body = write_message (work, error, value, MAX_MESSAGE6);
  struct xlat_header6 header = {
      .hop_limit = HOP_LIMIT,
      .next_header = XLAT_PROTOCOL_ICMP6,
      .source = ip->destination,
      .destination = ip->source,
  };
  uint16_t sum = xlat_sum_addresses6 (&header.source, &header.destination);

  sum = xlat_sum_add (sum, xlat_sum_pseudo (body.length, XLAT_PROTOCOL_ICMP6));
  sum = xlat_sum_add (sum, xlat_sum (body.data, body.length));
  xlat_checksum_store (work->result->message + offsetof (struct xlat_icmp, checksum),
                       sum);
  xlat_emit6 (work->result, &header, &body, SIZE_MAX, NULL);
}

void
xlat_answer (struct xlat_work *work, enum xlat_reason reason, enum xlat_error error,
             uint32_t value)
{
  struct xlat *xlat = work->xlat;
  const struct xlat_rate *rate =
      is_for_ipv4 (error) ? &xlat->config.error_rate4 : &xlat->config.error_rate6;

  xlat_drop (work, reason);
  if (!may_answer (work, error)
      || !xlat_bucket_take (&xlat->buckets[error], rate, xlat->now_ns))
    return;

  if (is_for_ipv4 (error))
    answer4 (work, error, value);
  else
    answer6 (work, error, value);
  work->result->verdict = XLAT_ANSWER;
}

void
xlat_answer_echo (struct xlat_work *work, uint8_t *message, size_t length, uint8_t tos)
{
  const struct xlat_ipv4 *ip = (const struct xlat_ipv4 *)work->packet;
  struct xlat_body body = {.data = message, .length = length};
  struct xlat_header4 header = {
      .tos = tos,
      .ttl = HOP_LIMIT,
      .protocol = XLAT_PROTOCOL_ICMP4,
      .source = ip->destination,
      .destination = ip->source,
      .id = xlat_next_id (work->xlat, 1),
  };

  message[0] = XLAT_ICMP4_ECHO_REPLY;
  memset (message + offsetof (struct xlat_icmp, checksum), 0, sizeof (be16));
  xlat_checksum_store (message + offsetof (struct xlat_icmp, checksum),
                       xlat_sum (message, length));
  if (xlat_emit4 (work->result, &header, &body, work->xlat->config.mtu4, NULL))
    work->result->verdict = XLAT_REPLY;
  else
    xlat_drop (work, XLAT_REASON_TOO_BIG);
}
